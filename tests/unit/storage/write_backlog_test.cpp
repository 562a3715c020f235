// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/write_backlog.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;
using enum MessageStatus;

/// What goes into which commit, without any thread.
class WriteBacklogTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void groupsEverythingThatIsThere()
    {
        WriteBacklog backlog(100, 50ms);
        add(backlog, persist(3), persist(2), change(1, {Delivered}), withdrawal(9));
        const CommitGroup group = nextGroup(backlog);
        QCOMPARE(group.batch.accepted.size(), std::size_t(5));
        QCOMPARE(group.persists.size(), std::size_t(2));
        QCOMPARE(group.batch.transitions.size(), std::size_t(1));
        QCOMPARE(group.batch.withdrawals.size(), std::size_t(1));
        QCOMPARE(group.itemCount, 7);
        QVERIFY(isIdle(backlog));
    }

    void keepsToTheMaximumAndNeverSplitsACall()
    {
        WriteBacklog backlog(10, 50ms);
        add(backlog, persist(6), persist(5), persist(25), change(1, {Delivered}));
        QCOMPARE(nextGroup(backlog).batch.accepted.size(), std::size_t(6));
        QCOMPARE(nextGroup(backlog).batch.accepted.size(), std::size_t(5));
        QCOMPARE(nextGroup(backlog).batch.accepted.size(), std::size_t(25));
        QCOMPARE(nextGroup(backlog).batch.transitions.size(), std::size_t(1));
        QVERIFY(isIdle(backlog));
    }

    void mergesARelaxedChangeWithTheNextOne()
    {
        WriteBacklog backlog(100, 50ms);
        add(backlog, change(1, {Processing}, Urgency::Relaxed, 1));
        QVERIFY(isIdle(backlog));
        QVERIFY(backlog.wakeTime() == m_now + 50ms);
        add(backlog, persist(1));
        QVERIFY(nextGroup(backlog).batch.transitions.empty()); // It does not ride along.
        m_now += 1ms;
        add(backlog, change(1, {Delivered}, Urgency::Relaxed, 2));
        const CommitGroup group = nextGroup(backlog);
        QCOMPARE(group.batch.transitions.size(), std::size_t(1));
        const StatusTransition &merged = group.batch.transitions.front();
        QCOMPARE(merged.events.size(), std::size_t(2));
        QVERIFY(merged.events[0].status == Processing && merged.events[1].status == Delivered);
        QCOMPARE(merged.pushCount, quint16(2));
        QCOMPARE(group.transitions.size(), std::size_t(2)); // Both callers wait for it.
        QCOMPARE(group.itemCount, 2);
        QVERIFY(isIdle(backlog));
        QVERIFY(!backlog.wakeTime());
    }

    void messagesWithCollapseKeysTakeWaitingChangesAlong()
    {
        WriteBacklog backlog(100, 50ms);
        add(backlog, change(1, {Processing}, Urgency::Relaxed));
        QVERIFY(isIdle(backlog));
        add(backlog, persistOnce(1, false));
        QVERIFY(nextGroup(backlog).batch.transitions.empty());
        add(backlog, persistOnce(2, true));
        const CommitGroup group = nextGroup(backlog);
        QVERIFY(changedIds(group) == std::vector<int>{1});
        QCOMPARE(group.oncePersists.size(), std::size_t(1));
        QCOMPARE(group.itemCount, 3);
    }

    void requestsAreNeverSplitEither()
    {
        WriteBacklog backlog(4, 50ms);
        add(backlog, persistOnce(3, false), persistOnce(2, false), persist(2));
        QCOMPARE(nextGroup(backlog).batch.accepted.size(), std::size_t(3));
        const CommitGroup group = nextGroup(backlog);
        QCOMPARE(group.batch.accepted.size(), std::size_t(4));
        QCOMPARE(group.oncePersists.at(0).first, std::size_t(0));
        QCOMPARE(group.persists.at(0).first, std::size_t(2));
    }

    void changesDoNotOvertakeAReplacement()
    {
        WriteBacklog backlog(100, 50ms);
        add(backlog, replacement(1), change(1, {Processing}), replacement(2), withdrawal(2), change(3, {Delivered}));
        const CommitGroup group = nextGroup(backlog);
        QCOMPARE(group.batch.replacements.size(), std::size_t(2));
        QVERIFY(group.batch.withdrawals.empty());
        QVERIFY(changedIds(group) == std::vector<int>{3});
        const CommitGroup later = nextGroup(backlog);
        QVERIFY(changedIds(later) == std::vector<int>{1});
        QCOMPARE(later.batch.withdrawals.size(), std::size_t(1));
        QVERIFY(isIdle(backlog));
    }

    void releasesRelaxedChangesAfterTheirDelay()
    {
        WriteBacklog backlog(100, 50ms);
        add(backlog, change(1, {Processing}, Urgency::Relaxed));
        QVERIFY(isIdle(backlog));
        m_now += 30ms;
        add(backlog, change(2, {Processing}, Urgency::Relaxed));
        QVERIFY(isIdle(backlog));
        m_now += 20ms;
        QVERIFY(changedIds(nextGroup(backlog)) == std::vector<int>{1});
        QVERIFY(isIdle(backlog));
        m_now += 30ms;
        QVERIFY(changedIds(nextGroup(backlog)) == std::vector<int>{2});
    }

    void changesAloneWaitForAMessage()
    {
        WriteBacklog backlog(100, 50ms, 2ms);
        add(backlog, change(1, {Delivered}));
        QVERIFY(isIdle(backlog));
        QVERIFY(backlog.wakeTime() == m_now + 2ms);
        m_now += 1ms;
        add(backlog, persist(1));
        const CommitGroup group = nextGroup(backlog);
        QCOMPARE(group.batch.accepted.size(), std::size_t(1));
        QCOMPARE(group.batch.transitions.size(), std::size_t(1));
        QVERIFY(isIdle(backlog));
        QVERIFY(!backlog.wakeTime());
    }

    void changesAloneDoNotWaitForEver()
    {
        WriteBacklog backlog(100, 50ms, 2ms);
        add(backlog, change(1, {Delivered}));
        QVERIFY(isIdle(backlog));
        m_now += 1ms;
        add(backlog, change(2, {Delivered}));
        QVERIFY(isIdle(backlog));
        m_now += 1ms;
        QVERIFY(changedIds(nextGroup(backlog)) == (std::vector<int>{1, 2}));
        add(backlog, change(3, {Delivered}));
        QVERIFY(isIdle(backlog)); // A wait of its own.
        QVERIFY(backlog.wakeTime() == m_now + 2ms);
    }

    void aFullBatchOfChangesDoesNotWait()
    {
        WriteBacklog backlog(2, 50ms, 2ms);
        add(backlog, change(1, {Delivered}), change(2, {Delivered}), change(3, {Delivered}));
        QCOMPARE(nextGroup(backlog).batch.transitions.size(), std::size_t(2));
        QVERIFY(isIdle(backlog));
        backlog.stopHolding();
        QCOMPARE(nextGroup(backlog).batch.transitions.size(), std::size_t(1));
    }

    void anUrgentChangeTakesTheHeldOneAlong()
    {
        WriteBacklog backlog(100, 50ms);
        add(backlog, change(1, {Processing}, Urgency::Relaxed), change(1, {Failed}, Urgency::Now));
        const CommitGroup group = nextGroup(backlog);
        QCOMPARE(group.batch.transitions.size(), std::size_t(1));
        QCOMPARE(group.batch.transitions.front().events.size(), std::size_t(2));
    }

    void changesThatDoNotFitTogetherKeepTheirOrder()
    {
        WriteBacklog backlog(100, 50ms);
        // An acknowledgement, and a push that comes too late: merged they would lose the acknowledgement.
        add(backlog, change(1, {Delivered}), change(1, {Processing}), change(1, {Delivered}),
            change(2, {Delivered}));
        const CommitGroup first = nextGroup(backlog);
        QVERIFY(changedIds(first) == (std::vector<int>{1, 2}));
        QCOMPARE(first.batch.transitions[0].events.size(), std::size_t(1));
        const CommitGroup second = nextGroup(backlog);
        QVERIFY(changedIds(second) == std::vector<int>{1});
        QVERIFY(second.batch.transitions[0].events.front().status == Processing);
        QVERIFY(isIdle(backlog));
    }

    void aDoubleIsCompletedWithTheFirst()
    {
        WriteBacklog backlog(100, 50ms);
        add(backlog, change(1, {Delivered}), change(1, {Delivered}));
        const CommitGroup group = nextGroup(backlog);
        QCOMPARE(group.batch.transitions.front().events.size(), std::size_t(1));
        QCOMPARE(group.transitions.size(), std::size_t(2));
    }

    void changesForDifferentRecipientsAreNotMerged()
    {
        WriteBacklog backlog(100, 50ms);
        auto foreign = change(1, {Delivered});
        std::get<TransitionItem>(foreign).change.recipient = *Recipient::fromString("7654321");
        add(backlog, change(1, {Processing}), std::move(foreign));
        QCOMPARE(nextGroup(backlog).batch.transitions.front().events.size(), std::size_t(1));
        QCOMPARE(nextGroup(backlog).batch.transitions.front().events.size(), std::size_t(1));
    }

    void aChangeNeverOvertakesItsInsertOrAWithdrawal()
    {
        WriteBacklog backlog(2, 50ms);
        add(backlog, persist(2, 1), persist(2, 3), change(3, {Processing}), withdrawal(3),
            change(3, {Queued}));
        QCOMPARE(nextGroup(backlog).batch.accepted.size(), std::size_t(2));
        QCOMPARE(nextGroup(backlog).batch.accepted.size(), std::size_t(2));
        const CommitGroup third
            = nextGroup(backlog); // Transitions of a commit are done before its withdrawals.
        QCOMPARE(third.batch.transitions.size(), std::size_t(1));
        QCOMPARE(third.batch.withdrawals.size(), std::size_t(1));
        QCOMPARE(nextGroup(backlog).batch.transitions.size(), std::size_t(1));
        QVERIFY(isIdle(backlog));
    }

    void aTaskSeesAllThatCameBefore()
    {
        WriteBacklog backlog(1, 50ms);
        add(backlog, change(1, {Processing}, Urgency::Relaxed), change(2, {Processing}, Urgency::Relaxed),
            WriterTask{[](auto) { return DeviceReply(); }, nullptr}, change(3, {Delivered}));
        QVERIFY(changedIds(nextGroup(backlog)) == std::vector<int>{1});
        QVERIFY(changedIds(nextGroup(backlog)) == std::vector<int>{2});
        QVERIFY(std::holds_alternative<WriterTask>(backlog.next(m_now)));
        QVERIFY(changedIds(nextGroup(backlog)) == std::vector<int>{3});
    }

    void holdsNothingWhenStopping()
    {
        WriteBacklog backlog(100, 50ms);
        add(backlog, change(1, {Processing}, Urgency::Relaxed));
        QVERIFY(isIdle(backlog));
        backlog.stopHolding();
        QVERIFY(changedIds(nextGroup(backlog)) == std::vector<int>{1});
        QVERIFY(isIdle(backlog));
    }

