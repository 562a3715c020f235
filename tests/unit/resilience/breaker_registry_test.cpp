// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/manual_clock.h"
#include "metrics/prometheus_registry.h"
#include "resilience/breaker_registry.h"

#include <QRegularExpression>
#include <QTest>

using namespace hudhud;
using enum BreakerState;

class BreakerRegistryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneBreakerPerDependency()
    {
        BreakerRegistry registry({}, m_metrics, m_clock);
        CircuitBreaker &storage = registry.of("storage");
        QCOMPARE(&registry.of("storage"), &storage);
        QVERIFY(&registry.of("cache") != &storage);
        const auto snapshots = registry.list();
        QCOMPARE(snapshots.size(), std::size_t(2));
        QCOMPARE(snapshots[0].dependency, QByteArray("cache"));
        QCOMPARE(snapshots[1].dependency, QByteArray("storage"));
    }

    void changesReachLogMetricsAndListeners()
    {
        PrometheusRegistry metrics;
        BreakerRegistry registry({}, metrics, m_clock);
        QByteArrayList changes;
        registry.onStateChanged([&](const BreakerChange &change) {
            changes.append(change.dependency + ' ' + breakerStateName(change.to));
        });
        QTest::ignoreMessage(QtCriticalMsg, QRegularExpression("breaker changed.*dependency=storage.*to=open.*reason=gone"));
        registry.of("storage").trip("gone");
        QCOMPARE(changes, QByteArrayList{"storage open"});
        const QByteArray text = metrics.prometheusText();
        QVERIFY2(text.contains("hudhud_breaker_state{dependency=\"storage\"} 1"), text.constData());
        QVERIFY2(text.contains("hudhud_breaker_transitions_total{dependency=\"storage\",state=\"open\"} 1"), text.constData());
    }

    void resetClosesOneByName()
    {
        BreakerRegistry registry({}, m_metrics, m_clock);
        registry.of("storage").trip("gone");
        registry.of("cache").trip("gone");
        QVERIFY(registry.reset("storage"));
        QVERIFY(registry.of("storage").state() == Closed);
        QVERIFY(registry.of("cache").state() == Open);
        const auto unknown = registry.reset("nonsense");
        QVERIFY(!unknown);
        QVERIFY(unknown.error().code() == ErrorCode::NotFound);
    }

private:
    ManualClock m_clock;
    PrometheusRegistry m_metrics;
};

QTEST_GUILESS_MAIN(BreakerRegistryTest)
#include "breaker_registry_test.moc"
