// SPDX-License-Identifier: GPL-3.0-or-later
#include "faulty_vfs.h"
#include "sql/migration.h"
#include "sqlite_store.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

/// A generation of 512 keys takes several commits to move.
const QJsonObject ShortTail{{QStringLiteral("idempotency_tail"), 1'024},
                            {QStringLiteral("synchronous"), QStringLiteral("normal")}};
constexpr int Generation = 512;

} // namespace

/// Where the sqlite plugin looks an idempotency key up: a key is known from its commit on, and only then, whatever
/// moves from memory into the file and whenever that stops.
class IdempotencyIndexTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_store = std::make_unique<SqliteStore>(); }
    void cleanup()
    {
        m_store.reset();
        FaultyVfs::remove();
    }

    void theYoungestKeysAreNotInTheTable()
    {
        QVERIFY(m_store->open());
        QVERIFY(sendEach(0, 1'000));
        QCOMPARE(rowsInIndex(), 0);
        QVERIFY(knowsEach(0, 1'000));
    }

    void olderOnesMoveToTheTable()
    {
        QVERIFY(m_store->open(ShortTail));
        QVERIFY(sendEach(0, 4 * Generation));
        QVERIFY(rowsInIndex() >= 2 * Generation);
        QVERIFY(aboveWatermark() <= 2 * Generation);
        QVERIFY(knowsEach(0, 4 * Generation));
    }

    void theBoundHoldsForLargeCommits()
    {
        QVERIFY(m_store->open(ShortTail));
        for (int i = 0; i < 6; ++i)
            QVERIFY(sendTogether(i * 3 * Generation, 3 * Generation));
        QVERIFY(aboveWatermark() <= 6 * Generation);
        QVERIFY(knowsEach(0, 18 * Generation));
    }

    void aRestartInTheMiddleOfAMoveForgetsNothing()
    {
        QVERIFY(m_store->open(ShortTail));
        QVERIFY(sendEach(0, Generation + 2));
        QVERIFY(rowsInIndex() > 0 && rowsInIndex() < Generation);
        QVERIFY(m_store->open(ShortTail));
        QVERIFY(knowsEach(0, Generation + 2));
        QVERIFY(sendEach(Generation + 2, 3 * Generation));
        QVERIFY(m_store->open(ShortTail));
        QVERIFY(knowsEach(0, 4 * Generation + 2));
        QCOMPARE(m_store->number("SELECT count(*) FROM idempotency"), 4 * Generation + 2);
    }

    void manyRestartsDoNotLetTheTailGrow()
    {
        for (int i = 0; i < 12; ++i) {
            QVERIFY(m_store->open(ShortTail));
            QVERIFY(sendEach(i * Generation / 2, Generation / 2));
        }
        QVERIFY(aboveWatermark() <= 2 * Generation);
        QVERIFY(knowsEach(0, 6 * Generation));
    }

    void aKeyWhoseCommitFailedIsFree()
    {
        FaultyVfs::install();
        auto settings = ShortTail;
        settings.remove(QStringLiteral("synchronous"));
        QVERIFY(m_store->open(settings));
        QVERIFY(sendTogether(0, Generation)); // The next commit would move the first.
        FaultyVfs::failSyncs(true);
        QVERIFY(!send("failed"));
        FaultyVfs::failSyncs(false);
        QVERIFY(m_store->open(settings));
        const auto again = send("failed");
        QVERIFY(again && !again->isReplayed);
        QVERIFY(knowsEach(0, Generation));
    }

    void aRefusedRequestLeavesNothing()
    {
        QVERIFY(m_store->open(ShortTail));
        const Message message = m_store->newMessage();
        QVERIFY(m_store->accept({message}));
        QVERIFY(!send("taken", message));
        const auto again = send("taken");
        QVERIFY(again && !again->isReplayed);
        QVERIFY(send("taken")->isReplayed);
    }

    /// Ended records of every part: in the table, on their way, in memory.
    void whatHasEndedLeavesNoTrace()
    {
        QVERIFY(m_store->open(ShortTail));
        QVERIFY(sendEach(0, 2 * Generation + 2, -1ms));
        QVERIFY(rowsInIndex() > Generation && rowsInIndex() < 2 * Generation);
        // Half of them because their key is used again, half by purging.
        QVERIFY(sendEach(0, Generation + 1));
        const Timestamp longAgo{};
        QVERIFY(m_store->writer->purge(longAgo, longAgo, 10 * Generation).value() > 0);
        QVERIFY(sendEach(10'000, 2 * Generation));
        QVERIFY(knowsEach(0, Generation + 1));
        QVERIFY(knowsEach(10'000, 2 * Generation));
        QCOMPARE(m_store->number("SELECT count(*) FROM idempotency"), 3 * Generation + 1);
        QCOMPARE(m_store->number("SELECT count(*) FROM idempotency_index WHERE number NOT IN "
                                 "(SELECT number FROM idempotency)"),
                 0);
    }

    void aRequestThatEndsEarlierIsFoundToo()
    {
        QVERIFY(m_store->open(ShortTail));
        QVERIFY(sendEach(0, 2 * Generation, 2h));
        const qint64 before = rowsInIndex();
        QVERIFY(sendEach(10'000, Generation, 1h));
        QVERIFY(rowsInIndex() >= before + Generation);
        QVERIFY(knowsEach(10'000, Generation));
        QVERIFY(m_store->open(ShortTail));
        QVERIFY(knowsEach(0, 2 * Generation));
        QVERIFY(knowsEach(10'000, Generation));
    }

    void requestsMayEndInTheSameMillisecond()
    {
        QVERIFY(m_store->open());
        WriteBatch batch = batchOf("a", m_store->newMessage());
        QVERIFY(m_store->writer->commit(batch));
        QVERIFY(m_store->open()); // Numbering starts anew.
        WriteBatch other = batchOf("b", m_store->newMessage());
        other.claims[0].expiresAt = batch.claims[0].expiresAt;
        QVERIFY(m_store->writer->commit(other).value().claims.at(0));
        QVERIFY(send("a")->isReplayed && send("b")->isReplayed);
    }

    void afterEverythingHasEndedNewOnesAreKept()
    {
        QVERIFY(m_store->open(ShortTail));
        QVERIFY(sendEach(0, 3 * Generation, -1ms));
        QVERIFY(m_store->writer->purge({}, {}, 10 * Generation).value() > 0);
        QCOMPARE(m_store->number("SELECT count(*) FROM idempotency"), 0);
        QVERIFY(m_store->open(ShortTail));
        QVERIFY(sendEach(0, 10));
        QVERIFY(m_store->open(ShortTail));
        QVERIFY(knowsEach(0, 10));
    }

    void databasesFromBeforeTheTailAreTakenOver()
    {
        auto migrations = readMigrations(QStringLiteral(HUDHUD_MIGRATIONS));
        QVERIFY(migrations);
        {
            auto connection = SqliteConnection::open(m_store->path(), 5'000);
            QVERIFY(connection);
            QVERIFY(migrate(*connection, std::span(*migrations).first(10), Clock::system()));
        }
        // A record as it was written then; its hash is that of the same key written now.
        SqliteStore today;
        QVERIFY(today.open());
        WriteBatch batch = batchOf("old", today.newMessage());
        QVERIFY(today.writer->commit(batch));
        today.close();
        auto connection = SqliteConnection::open(m_store->path(), 5'000);
        QVERIFY(connection);
        QVERIFY(connection->execute("ATTACH '" + today.path().toUtf8() + "' AS today; INSERT INTO main.idempotency "
                                    "SELECT 1, hash, api_key_id, idempotency_key, fingerprint, ids, created_at, "
                                    "number >> 20 FROM today.idempotency; DETACH today"));
        QVERIFY(m_store->open());
        QCOMPARE(rowsInIndex(), 1);
        const auto again = send("old");
        QVERIFY(again && again->isReplayed);
        QVERIFY(again->ids == std::vector{batch.accepted[0]->id});
    }

private:
    static QByteArray keyOf(int number) { return "key-" + QByteArray::number(number); }

    static IdempotencyClaim claimOf(const QByteArray &key, std::chrono::milliseconds window)
    {
        IdempotencyClaim claim;
        claim.apiKeyId = 1;
        claim.key = key;
        claim.fingerprint = QByteArray(32, 'f');
        claim.count = 1;
        claim.now = Clock::system().now();
        claim.expiresAt = claim.now + window;
        return claim;
    }

    static WriteBatch batchOf(const QByteArray &key, const Message &message, std::chrono::milliseconds window = 1h)
    {
        WriteBatch batch;
        batch.claims.push_back(claimOf(key, window));
        batch.accepted.push_back(std::make_shared<Message>(message));
        return batch;
    }

    Result<ClaimOutcome> send(const QByteArray &key, const Message &message, std::chrono::milliseconds window = 1h)
    {
        const auto outcome = m_store->writer->commit(batchOf(key, message, window));
        return outcome ? outcome->claims.at(0) : std::unexpected(outcome.error());
    }
    Result<ClaimOutcome> send(const QByteArray &key) { return send(key, m_store->newMessage()); }

    /// New keys, each in a commit of its own.
    bool sendEach(int first, int count, std::chrono::milliseconds window = 1h)
    {
        for (int i = first; i < first + count; ++i) {
            const auto outcome = send(keyOf(i), m_store->newMessage(), window);
            if (!outcome || outcome->isReplayed)
                return false;
        }
        return true;
    }

    bool sendTogether(int first, int count)
    {
        WriteBatch batch;
        for (int i = first; i < first + count; ++i) {
            batch.claims.push_back(claimOf(keyOf(i), 1h));
            batch.claims.back().first = batch.accepted.size();
            batch.accepted.push_back(std::make_shared<Message>(m_store->newMessage()));
        }
        const auto outcome = m_store->writer->commit(batch);
        return outcome
            && std::ranges::all_of(outcome->claims, [](const auto &claim) { return claim && !claim->isReplayed; });
    }

    bool knowsEach(int first, int count)
    {
        WriteBatch batch;
        for (int i = first; i < first + count; ++i) {
            batch.claims.push_back(claimOf(keyOf(i), 1h));
            batch.claims.back().first = batch.accepted.size();
            batch.accepted.push_back(std::make_shared<Message>(m_store->newMessage()));
        }
        const auto outcome = m_store->writer->commit(batch);
        return outcome
            && std::ranges::all_of(outcome->claims, [](const auto &claim) { return claim && claim->isReplayed; });
    }

    qint64 rowsInIndex() { return m_store->number("SELECT count(*) FROM idempotency_index"); }
    qint64 aboveWatermark()
    {
        return m_store->number(
            "SELECT count(*) FROM idempotency WHERE number > (SELECT watermark FROM idempotency_tail)");
    }

    std::unique_ptr<SqliteStore> m_store;
};

QTEST_GUILESS_MAIN(IdempotencyIndexTest)
#include "idempotency_index_test.moc"
