// SPDX-License-Identifier: GPL-3.0-or-later
#include "plain_metrics.h"
#include "resilience/breaker_registry.h"
#include "scripted_storage.h"
#include "storage/consistency_run.h"
#include "storage/storage_executor.h"

#include <QTest>

using namespace hudhud;

class ConsistencyRunTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_storage = std::make_unique<ScriptedStorage>();
        m_metrics = std::make_unique<PlainMetrics>();
        m_breakers = std::make_unique<BreakerRegistry>(BreakerOptions(), *m_metrics, Clock::system());
        m_executor = std::make_unique<StorageExecutor>(*m_storage, m_options, "node-7", *m_metrics, Clock::system(),
                                                       *m_breakers);
        QVERIFY(m_executor->start());
        m_client = m_executor->createClient();
    }
    void cleanup()
    {
        QVERIFY(m_executor->stop(std::chrono::milliseconds(0)));
        m_client.reset();
        m_executor.reset();
    }

    void walksToTheEndAndMendsWhatItFinds()
    {
        m_storage->find({{finding("a")}, {}, {finding("b"), finding("c", InconsistencyKind::AbandonedLease)}});
        const auto report = run({});
        QVERIFY(report);
        QCOMPARE(m_storage->journal(),
                 (std::vector<QByteArray>{"check ", "repair a", "check 1", "check 2", "repair b", "repair c"}));
        QCOMPARE(report->examined, 30);
        QCOMPARE(report->repaired, 3);
        QCOMPARE(report->total(), 3);
        QCOMPARE(report->found[static_cast<std::size_t>(InconsistencyKind::NotQueued)], 2);
        QCOMPARE(report->found[static_cast<std::size_t>(InconsistencyKind::AbandonedLease)], 1);
        QCOMPARE(report->findings.size(), std::size_t(3));
    }

    void canOnlyLook()
    {
        m_storage->find({{finding("a")}});
        const auto report = run({.repairs = false});
        QVERIFY(report);
        QCOMPARE(m_storage->journal(), std::vector<QByteArray>{"check "});
        QCOMPARE(report->repaired, 0);
        QCOMPARE(report->total(), 1);
    }

    void keepsOnlySoManyFindings()
    {
        m_storage->find({{finding("a"), finding("b")}, {finding("c")}});
        const auto report = run({.maximumFindings = 1});
        QVERIFY(report);
        QCOMPARE(report->findings.size(), std::size_t(1));
        QCOMPARE(report->total(), 3);
    }

    void endsWithTheStore()
    {
        QVERIFY(m_executor->stop(std::chrono::milliseconds(0)));
        const auto report = run({});
        QVERIFY(!report);
        QVERIFY(report.error().code() == ErrorCode::ShuttingDown);
    }

private:
    static Inconsistency finding(const QByteArray &place, InconsistencyKind kind = InconsistencyKind::NotQueued)
    {
        return {MessageId(), kind, "scripted", place};
    }
    Result<ConsistencyReport> run(const ConsistencyRunOptions &options)
    {
        std::optional<Result<ConsistencyReport>> answer;
        runConsistencyCheck(*m_client, options, Clock::system(),
                            [&answer](Result<ConsistencyReport> report) { answer = std::move(report); });
        if (!QTest::qWaitFor([&answer] { return answer.has_value(); }, 30'000))
            qFatal("no answer");
        return std::move(*answer);
    }

    StorageOptions m_options;
    std::unique_ptr<ScriptedStorage> m_storage;
    std::unique_ptr<PlainMetrics> m_metrics;
    std::unique_ptr<BreakerRegistry> m_breakers;
    std::unique_ptr<StorageExecutor> m_executor;
    std::unique_ptr<StorageClient> m_client;
};

QTEST_GUILESS_MAIN(ConsistencyRunTest)
#include "consistency_run_test.moc"
