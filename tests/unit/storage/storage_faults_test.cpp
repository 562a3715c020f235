// SPDX-License-Identifier: GPL-3.0-or-later
#include "plain_metrics.h"
#include "resilience/breaker_registry.h"
#include "scripted_storage.h"
#include "storage/storage_executor.h"

#include <QTest>

#include <atomic>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

/// Moved by the test while the store's threads read it.
class SharedClock final : public Clock
{
public:
    Timestamp now() const override { return Timestamp(1'800'000'000s + m_elapsed.load()); }
    SteadyTime steadyNow() const override { return SteadyTime(1h + m_elapsed.load()); }
    void advance(std::chrono::milliseconds time) { m_elapsed = m_elapsed.load() + time; }

private:
    std::atomic<std::chrono::milliseconds> m_elapsed{0ms};
};

} // namespace

/// What the executor does with a store that fails, hangs or is full, and what it tells about it.
class StorageFaultsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_storage = std::make_unique<ScriptedStorage>();
        m_metrics = std::make_unique<PlainMetrics>();
        m_breakers = std::make_unique<BreakerRegistry>(BreakerOptions(), *m_metrics, m_clock);
        m_options = {};
        m_log.clear();
    }
    void cleanup()
    {
        m_storage->openGate();
        static_cast<void>(m_executor->stop(0ms));
        m_client.reset();
        m_executor.reset();
    }

    void failuresOpenTheBreakerAndTheStoreIsLeftAlone()
    {
        start();
        m_storage->failWith(ErrorCode::StorageUnavailable);
        for (int i = 0; i < 5; ++i)
            QCOMPARE(persist(), QByteArray("storage-unavailable"));
        QVERIFY(m_breakers->of("storage-write").state() == BreakerState::Open);
        QVERIFY(m_executor->notReadyReason()->contains("storage-write is open"));
        m_storage->failWith(std::nullopt);
        QCOMPARE(persist(), QByteArray("storage-unavailable"));
        QCOMPARE(m_storage->commits().size(), std::size_t(5));
        QCOMPARE(m_metrics->count("hudhud_storage_rejected_calls_total"), 1);
        QCOMPARE(m_metrics->level("hudhud_storage_queued_writes"), 0);
    }

    void afterTheRestOneCommitDecides()
    {
        start();
        m_storage->failWith(ErrorCode::StorageUnavailable);
        for (int i = 0; i < 5; ++i)
            persist();
        m_clock.advance(30s);
        QCOMPARE(persist(), QByteArray("storage-unavailable"));
        QCOMPARE(m_storage->commits().size(), std::size_t(6));
        m_storage->failWith(std::nullopt);
        QCOMPARE(persist(), QByteArray("storage-unavailable"));
        QCOMPARE(m_storage->commits().size(), std::size_t(6));
        m_clock.advance(30s);
        QCOMPARE(persist(), QByteArray("ok"));
        QVERIFY(!m_executor->notReadyReason());
        QCOMPARE(persist(), QByteArray("ok"));
    }

    void tasksGoThroughTheBreakerToo()
    {
        start();
        m_breakers->of("storage-write").trip("test");
        m_client->claimDue({}, 10, [this](auto result) { m_log.append(describe(result)); });
        QTRY_COMPARE(m_log, QByteArrayList{"storage-unavailable"});
        QVERIFY(m_storage->journal().empty());
        m_clock.advance(30s);
        m_client->claimDue({}, 10, [this](auto result) { m_log.append(describe(result)); });
        QTRY_COMPARE(m_log.size(), 2);
        QCOMPARE(m_log.last(), QByteArray("ok"));
        QVERIFY(m_breakers->of("storage-write").state() == BreakerState::Closed);
    }

    void refusalsThatAreTheCallersFaultDoNotCount()
    {
        start();
        for (int i = 0; i < 30; ++i) {
            m_client->events({}, [this](auto result) { m_log.append(describe(result)); });
            QTRY_COMPARE(m_log.size(), i + 1);
            QCOMPARE(m_log.last(), QByteArray("not-found"));
        }
        QVERIFY(m_breakers->of("storage-read").state() == BreakerState::Closed);
        QCOMPARE(m_breakers->of("storage-read").snapshot().windowCalls, 30);
        QCOMPARE(m_breakers->of("storage-read").snapshot().windowFailures, 0);
    }

    void readsHaveABreakerOfTheirOwn()
    {
        start();
        m_breakers->of("storage-read").trip("test");
        m_client->pendingCount({}, [this](auto result) { m_log.append(describe(result)); });
        QTRY_COMPARE(m_log, QByteArrayList{"storage-unavailable"});
        QCOMPARE(persist(), QByteArray("ok"));
        QVERIFY(m_executor->notReadyReason()->contains("storage-read is open"));
    }

    void aConditionIsToldUntilAWriteSucceeds_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<QByteArray>("reason");
        QTest::addColumn<QByteArray>("metric");
        QTest::newRow("failed sync") << int(ErrorCode::StorageReadOnly) << QByteArray("read-only after a failed sync")
                                     << QByteArray("hudhud_storage_read_only");
        QTest::newRow("full disk") << int(ErrorCode::StorageFull) << QByteArray("disk of the store is full")
                                   << QByteArray("hudhud_storage_full");
    }
    void aConditionIsToldUntilAWriteSucceeds()
    {
        QFETCH(int, code);
        QFETCH(QByteArray, reason);
        QFETCH(QByteArray, metric);
        start();
        QVERIFY(!m_executor->notReadyReason());
        m_storage->failWith(static_cast<ErrorCode>(code));
        QCOMPARE(persist(), QByteArray(errorCodeInfo(static_cast<ErrorCode>(code)).name));
        QVERIFY(m_executor->notReadyReason());
        QVERIFY(m_executor->notReadyReason()->contains(reason));
        QCOMPARE(m_metrics->level(metric), 1);
        m_storage->failWith(std::nullopt);
        QCOMPARE(persist(), QByteArray("ok"));
        QVERIFY(!m_executor->notReadyReason());
        QCOMPARE(m_metrics->level(metric), 0);
    }

    void aCommitThatHangsIsGivenUpByAllWhoWait()
    {
        m_options.writeTimeout = 100ms;
        m_options.maximumBatch = 1;
        start();
        m_storage->closeGate();
        const MessageId id = m_ids.next();
        m_client->persist({message()}, note("running"));
        QTRY_COMPARE(m_storage->arrivals(), std::size_t(1));
        m_client->persist({message()}, note("behind"));
        m_client->withdraw(id, [this](Result<void> result) { m_log.append("withdrawal " + describe(result)); });
        QTRY_COMPARE(m_log.size(), 3);
        QVERIFY(m_log.contains("running timeout"));
        QVERIFY(m_log.contains("behind storage-unavailable"));
        QVERIFY(m_log.contains("withdrawal storage-unavailable"));
        QVERIFY(m_executor->notReadyReason()->contains("hangs"));
        QCOMPARE(persist(), QByteArray("storage-unavailable"));

        m_storage->openGate(); // It comes back: no answer comes twice, and the rest is kept all the same.
        QTRY_COMPARE(m_metrics->level("hudhud_storage_queued_writes"), 0);
        QTRY_VERIFY(!m_executor->notReadyReason()->contains("hangs"));
        QCOMPARE(persist(), QByteArray("storage-unavailable"));
        QCOMPARE(m_storage->commits().size(), std::size_t(1));
        m_clock.advance(30s);
        QCOMPARE(persist(), QByteArray("ok"));
        QVERIFY(!m_executor->notReadyReason());
        QCOMPARE(m_log.count("running timeout"), 1);
    }

    void aStopDoesNotWaitForEverForAHangingStore()
    {
        start();
        m_storage->closeGate();
        m_client->persist({message()}, note("running"));
        QTRY_COMPARE(m_storage->arrivals(), std::size_t(1));
        QVERIFY(!m_executor->stop(1ms));
        m_storage->openGate();
        QVERIFY(m_executor->stop(10s));
        QTRY_COMPARE(m_log, QByteArrayList{"running ok"});
    }

