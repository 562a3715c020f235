// SPDX-License-Identifier: GPL-3.0-or-later
#include "faulty_vfs.h"
#include "sql/migration.h"
#include "sqlite_store.h"

#include <QTest>
#include <QThread>

#include <algorithm>
#include <atomic>

using namespace hudhud;
using enum MessageStatus;

namespace {

/// The smallest tail whose generations (256 messages) need several commits to move; without syncs, which would only
/// take time here.
const QJsonObject ShortTail{{QStringLiteral("queue_tail"), 1'024},
                            {QStringLiteral("synchronous"), QStringLiteral("normal")}};
constexpr int Generation = 256;

std::vector<MessageId> idsOf(const std::vector<Message> &messages)
{
    std::vector<MessageId> ids;
    for (const Message &message : messages)
        ids.push_back(message.id);
    return ids;
}

} // namespace

/// The part of the queue that the sqlite plugin keeps in memory: nothing may be lost, doubled or shown too early,
/// whatever moves and whenever it stops.
class QueueTailTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_store = std::make_unique<SqliteStore>(); }
    void cleanup()
    {
        m_store.reset();
        FaultyVfs::remove();
    }

    void whatIsDeliveredSoonNeverEntersTheTable()
    {
        QVERIFY(m_store->open());
        for (int i = 0; i < 100; ++i) {
            const Message message = m_store->newMessage();
            QVERIFY(m_store->accept({message}));
            QCOMPARE(m_store->reader->pendingCount(message.recipient).value(), 1);
            QVERIFY(m_store->change(message, {Processing, Delivered}));
            QCOMPARE(m_store->reader->pendingCount(message.recipient).value(), 0);
        }
        QCOMPARE(m_store->number("SELECT count(*) FROM queue"), 0);
        QCOMPARE(m_store->number("SELECT version FROM queue_tail"), 0);
    }

    void whatStaysMovesToTheTable()
    {
        QVERIFY(m_store->open(ShortTail));
        const auto messages = acceptOneByOne(6 * Generation);
        QVERIFY(pendingIsExactly(messages));
        QVERIFY(rowsInQueue() >= 3 * Generation);
        // What a restart would have to read back.
        QVERIFY(m_store->number("SELECT count(*) FROM message WHERE key > (SELECT watermark FROM queue_tail)")
                <= 4 * Generation);
    }

    void theBoundHoldsForLargeCommits()
    {
        QVERIFY(m_store->open(ShortTail));
        std::vector<Message> all;
        for (int i = 0; i < 10; ++i) {
            const auto messages = acceptTogether(3 * Generation);
            all.insert(all.end(), messages.begin(), messages.end());
        }
        QVERIFY(pendingIsExactly(all));
        QVERIFY(std::ssize(all) - rowsInQueue() <= 4 * Generation + 3 * Generation);
    }

    void deliveriesFindTheirEntryWhereverItIs()
    {
        QVERIFY(m_store->open(ShortTail));
        auto messages = acceptOneByOne(2 * Generation + 2); // The first generation is on its way.
        QVERIFY(rowsInQueue() > 0 && rowsInQueue() < Generation);
        for (std::size_t i = 0; i < messages.size(); i += 2)
            QVERIFY(m_store->change(messages[i], {Processing, Delivered}));
        std::vector<Message> left;
        for (std::size_t i = 1; i < messages.size(); i += 2)
            left.push_back(messages[i]);
        QVERIFY(pendingIsExactly(left));
        for (const Message &message : left)
            QVERIFY(m_store->change(message, {DeadLetter}));
        QVERIFY(pendingIsExactly({}));
        QCOMPARE(rowsInQueue(), 0);
        QCOMPARE(m_store->reader->statistics()->pending, 0);
        // Back they come, some to the table, some to the tail.
        for (const Message &message : left)
            QVERIFY(m_store->change(message, {Queued}));
        QVERIFY(pendingIsExactly(left));
    }

    void aRestartFindsTheTailAgain()
    {
        QVERIFY(m_store->open());
        auto messages = acceptOneByOne(20);
        QVERIFY(m_store->change(messages[3], {Processing, Delivered}));
        QVERIFY(m_store->change(messages[7], {Processing}, Clock::system().now()));
        QVERIFY(m_store->change(messages[9], {DeadLetter}));
        messages.erase(messages.begin() + 9);
        messages.erase(messages.begin() + 3);
        QVERIFY(m_store->open());
        QCOMPARE(rowsInQueue(), 0);
        QVERIFY(pendingIsExactly(messages));
        for (const Message &message : messages)
            QVERIFY(m_store->change(message, {Delivered}) || m_store->change(message, {Processing, Delivered}));
        QVERIFY(pendingIsExactly({}));
    }

    void aRestartInTheMiddleOfAMoveDoublesNothing()
    {
        QVERIFY(m_store->open(ShortTail));
        const auto messages = acceptOneByOne(2 * Generation + 1);
        QVERIFY(rowsInQueue() > 0 && rowsInQueue() < Generation);
        QVERIFY(m_store->number("SELECT target > watermark FROM queue_tail"));
        QVERIFY(m_store->open(ShortTail));
        QVERIFY(pendingIsExactly(messages));
        auto all = messages;
        const auto more = acceptOneByOne(4 * Generation);
        all.insert(all.end(), more.begin(), more.end());
        QVERIFY(pendingIsExactly(all));
        for (const Message &message : all)
            QVERIFY(m_store->change(message, {Processing, Delivered}));
        QVERIFY(pendingIsExactly({}));
        QCOMPARE(rowsInQueue(), 0);
    }

    void manyRestartsDoNotLetTheTailGrow()
    {
        std::vector<Message> all;
        for (int i = 0; i < 12; ++i) {
            QVERIFY(m_store->open(ShortTail));
            const auto messages = acceptOneByOne(Generation / 2);
            all.insert(all.end(), messages.begin(), messages.end());
        }
        QVERIFY(pendingIsExactly(all));
        QVERIFY(m_store->number("SELECT count(*) FROM message WHERE key > (SELECT watermark FROM queue_tail)")
                <= 4 * Generation);
    }

    void aMoveWhoseCommitFailsHasNotHappened()
    {
        FaultyVfs::install();
        auto settings = ShortTail;
        settings.remove(QStringLiteral("synchronous"));
        QVERIFY(m_store->open(settings));
        const auto messages = acceptOneByOne(2 * Generation);
        QCOMPARE(rowsInQueue(), 0); // The next commit would move the first.
        FaultyVfs::failSyncs(true);
        QVERIFY(!m_store->accept({m_store->newMessage()}));
        FaultyVfs::failSyncs(false);
        QVERIFY(pendingIsExactly(messages));
        QVERIFY(m_store->open(ShortTail));
        QVERIFY(pendingIsExactly(messages));
    }

    void aFullDiskStopsMovesButNotDeliveries()
    {
        auto settings = ShortTail;
        settings.insert(QStringLiteral("maximum_size"), 512 * 1024);
        QVERIFY(m_store->open(settings));
        std::vector<Message> stored;
        for (int i = 0; i < 10'000; ++i) {
            const Message message = m_store->newMessage();
            if (!m_store->accept({message}))
                break;
            stored.push_back(message);
        }
        QVERIFY(stored.size() < 10'000);
        QVERIFY(pendingIsExactly(stored));
        WriteBatch withdrawing;
        withdrawing.withdrawals = idsOf(stored);
        const auto withdrawn = m_store->writer->commit(withdrawing);
        QVERIFY(withdrawn);
        QVERIFY(std::ranges::all_of(withdrawn->withdrawals, [](const auto &item) { return item.has_value(); }));
        QVERIFY(pendingIsExactly({}));
        QVERIFY(m_store->accept({m_store->newMessage()}));
    }

    void anIdFromBeforeTheMoveGoesToTheTable()
    {
        QVERIFY(m_store->open(ShortTail));
        const Message late = m_store->newMessage();
        auto messages = acceptOneByOne(4 * Generation);
        const qint64 before = rowsInQueue();
        QVERIFY(m_store->accept({late}));
        messages.insert(messages.begin(), late);
        QVERIFY(rowsInQueue() > before);
        QVERIFY(pendingIsExactly(messages));
        QVERIFY(m_store->open(ShortTail));
        QVERIFY(pendingIsExactly(messages));
        QVERIFY(m_store->change(late, {Processing, Delivered}));
        messages.erase(messages.begin());
        QVERIFY(pendingIsExactly(messages));
    }

    void prioritiesMixAcrossTableAndTail()
    {
        QVERIFY(m_store->open(ShortTail));
        std::vector<Message> messages;
        for (int i = 0; i < 5 * Generation; ++i) {
            messages.push_back(m_store->newMessage(Phone, static_cast<Priority>(i % PriorityCount)));
            QVERIFY(m_store->accept({messages.back()}));
        }
        std::ranges::stable_sort(messages, std::ranges::greater(), &Message::priority);
        QVERIFY(pendingIsExactly(messages));
        // In pages, as a phone gets them: what was sent is excluded.
        std::vector<MessageId> seen;
        for (;;) {
            std::vector<MessageId> excluded = seen;
            std::ranges::sort(excluded);
            const auto page = m_store->reader->pending(recipient(), 100, Clock::system().now(), excluded);
            QVERIFY(page);
            if (page->empty())
                break;
            for (const MessagePointer &message : *page)
                seen.push_back(message->id);
        }
        QVERIFY(seen == idsOf(messages));
    }

    void listsARecipientsMessagesOfBothParts()
    {
        QVERIFY(m_store->open(ShortTail));
        const auto messages = acceptOneByOne(3 * Generation);
        QVERIFY(m_store->change(messages[5], {Processing, Delivered}));
        QVERIFY(m_store->change(messages.back(), {Processing, Delivered}));
        std::vector<MessageId> queued;
        MessageFilter filter;
        filter.recipient = recipient();
        filter.status = Queued;
        filter.limit = 100;
        for (;;) {
            const auto page = m_store->reader->list(filter);
            QVERIFY(page);
            if (page->empty())
                break;
            for (const MessagePointer &message : *page)
                queued.push_back(message->id);
            filter.before = queued.back();
        }
        auto expected = idsOf(messages);
        expected.pop_back();
        expected.erase(expected.begin() + 5);
        std::ranges::reverse(expected);
        QVERIFY(queued == expected);
    }

    void readersSeeEachMessageOnceWhileItMoves()
    {
        constexpr qint64 PerCommit = 10;
        auto settings = ShortTail;
        settings.insert(QStringLiteral("queue_tail"), 8); // Every commit moves an earlier one.
        QVERIFY(m_store->open(settings));
        std::atomic<qint64> committed{0};
        std::atomic<bool> isOver{false};
        std::atomic<int> looks{0};
        std::atomic<const char *> wrong{nullptr};
        const std::unique_ptr<QThread> thread(QThread::create([&] {
            auto reader = m_store->storage().createReader();
            if (!reader) {
                wrong = "no reader";
                return;
            }
            // At least what was committed before the look, at most what was begun after it, and whole commits.
            const auto isPossible = [&committed](qint64 seen, qint64 before) {
                return seen >= before && seen <= committed.load() + PerCommit && seen % PerCommit == 0;
            };
            while (!isOver.load()) {
                const qint64 before = committed.load();
                const auto count = (*reader)->pendingCount(recipient());
                if (!count || !isPossible(*count, before))
                    wrong = "pendingCount";
                const auto statistics = (*reader)->statistics();
                if (!statistics || !isPossible(statistics->pending, before))
                    wrong = "statistics";
                if (++looks % 16 != 0)
                    continue;
                const auto pending = (*reader)->pending(recipient(), 100'000, Clock::system().now(), {});
                if (!pending || !isPossible(std::ssize(*pending), before)
                    || !std::ranges::is_sorted(*pending, std::ranges::less_equal(), rankedId))
                    wrong = "pending";
            }
        }));
        thread->start();
        for (qint64 i = 0; i < 2'000 && !wrong; ++i) {
            acceptTogether(PerCommit);
            committed += PerCommit;
        }
        // On a busy machine the reader may not have had its turn.
        while (looks < 100 && !wrong)
            QThread::yieldCurrentThread();
        isOver = true;
        thread->wait();
        QVERIFY2(!wrong, wrong.load());
    }

    void databasesFromBeforeTheTailAreTakenOver()
    {
        auto migrations = readMigrations(QStringLiteral(HUDHUD_MIGRATIONS));
        QVERIFY(migrations);
        auto connection = SqliteConnection::open(m_store->path(), 5'000);
        QVERIFY(connection);
        QVERIFY(migrate(*connection, std::span(*migrations).first(1), Clock::system()));
        const Message old = m_store->newMessage();
        const QByteArray key = QByteArray::number(old.id.orderKey());
        QVERIFY(connection->execute("INSERT INTO message (key, id, recipient, created_at, node, type, priority, "
                                    "api_key_id) VALUES ("
                                    + key + ", x'" + old.id.view().toByteArray().toHex()
                                    + "', 1967771234567, 0, 0, 0, 1, 0); INSERT INTO queue VALUES (1967771234567, 2, "
                                    + key + ")"));
        QVERIFY(m_store->open());
        QVERIFY(pendingIsExactly({old}));
        const auto messages = acceptOneByOne(1);
        QVERIFY(pendingIsExactly({old, messages[0]}));
        QCOMPARE(rowsInQueue(), 1);
    }

private:
    static constexpr char Phone[] = "967771234567";
    static Recipient recipient() { return *Recipient::fromString(Phone); }
    /// In the order of delivery: equal for none.
    static std::pair<int, MessageId> rankedId(const MessagePointer &message)
    {
        return {-static_cast<int>(message->priority), message->id};
    }

    std::vector<Message> acceptOneByOne(int count)
    {
        std::vector<Message> messages;
        for (int i = 0; i < count; ++i) {
            messages.push_back(m_store->newMessage(Phone));
            if (!m_store->accept({messages.back()}))
                qFatal("cannot accept");
        }
        return messages;
    }
    std::vector<Message> acceptTogether(qint64 count)
    {
        std::vector<Message> messages;
        for (qint64 i = 0; i < count; ++i)
            messages.push_back(m_store->newMessage(Phone));
        if (!m_store->accept(messages))
            qFatal("cannot accept");
        return messages;
    }
    qint64 rowsInQueue() { return m_store->number("SELECT count(*) FROM queue"); }
    /// All questions about the recipient's queue give these messages, in this order.
    bool pendingIsExactly(const std::vector<Message> &messages)
    {
        return m_store->pending(recipient()) == idsOf(messages)
            && m_store->reader->pendingCount(recipient()).value() == std::ssize(messages)
            && m_store->reader->statistics().value().pending == std::ssize(messages);
    }

    std::unique_ptr<SqliteStore> m_store;
};

QTEST_GUILESS_MAIN(QueueTailTest)
#include "queue_tail_test.moc"
