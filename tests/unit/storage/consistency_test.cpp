// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_store.h"

#include <QRandomGenerator>
#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;
using enum MessageStatus;

/// Breaks a database by hand in every way the check knows, and sees it found and mended.
class ConsistencyTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_store = std::make_unique<SqliteStore>();
        QVERIFY(open());
    }
    void cleanup() { m_store.reset(); }

    void aSoundStoreHasNoFindings()
    {
        liveAWhile();
        QVERIFY(findings().empty());
        QVERIFY(open());
        QVERIFY(findings().empty());
    }

    void aMessageThatNoQueueHolds()
    {
        const auto messages = manyMessages();
        const Message &lost = messages[10]; // Old enough to be in the table.
        QVERIFY(breakIt("DELETE FROM queue WHERE key = " + keyOf(lost)));
        QCOMPARE(pendingCount(), std::ssize(messages) - 1);
        QVERIFY(isFoundAndMended(lost.id, InconsistencyKind::NotQueued));
        QCOMPARE(pendingCount(), std::ssize(messages));
        QVERIFY(m_store->pending(messages[0].recipient).at(10) == lost.id);
    }

    void aQueueEntryWithoutAMessage()
    {
        const auto messages = manyMessages();
        const Message &gone = messages[10];
        QVERIFY(breakIt("DELETE FROM message WHERE key = " + keyOf(gone)));
        const auto found = findings();
        QCOMPARE(found.size(), std::size_t(1));
        QVERIFY(found[0].kind == InconsistencyKind::StrayQueueEntry);
        QCOMPARE(found[0].id.orderKey(), gone.id.orderKey());
        QVERIFY(repair(found[0]));
        QVERIFY(findings().empty());
        QCOMPARE(pendingCount(), std::ssize(messages) - 1);
    }

    void aQueueEntryOfAFinishedMessage()
    {
        const Message message = accepted();
        QVERIFY(m_store->change(message, {Processing, Delivered}));
        QVERIFY(breakIt("INSERT INTO queue VALUES (1967771234567, 2, " + keyOf(message) + ")"));
        QVERIFY(isFoundAndMended(message.id, InconsistencyKind::StrayQueueEntry));
        QVERIFY(m_store->pending(message.recipient).empty());
    }

    void aQueueEntryOfAnotherRecipient()
    {
        const Message message = accepted();
        QVERIFY(breakIt("INSERT INTO queue VALUES (1967770000000, 2, " + keyOf(message) + ")"));
        QVERIFY(isFoundAndMended(message.id, InconsistencyKind::StrayQueueEntry));
        QVERIFY(m_store->pending(*Recipient::fromString("967770000000")).empty());
        QCOMPARE(pendingCount(), 1);
    }

    void aMessageThatIsQueuedTwice()
    {
        const Message message = accepted(); // In the tail.
        QVERIFY(breakIt("INSERT INTO queue VALUES (1967771234567, 2, " + keyOf(message) + ")"));
        QVERIFY(isFoundAndMended(message.id, InconsistencyKind::StrayQueueEntry));
        QCOMPARE(pendingCount(), 1);
    }

    void aStateWithoutAMessage()
    {
        const Message message = accepted();
        QVERIFY(m_store->change(message, {Processing, Delivered}));
        QVERIFY(breakIt("DELETE FROM message WHERE key = " + keyOf(message)));
        const auto found = findings();
        QCOMPARE(found.size(), std::size_t(1));
        QVERIFY(found[0].kind == InconsistencyKind::StrayState);
        QVERIFY(repair(found[0]));
        QVERIFY(findings().empty());
        m_store->close();
        QCOMPARE(m_store->number("SELECT count(*) FROM progress"), 0);
    }

    void aStatusThatTheEventsDoNotLeadTo()
    {
        const Message message = accepted();
        QVERIFY(m_store->change(message, {Processing, Delivered}));
        const Message before = *stored(message);
        QVERIFY(breakIt("UPDATE progress SET status = 4, moved_to_dlq_at = 5 WHERE key = " + keyOf(message)));
        QVERIFY(stored(message)->status == DeadLetter);
        QVERIFY(isFoundAndMended(message.id, InconsistencyKind::StatusDiffers));
        QVERIFY(*stored(message) == before);
        QCOMPARE(pendingCount(), 0);
    }

    void aStatusThatHidAPendingMessage()
    {
        const Message message = accepted();
        QVERIFY(m_store->change(message, {Processing}, Clock::system().now() + 1h));
        QVERIFY(breakIt("UPDATE progress SET status = 2 WHERE key = " + keyOf(message)));
        QCOMPARE(pendingCount(), 0);
        QVERIFY(isFoundAndMended(message.id, InconsistencyKind::StatusDiffers));
        QVERIFY(stored(message)->status == Processing);
        QCOMPARE(pendingCount(), 1);
        QVERIFY(m_store->change(message, {Delivered}));
        QVERIFY(findings().empty());
    }

    void aHistoryThatCannotBeRead()
    {
        const Message message = accepted();
        QVERIFY(m_store->change(message, {DeadLetter}));
        QVERIFY(breakIt("UPDATE progress SET history = x'FFFFFF' WHERE key = " + keyOf(message)));
        QVERIFY(!m_store->reader->events(message.id));
        QVERIFY(isFoundAndMended(message.id, InconsistencyKind::StatusDiffers));
        const auto events = m_store->reader->events(message.id);
        QVERIFY(events);
        QCOMPARE(events->size(), std::size_t(2));
        QVERIFY(events->back().status == DeadLetter);
        QVERIFY(events->back().reason.contains("damaged"));
    }

    void aStatusThatDoesNotExist()
    {
        const Message message = accepted();
        QVERIFY(m_store->change(message, {Processing}, Clock::system().now() + 1h));
        QVERIFY(breakIt("UPDATE progress SET status = 7, history = x'FF' WHERE key = " + keyOf(message)));
        QVERIFY(isFoundAndMended(message.id, InconsistencyKind::StatusDiffers));
        QVERIFY(stored(message)->status == Queued);
        QCOMPARE(pendingCount(), 1);
    }

    void aLeaseThatNobodyEnds_data()
    {
        QTest::addColumn<QByteArray>("dueAt");
        QTest::newRow("never due") << QByteArray("NULL");
        QTest::newRow("due long ago") << QByteArray("1000");
    }
    void aLeaseThatNobodyEnds()
    {
        QFETCH(const QByteArray, dueAt);
        const Message message = accepted();
        QVERIFY(m_store->change(message, {Processing}, Clock::system().now() + 1h));
        QVERIFY(findings().empty());
        QVERIFY(breakIt("UPDATE progress SET due_at = " + dueAt + " WHERE key = " + keyOf(message)));
        QVERIFY(isFoundAndMended(message.id, InconsistencyKind::AbandonedLease));
        QVERIFY(stored(message)->status == Queued);
        QVERIFY(m_store->reader->events(message.id)->back().reason == "lease abandoned");
        QCOMPARE(pendingCount(), 1);
    }

    void aRepairThatIsNoLongerNeededChangesNothing()
    {
        const Message message = accepted();
        QVERIFY(m_store->change(message, {Processing}, Clock::system().now() + 1h));
        QVERIFY(breakIt("UPDATE progress SET due_at = NULL WHERE key = " + keyOf(message)));
        const auto found = findings();
        QCOMPARE(found.size(), std::size_t(1));
        QVERIFY(m_store->change(message, {Delivered}));
        const Message before = *stored(message);
        const auto repaired = m_store->writer->consistency().repair(found[0], Clock::system().now());
        QVERIFY(repaired && !*repaired);
        QVERIFY(*stored(message) == before);
    }

    void aPassInSmallStepsFindsTheSame()
    {
        const auto messages = manyMessages();
        QVERIFY(breakIt("DELETE FROM queue WHERE key IN (" + keyOf(messages[3]) + ", " + keyOf(messages[90]) + ", "
                        + keyOf(messages[200]) + "); INSERT INTO queue VALUES (1, 1, 1)"));
        QVERIFY(findings(1'000) == findings(7));
        QCOMPARE(findings(7).size(), std::size_t(4));
        // The cheap part sees the queue only.
        QCOMPARE(findings(7, ConsistencyScope::Queue).size(), std::size_t(1));
    }

    void refusesACursorThatIsNone()
    {
        for (const char *from : {"x", "9/1/1/1", "1/2/3", "1/2/3/4/5", "1/2/3/x"})
            QVERIFY(!m_store->writer->consistency().check(ConsistencyScope::All, from, 10, Timestamp()));
    }

    void theEventsGiveAllStatusesBack()
    {
        const auto messages = liveAWhile();
        std::vector<Message> before;
        for (const Message &message : messages)
            before.push_back(*stored(message));
        const qint64 pendingBefore = m_store->reader->statistics()->pending;
        QVERIFY(rebuild() == 0);
        QVERIFY(breakIt("UPDATE progress SET delivered_at = 1, last_retry_at = 2, moved_to_dlq_at = 3, "
                        "status = (status + key) % 5"));
        QVERIFY(rebuild() > 0);
        for (std::size_t i = 0; i < messages.size(); ++i)
            QVERIFY(*stored(messages[i]) == before[i]);
        QCOMPARE(m_store->reader->statistics()->pending, pendingBefore);
        QVERIFY(findings().empty());
    }

private:
    bool open()
    {
        return m_store
            ->open({{QStringLiteral("queue_tail"), 64}, {QStringLiteral("synchronous"), QStringLiteral("normal")}})
            .has_value();
    }
    bool breakIt(const QByteArray &sql)
    {
        m_store->close();
        return m_store->execute(sql) && open();
    }
    static QByteArray keyOf(const Message &message) { return QByteArray::number(message.id.orderKey()); }

    Message accepted()
    {
        const Message message = m_store->newMessage();
        if (!m_store->accept({message}))
            qFatal("cannot accept");
        return message;
    }
    /// Enough for most of them to be in the table.
    std::vector<Message> manyMessages()
    {
        std::vector<Message> messages;
        for (int i = 0; i < 300; ++i)
            messages.push_back(accepted());
        return messages;
    }
    /// Random changes, most of them valid.
    std::vector<Message> liveAWhile()
    {
        QRandomGenerator random(4711);
        std::vector<Message> messages;
        for (int i = 0; i < 2'000; ++i) {
            if (messages.empty() || random.bounded(4) == 0) {
                messages.push_back(accepted());
                continue;
            }
            const auto &message
                = messages[static_cast<std::size_t>(random.bounded(static_cast<int>(messages.size())))];
            static_cast<void>(m_store->change(message, {static_cast<MessageStatus>(random.bounded(5))},
                                              Clock::system().now() + 1h));
        }
        return messages;
    }
    MessagePointer stored(const Message &message)
    {
        return m_store->reader->find(std::array{message.id}).value().at(0);
    }
    qint64 pendingCount() { return m_store->reader->pendingCount(*Recipient::fromString("967771234567")).value(); }

    std::vector<Inconsistency> findings(int rows = 1'000, ConsistencyScope scope = ConsistencyScope::All)
    {
        std::vector<Inconsistency> findings;
        QByteArray from;
        do {
            const auto step
                = m_store->writer->consistency().check(scope, from, rows, Clock::system().now() - 10min);
            if (!step)
                qFatal("%s", qPrintable(step.error().message()));
            findings.insert(findings.end(), step->findings.begin(), step->findings.end());
            from = step->next;
        } while (!from.isEmpty());
        return findings;
    }
    bool repair(const Inconsistency &finding)
    {
        const auto repaired = m_store->writer->consistency().repair(finding, Clock::system().now());
        return repaired && *repaired;
    }
    /// Exactly this is found, also after a restart nothing is left of it once mended, and mending it again does
    /// nothing.
    bool isFoundAndMended(const MessageId &id, InconsistencyKind kind)
    {
        const auto found = findings();
        const bool isKind = !found.empty()
            && std::ranges::all_of(found, [&](const auto &item) { return item.id == id && !item.explanation.isEmpty(); })
            && std::ranges::find(found, kind, &Inconsistency::kind) != found.end();
        if (!isKind)
            return false;
        const auto main = std::ranges::find(found, kind, &Inconsistency::kind);
        if (!repair(*main) || !findings().empty())
            return false;
        const auto again = m_store->writer->consistency().repair(*main, Clock::system().now());
        return again && !*again && open() && findings().empty();
    }
    qint64 rebuild()
    {
        qint64 count = 0;
        QByteArray from;
        do {
            const auto step = m_store->writer->consistency().rebuild(from, 50);
            if (!step)
                qFatal("%s", qPrintable(step.error().message()));
            count += std::ssize(step->findings);
            from = step->next;
        } while (!from.isEmpty());
        return count;
    }

    std::unique_ptr<SqliteStore> m_store;
};

QTEST_GUILESS_MAIN(ConsistencyTest)
#include "consistency_test.moc"
