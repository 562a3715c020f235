// SPDX-License-Identifier: GPL-3.0-or-later
#include "collapse_conformance.h"

namespace hudhud {

using namespace std::chrono_literals;
using enum MessageStatus;

Message CollapseConformance::newOf(const char *collapseKey, const char *recipient)
{
    Message message = newMessage(recipient);
    message.collapseKey = collapseKey;
    return message;
}

Message CollapseConformance::acceptOf(const char *collapseKey, const char *recipient)
{
    const Message message = newOf(collapseKey, recipient);
    accept(message);
    return message;
}

std::vector<MessageId> CollapseConformance::supersededBy(const Message &message)
{
    WriteBatch batch;
    batch.accepted.push_back(std::make_shared<Message>(message));
    const auto outcome = m_writer->commit(batch);
    if (!outcome || !outcome->accepted.at(0)) {
        QTest::qFail("A message was not accepted.", __FILE__, __LINE__);
        return {};
    }
    std::vector<MessageId> ids;
    for (const Supersession &supersession : outcome->superseded)
        ids.push_back(supersession.message->id);
    return ids;
}

void CollapseConformance::supersedesWhatIsNotInFlight()
{
    const Message failed = acceptOf("position");
    QVERIFY(change(failed, {Processing, Failed}, m_clock.now() + 1h));
    const Message pushed = acceptOf("other");
    Message scheduled = newOf("position");
    scheduled.deliverAt = m_clock.now() + 1h;
    QVERIFY(supersededBy(scheduled) == std::vector{failed.id});
    QVERIFY(change(pushed, {Processing}, m_clock.now() + 1min));
    m_clock.advance(1s);

    const Message newest = newOf("position");
    WriteBatch batch;
    batch.accepted.push_back(std::make_shared<Message>(newMessage()));
    batch.accepted.push_back(std::make_shared<Message>(newest));
    const auto outcome = m_writer->commit(batch);
    QVERIFY(outcome);
    QCOMPARE(outcome->superseded.size(), std::size_t(1));
    QCOMPARE(outcome->superseded[0].by, std::size_t(1));
    const Message &old = *outcome->superseded[0].message;
    QVERIFY(old.id == scheduled.id && old == *stored(scheduled.id));
    QVERIFY(old.status == DeadLetter);
    QVERIFY(old.deadLetterReason == DeadLetterReason::Superseded);
    QVERIFY(old.failureClass == ErrorClass::Permanent);
    QCOMPARE(old.failureReason, "replaced by " + newest.id.toString());
    QVERIFY(old.movedToDlqAt == newest.createdAt);
    const MessageEvent event{2, DeadLetter, newest.createdAt, Node, 0, old.failureReason};
    QVERIFY(m_reader->events(old.id)->back() == event);

    QVERIFY(supersededBy(newOf("other")).empty()); // It is in flight.
    QVERIFY(stored(pushed.id)->status == Processing);
    m_clock.advance(1h);
    QVERIFY(idsOf(claimDue()) == std::vector{pushed.id}); // What gave way does not come back.
}

void CollapseConformance::leavesOtherKeysAndRecipientsAlone()
{
    acceptOf("position");
    acceptOf("price");
    acceptOf("position", "967779999999");
    accept(newMessage());
    QCOMPARE(supersededBy(newOf("position")).size(), std::size_t(1));
    QVERIFY(supersededBy(newMessage()).empty());
    QCOMPARE(pendingIds().size(), std::size_t(4));
    QCOMPARE(pendingIds("967779999999").size(), std::size_t(1));
}

void CollapseConformance::supersedesWithinOneCommit()
{
    WriteBatch batch;
    for (int i = 0; i < 3; ++i)
        batch.accepted.push_back(std::make_shared<Message>(newOf("position")));
    const auto outcome = m_writer->commit(batch);
    QVERIFY(outcome);
    QCOMPARE(outcome->superseded.size(), std::size_t(2));
    QVERIFY(outcome->superseded[0].by == 1 && outcome->superseded[0].message->id == batch.accepted[0]->id);
    QVERIFY(outcome->superseded[1].by == 2 && outcome->superseded[1].message->id == batch.accepted[1]->id);
    QVERIFY(pendingIds() == std::vector{batch.accepted[2]->id});
}

void CollapseConformance::seesTheChangesOfItsCommit()
{
    const Message pushed = acceptOf("position");
    const Message newer = newOf("position");
    WriteBatch batch;
    batch.accepted.push_back(std::make_shared<Message>(newer));
    StatusTransition transition;
    transition.id = pushed.id;
    transition.recipient = pushed.recipient;
    transition.events.push_back({0, Processing, m_clock.now(), Node, 0, {}});
    batch.transitions.push_back(transition);
    const auto outcome = m_writer->commit(batch);
    QVERIFY(outcome && outcome->transitions.at(0) && outcome->superseded.empty());
    QVERIFY(pendingIds() == (std::vector{pushed.id, newer.id}));
}

void CollapseConformance::leavesFinishedMessagesAlone()
{
    const Message delivered = acceptOf("position");
    QVERIFY(change(delivered, {Processing, Delivered}));
    const Message dead = acceptOf("position");
    QVERIFY(change(dead, {DeadLetter}));
    QVERIFY(supersededBy(newOf("position")).empty());
    QVERIFY(stored(delivered.id)->status == Delivered);
    QVERIFY(stored(dead.id)->deadLetterReason != DeadLetterReason::Superseded);
}

void CollapseConformance::survivesReopening()
{
    const Message old = acceptOf("position");
    reopen();
    QVERIFY(stored(old.id)->collapseKey == "position");
    QVERIFY(supersededBy(newOf("position")) == std::vector{old.id});
    reopen();
    QVERIFY(stored(old.id)->deadLetterReason == DeadLetterReason::Superseded);
}

void CollapseConformance::supersedesReplayedMessages()
{
    const Message old = acceptOf("position");
    QVERIFY(change(old, {DeadLetter}));
    QVERIFY(change(old, {Queued}));
    QVERIFY(!stored(old.id)->deadLetterReason);
    QVERIFY(supersededBy(newOf("position")) == std::vector{old.id});
}

} // namespace hudhud
