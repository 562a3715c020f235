// SPDX-License-Identifier: GPL-3.0-or-later
#include "expiry_conformance.h"

namespace hudhud {

using namespace std::chrono_literals;
using enum MessageStatus;

Message ExpiryConformance::acceptUntil(std::chrono::milliseconds timeToLive)
{
    Message message = newMessage();
    message.expiresAt = m_clock.now() + timeToLive;
    accept(message);
    return message;
}

void ExpiryConformance::givesUpExpiredMessages()
{
    const Message queued = acceptUntil(10s);
    const Message failed = acceptUntil(11s);
    QVERIFY(change(failed, {Processing, Failed}, m_clock.now() + 1h));
    Message scheduled = newMessage();
    scheduled.deliverAt = m_clock.now() + 1h;
    scheduled.expiresAt = m_clock.now() + 12s;
    accept(scheduled);
    const Message lasting = newMessage();
    accept(lasting);
    m_clock.advance(10s - 1ms);
    QVERIFY(claimDue().empty());
    m_clock.advance(2s + 1ms);
    const auto expired = claimDue();
    QVERIFY(idsOf(expired) == (std::vector{queued.id, failed.id, scheduled.id}));
    for (const MessagePointer &message : expired) {
        QVERIFY(message->status == DeadLetter);
        QVERIFY(message->deadLetterReason == DeadLetterReason::Expired);
        QVERIFY(message->failureClass == ErrorClass::Permanent);
        QVERIFY(!message->failureReason.isEmpty());
        QVERIFY(message->movedToDlqAt == m_clock.now());
        QVERIFY(*stored(message->id) == *message);
        const auto events = m_reader->events(message->id);
        QVERIFY(events && events->back().status == DeadLetter);
        QCOMPARE(events->back().node, QByteArray(Node));
        QCOMPARE(events->back().reason, message->failureReason);
    }
    QVERIFY(claimDue().empty());
    QVERIFY(pendingIds() == std::vector{lasting.id});
    QCOMPARE(*m_reader->pendingCount(lasting.recipient), 1);
    QCOMPARE(m_reader->statistics()->deadLetters, 3);
}

void ExpiryConformance::leavesFinishedMessagesAlone()
{
    const Message delivered = acceptUntil(10s);
    QVERIFY(change(delivered, {Processing, Delivered}));
    const Message dead = acceptUntil(10s);
    QVERIFY(change(dead, {DeadLetter}));
    const Message withdrawn = acceptUntil(10s);
    QVERIFY(withdraw(withdrawn.id));
    m_clock.advance(1h);
    QVERIFY(claimDue().empty());
    QVERIFY(stored(delivered.id)->status == Delivered);
    QVERIFY(stored(dead.id)->deadLetterReason != DeadLetterReason::Expired);
}

void ExpiryConformance::waitsForTheEndOfTheLease()
{
    const Message pushed = acceptUntil(10s);
    QVERIFY(change(pushed, {Processing}, m_clock.now() + 60s));
    m_clock.advance(59s);
    QVERIFY(claimDue().empty()); // The phone may have it.
    m_clock.advance(1s);
    const auto expired = claimDue();
    QVERIFY(idsOf(expired) == std::vector{pushed.id});
    QVERIFY(expired[0]->status == DeadLetter);
}

void ExpiryConformance::givesUpOldestFirstAndBeforeWhatIsDue()
{
    const Message leased = newMessage();
    accept(leased);
    QVERIFY(change(leased, {Processing}, m_clock.now() + 1s));
    const Message last = acceptUntil(30s);
    const Message first = acceptUntil(10s);
    const Message middle = acceptUntil(20s);
    QVERIFY(change(middle, {Processing, Failed}, m_clock.now() + 1s));
    m_clock.advance(1min);
    QVERIFY(idsOf(claimDue(2)) == (std::vector{first.id, middle.id}));
    const auto rest = claimDue(2);
    QVERIFY(idsOf(rest) == (std::vector{last.id, leased.id}));
    QVERIFY(rest[0]->status == DeadLetter && rest[1]->status == Queued);
    QVERIFY(claimDue(2).empty());
}

void ExpiryConformance::neverGivesExpiredMessagesAsPending()
{
    const Message queued = acceptUntil(10s);
    const Message pushed = acceptUntil(10s);
    QVERIFY(change(pushed, {Processing}, m_clock.now() + 60s));
    const Message lasting = newMessage();
    accept(lasting);
    QVERIFY(pendingIds() == (std::vector{queued.id, pushed.id, lasting.id}));
    m_clock.advance(10s); // Nobody has looked for expired ones yet.
    QVERIFY(pendingIds() == std::vector{lasting.id});
    const auto page = m_reader->pending(lasting.recipient, 1, m_clock.now(), {});
    QVERIFY(page && idsOf(*page) == std::vector{lasting.id}); // They do not count either.
}

void ExpiryConformance::survivesReopening()
{
    const Message queued = acceptUntil(10s);
    reopen();
    m_clock.advance(10s);
    QVERIFY(pendingIds().empty());
    QVERIFY(idsOf(claimDue()) == std::vector{queued.id});
    reopen();
    QVERIFY(stored(queued.id)->deadLetterReason == DeadLetterReason::Expired);
    QVERIFY(claimDue().empty());
}

void ExpiryConformance::expiresAgainAfterAReplay()
{
    const Message message = acceptUntil(10s);
    QVERIFY(change(message, {DeadLetter}));
    QVERIFY(change(message, {Queued}));
    QVERIFY(stored(message.id)->replayCount == 1);
    m_clock.advance(10s);
    QVERIFY(idsOf(claimDue()) == std::vector{message.id});
}

} // namespace hudhud