private:
    void start()
    {
        m_executor = std::make_unique<StorageExecutor>(*m_storage, m_options, "node-7", *m_metrics, Clock::system(),
                                                       *m_breakers);
        QVERIFY(m_executor->start());
        m_client = m_executor->createClient();
    }
    std::shared_ptr<Message> message()
    {
        auto message = std::make_shared<Message>();
        message->id = m_ids.next();
        return message;
    }
    /// One commit, waited for.
    QByteArray persist()
    {
        std::optional<QByteArray> answer;
        m_client->persist({message()}, [&answer](auto results) { answer = describe(results); });
        return QTest::qWaitFor([&answer] { return answer.has_value(); }, 60'000) ? *answer : QByteArray("no answer");
    }
    Completion<std::vector<Result<void>>> note(const QByteArray &name)
    {
        return [this, name](auto results) { m_log.append(name + ' ' + describe(results)); };
    }
    template <typename T> static QByteArray describe(const Result<T> &result)
    {
        return result ? "ok" : errorCodeInfo(result.error().code()).name;
    }

    MessageIdGenerator m_ids{Clock::system()};
    SharedClock m_clock; ///< The breakers'.
    StorageOptions m_options;
    std::unique_ptr<ScriptedStorage> m_storage;
    std::unique_ptr<PlainMetrics> m_metrics;
    std::unique_ptr<BreakerRegistry> m_breakers;
    std::unique_ptr<StorageExecutor> m_executor;
    std::unique_ptr<StorageClient> m_client;
    QByteArrayList m_log;
};

QTEST_GUILESS_MAIN(StorageFaultsTest)
#include "storage_faults_test.moc"
