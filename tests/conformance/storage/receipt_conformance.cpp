// SPDX-License-Identifier: GPL-3.0-or-later
#include "receipt_conformance.h"

namespace hudhud {

using namespace std::chrono_literals;
using enum MessageStatus;

std::vector<MessagePointer> ReceiptConformance::markRead(const std::vector<MessageId> &ids, const char *recipient)
{
    auto marked = m_writer->receipts().markRead(recipientOf(recipient), ids, m_clock.now(), "node-2");
    if (!marked) {
        QTest::qFail("markRead failed.", __FILE__, __LINE__);
        return {};
    }
    return std::move(*marked);
}

void ReceiptConformance::marksDeliveredMessagesOnce()
{
    const Message first = newMessage();
    const Message second = newMessage();
    const Message queued = newMessage();
    for (const Message &message : {first, second, queued})
        accept(message);
    QVERIFY(change(first, {Processing, Delivered}));
    QVERIFY(change(second, {Delivered}));
    m_clock.advance(5s);
    const Timestamp read = m_clock.now();
    const auto marked = markRead({second.id, queued.id, m_ids->next(), first.id, second.id});
    QVERIFY(idsOf(marked) == (std::vector{second.id, first.id}));
    QVERIFY(marked[0]->readAt == read && marked[0]->status == Delivered);
    QVERIFY(*marked[0] == *stored(second.id));
    QVERIFY(!stored(queued.id)->readAt);
    const MessageEvent event{3, Delivered, read, "node-2", 0, "read"};
    QVERIFY(m_reader->events(second.id)->back() == event);
    m_clock.advance(5s);
    QVERIFY(markRead({first.id}).empty());
    reopen();
    QVERIFY(stored(first.id)->readAt == read);
    QVERIFY(stored(first.id)->deliveredAt == read - 5s);
    QCOMPARE(m_reader->events(first.id)->size(), std::size_t(4));
}

void ReceiptConformance::leavesTheMessagesOfOthersAlone()
{
    const Message message = newMessage();
    accept(message);
    QVERIFY(change(message, {Delivered}));
    QVERIFY(markRead({message.id}, "967779999999").empty());
    QVERIFY(!stored(message.id)->readAt);
    MessageId::Bytes bytes = message.id.bytes();
    bytes[15] ^= 1;
    QVERIFY(markRead({MessageId(bytes)}).empty());
}

void ReceiptConformance::keepsReasonAndClass()
{
    const Message message = newMessage();
    accept(message);
    StatusTransition transition;
    transition.id = message.id;
    transition.recipient = message.recipient;
    transition.events = {{0, Processing, m_clock.now(), Node, 0, {}}, {0, DeadLetter, m_clock.now(), Node, 1, "no"}};
    transition.failureReason = "no";
    transition.failureClass = ErrorClass::Business;
    transition.deadLetterReason = DeadLetterReason::Rejected;
    WriteBatch batch;
    batch.transitions.push_back(transition);
    QVERIFY(m_writer->commit(batch)->transitions.at(0));
    reopen();
    QVERIFY(stored(message.id)->deadLetterReason == DeadLetterReason::Rejected);
    QVERIFY(stored(message.id)->failureClass == ErrorClass::Business);
    QVERIFY(change(message, {Queued}));
    reopen();
    QVERIFY(!stored(message.id)->deadLetterReason);
    QVERIFY(stored(message.id)->failureReason.isEmpty()); // It begins anew; the history keeps what failed.
}

void ReceiptConformance::countsReplays()
{
    const Message message = newMessage();
    accept(message);
    for (int i = 1; i <= 2; ++i) {
        QVERIFY(change(message, {DeadLetter}));
        StatusTransition transition;
        transition.id = message.id;
        transition.recipient = message.recipient;
        transition.events = {{0, Queued, m_clock.now(), Node, 0, "replayed"}};
        transition.replayJob = 5'000'000'000 + i;
        WriteBatch batch;
        batch.transitions.push_back(transition);
        QVERIFY(m_writer->commit(batch)->transitions.at(0));
    }
    QVERIFY(change(message, {Processing, Queued, Processing, Delivered}));
    reopen();
    QCOMPARE(stored(message.id)->replayCount, quint16(2));
    QCOMPARE(stored(message.id)->replayJob, 5'000'000'002);
}

} // namespace hudhud
