// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule_conformance.h"

#include "core/anchored_clock.h"

namespace hudhud {

using namespace std::chrono_literals;
using enum MessageStatus;

namespace {

/// A machine whose clock can be set: its wall time is ahead of its steady time.
class SetClock final : public Clock
{
public:
    explicit SetClock(const Clock &steady)
        : m_steady(steady)
    {
    }
    Timestamp now() const override { return m_steady.now() + ahead; }
    SteadyTime steadyNow() const override { return m_steady.steadyNow(); }

    std::chrono::milliseconds ahead{0};

private:
    const Clock &m_steady;
};

} // namespace

Message ScheduleConformance::acceptFor(std::chrono::milliseconds delay)
{
    Message message = newMessage();
    message.deliverAt = m_clock.now() + delay;
    accept(message);
    return message;
}

void ScheduleConformance::holdsBackUntilTheDeliveryTime()
{
    const Message later = acceptFor(1h);
    const Message sooner = acceptFor(30min);
    const Message now = newMessage();
    accept(now);
    QVERIFY(*stored(later.id) == later); // Queued, and nextRetryAt stays empty.
    QVERIFY(pendingIds() == std::vector{now.id});
    QCOMPARE(*m_reader->pendingCount(now.recipient), 3);
    m_clock.advance(30min - 1ms);
    QVERIFY(claimDue().empty());
    m_clock.advance(1ms);
    QVERIFY(pendingIds() == (std::vector{sooner.id, now.id}));
    const auto due = claimDue();
    QVERIFY(idsOf(due) == std::vector{sooner.id});
    QVERIFY(*due[0] == sooner && *stored(sooner.id) == sooner);
    const MessageEvent came{2, Queued, m_clock.now(), Node, 0, "delivery time came"};
    QVERIFY(m_reader->events(sooner.id)->back() == came);
    QVERIFY(claimDue().empty());
    QVERIFY(pendingIds() == (std::vector{sooner.id, now.id}));
    QVERIFY(change(sooner, {Processing, Delivered}));
    m_clock.advance(1h);
    QVERIFY(idsOf(claimDue()) == std::vector{later.id});
}

void ScheduleConformance::aDeliveryTimeOfThePastIsNone()
{
    const Message message = acceptFor(0ms);
    QVERIFY(pendingIds() == std::vector{message.id});
    QVERIFY(claimDue().empty());
    QCOMPARE(m_reader->events(message.id)->size(), std::size_t(1));
}

void ScheduleConformance::withdrawsScheduledMessages()
{
    const Message message = acceptFor(1h);
    QVERIFY(withdraw(message.id));
    QVERIFY(!stored(message.id));
    QCOMPARE(*m_reader->pendingCount(message.recipient), 0);
    m_clock.advance(2h);
    QVERIFY(claimDue().empty());
}

void ScheduleConformance::survivesReopening()
{
    const Message message = acceptFor(1h);
    reopen();
    QCOMPARE(*m_writer->recover(Node, m_clock.now()), 0);
    QVERIFY(pendingIds().empty());
    m_clock.advance(1h);
    reopen();
    QVERIFY(pendingIds() == std::vector{message.id});
    QVERIFY(idsOf(claimDue()) == std::vector{message.id});
}

void ScheduleConformance::isScheduledAgainAfterAReplay()
{
    const Message message = acceptFor(1h);
    QVERIFY(change(message, {DeadLetter}));
    m_clock.advance(2h);
    QVERIFY(claimDue().empty());
    const Message other = acceptFor(1h);
    QVERIFY(change(other, {DeadLetter}));
    QVERIFY(change(other, {Queued}));
    QVERIFY(change(message, {Queued}));
    QVERIFY(pendingIds() == std::vector{message.id}); // Its time has passed, that of the other has not.
    m_clock.advance(1h);
    QVERIFY(idsOf(claimDue()) == std::vector{other.id});
}

void ScheduleConformance::aClockThatJumpsFiresNothingTooEarly()
{
    SetClock machine(m_clock);
    AnchoredClock clock(machine);
    const auto passHour = [&] {
        for (auto passed = 0s; passed < 1h; passed += 1s) {
            m_clock.advance(1s);
            clock.follow();
        }
    };
    const auto claim = [&] { return idsOf(*m_writer->claimDue(clock.now(), 100, Node)); };
    const Message scheduled = acceptFor(2h);
    Message expiring = newMessage();
    expiring.expiresAt = m_clock.now() + 3h;
    accept(expiring);
    const Message failed = newMessage();
    accept(failed);
    QVERIFY(change(failed, {Processing, Failed}, m_clock.now() + 30min));

    machine.ahead = 24h; // For half a minute.
    for (int i = 0; i < 30; ++i) {
        m_clock.advance(1s);
        clock.follow();
        QVERIFY(claim().empty());
    }
    machine.ahead = -24h; // For good: time slows down by a tenth.
    passHour();
    QVERIFY(claim() == std::vector{failed.id});
    passHour();
    QVERIFY(claim().empty());
    passHour();
    QVERIFY(claim() == std::vector{scheduled.id});
    passHour();
    QVERIFY(claim() == std::vector{expiring.id});
    QVERIFY(stored(expiring.id)->status == DeadLetter);
}

void ScheduleConformance::countsWhatWaitsByPriority()
{
    const auto put = [this](Priority priority, const std::vector<MessageStatus> &statuses,
                            std::optional<Timestamp> deliverAt = {}) {
        Message message = newMessage();
        message.priority = priority;
        message.deliverAt = deliverAt;
        accept(message);
        if (!statuses.empty())
            QVERIFY(change(message, statuses, m_clock.now() + 1h));
    };
    put(Priority::High, {}, m_clock.now() + 1h);
    m_clock.advance(2s);
    const Timestamp oldest = m_clock.now();
    put(Priority::High, {});
    m_clock.advance(1s);
    put(Priority::High, {});
    put(Priority::High, {Processing});
    put(Priority::High, {Processing, Failed});
    put(Priority::High, {Delivered});
    put(Priority::Low, {DeadLetter});
    put(Priority::Low, {Processing});
    for (const bool isReopened : {false, true}) {
        if (isReopened && keepsData())
            reopen();
        const auto found = m_reader->queueStatistics(m_clock.now());
        QVERIFY(found);
        const auto of = [&](Priority priority) { return found->at(static_cast<std::size_t>(priority)); };
        const QueueStatistics high = of(Priority::High);
        QCOMPARE(high.depth, 2);
        QCOMPARE(high.inFlight, 1);
        QCOMPARE(high.scheduled, 1);
        QCOMPARE(high.retrying, 1);
        QVERIFY(high.oldestCreatedAt == oldest);
        QCOMPARE(of(Priority::Low).inFlight, 1);
        QCOMPARE(of(Priority::Low).depth, 0);
        QVERIFY(of(Priority::Critical) == QueueStatistics() && of(Priority::Normal) == QueueStatistics());
    }
    QCOMPARE(m_reader->queueStatistics(m_clock.now() + 2h)->at(std::size_t(Priority::High)).scheduled, 0);
}

} // namespace hudhud