private:
    static MessageId idOf(int number)
    {
        MessageId::Bytes bytes{};
        bytes[15] = static_cast<quint8>(number);
        return MessageId(bytes);
    }

    static WriteItem persist(int count, int firstId = 100)
    {
        PersistCall call;
        for (int i = 0; i < count; ++i) {
            Message message;
            message.id = idOf(firstId + i);
            call.messages.push_back(std::make_shared<Message>(message));
        }
        return call;
    }

    static WriteItem change(int id, std::vector<MessageStatus> statuses, Urgency urgency = Urgency::Now,
                            quint16 pushCount = 0)
    {
        TransitionItem item;
        item.change.id = idOf(id);
        item.change.recipient = *Recipient::fromString("1234567");
        for (const MessageStatus status : statuses)
            item.change.events.push_back(MessageEvent{0, status, {}, "n", 0, {}});
        item.change.pushCount = pushCount;
        item.urgency = urgency;
        return item;
    }

    static WriteItem persistOnce(int count, bool hasCollapseKeys)
    {
        PersistOnceCall call;
        call.messages.assign(static_cast<std::size_t>(count), std::make_shared<Message>());
        call.hasCollapseKeys = hasCollapseKeys;
        return call;
    }

    static WriteItem replacement(int id) { return ReplaceCall{{idOf(id), {}, {}}, {}, nullptr}; }
    static WriteItem withdrawal(int id) { return WithdrawCall{idOf(id), {}, nullptr}; }

    template <typename... Items> static void add(WriteBacklog &backlog, Items &&...items)
    {
        std::vector<WriteItem> batch;
        (batch.push_back(std::forward<Items>(items)), ...);
        backlog.append(std::move(batch));
    }

    bool isIdle(WriteBacklog &backlog) const
    {
        return std::holds_alternative<std::monostate>(backlog.next(m_now));
    }

    CommitGroup nextGroup(WriteBacklog &backlog) const
    {
        auto work = backlog.next(m_now);
        auto *group = std::get_if<CommitGroup>(&work);
        return group ? std::move(*group) : CommitGroup();
    }

    static std::vector<int> changedIds(const CommitGroup &group)
    {
        std::vector<int> ids;
        for (const StatusTransition &transition : group.batch.transitions)
            ids.push_back(transition.id.bytes()[15]);
        return ids;
    }

    SteadyTime m_now{1h};
};

QTEST_APPLESS_MAIN(WriteBacklogTest)
#include "write_backlog_test.moc"
