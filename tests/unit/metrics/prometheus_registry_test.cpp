// SPDX-License-Identifier: GPL-3.0-or-later
#include "metrics/process_metrics.h"
#include "metrics/prometheus_registry.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

#include <thread>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

bool hasLine(const QByteArray &text, const QByteArray &line)
{
    return text.split('\n').contains(line);
}

void ignoreRefusals()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("is not shown")));
}

} // namespace

class PrometheusRegistryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameNameAndLabelsAreTheSameObject()
    {
        PrometheusRegistry registry;
        Counter &one = registry.counter("hudhud_a_total", "A.", {{"x", "1"}, {"y", "2"}});
        Counter &same = registry.counter("hudhud_a_total", "A.", {{"y", "2"}, {"x", "1"}});
        Counter &other = registry.counter("hudhud_a_total", "A.", {{"x", "1"}, {"y", "3"}});
        QCOMPARE(&one, &same);
        QVERIFY(&one != &other);
    }

    void textFormat()
    {
        PrometheusRegistry registry;
        registry.counter("hudhud_accepted_total", "Accepted messages.", {{"priority", "High"}}).add(3);
        registry.gauge("hudhud_connections", "Open connections.").set(-2);
        const QByteArray text = registry.prometheusText();
        QVERIFY(hasLine(text, "# HELP hudhud_accepted_total Accepted messages."));
        QVERIFY(hasLine(text, "# TYPE hudhud_accepted_total counter"));
        QVERIFY(hasLine(text, "hudhud_accepted_total{priority=\"High\"} 3"));
        QVERIFY(hasLine(text, "# TYPE hudhud_connections gauge"));
        QVERIFY(hasLine(text, "hudhud_connections -2"));
    }

    void labelValuesAreEscaped()
    {
        PrometheusRegistry registry;
        registry.gauge("hudhud_g", "G.", {{"file", "a\"b\\c\nd"}}).set(1);
        QVERIFY(hasLine(registry.prometheusText(), "hudhud_g{file=\"a\\\"b\\\\c\\nd\"} 1"));
    }

    void histogramIsCumulativeAndInSeconds()
    {
        PrometheusRegistry registry;
        DurationHistogram &histogram = registry.histogram("hudhud_commit_seconds", "Commit.");
        histogram.record(50us);
        histogram.record(2ms);
        histogram.record(2ms);
        histogram.record(90s);
        const QByteArray text = registry.prometheusText();
        QVERIFY(hasLine(text, "# TYPE hudhud_commit_seconds histogram"));
        QVERIFY(hasLine(text, "hudhud_commit_seconds_count 4"));
        QVERIFY2(text.contains("hudhud_commit_seconds_bucket{le=\"0.0001\"} 1\n"), text.constData());
        QVERIFY(text.contains("hudhud_commit_seconds_bucket{le=\"0.0025\"} 3\n"));
        QVERIFY(text.contains("hudhud_commit_seconds_bucket{le=\"60\"} 3\n"));
        QVERIFY(text.contains("hudhud_commit_seconds_bucket{le=\"+Inf\"} 4\n"));
        QVERIFY(text.contains("hudhud_commit_seconds_sum 90.004"));
    }

    void refusedMetricsStillCountSomewhere()
    {
        PrometheusRegistry registry;
        registry.counter("hudhud_a_total", "A.").add();
        ignoreRefusals();
        registry.gauge("hudhud_a_total", "A.").set(5);
        ignoreRefusals();
        registry.counter("1bad", "Bad.").add();
        ignoreRefusals();
        registry.counter("hudhud_b_total", "B.", {{"bad label", "x"}}).add();
        const QByteArray text = registry.prometheusText();
        QVERIFY(hasLine(text, "hudhud_a_total 1"));
        QVERIFY(!text.contains("1bad"));
        QVERIFY(!text.contains("hudhud_b_total"));
    }

    void seriesAreLimited()
    {
        PrometheusRegistry registry;
        for (std::size_t i = 0; i < PrometheusRegistry::MaximumSeries; ++i)
            registry.counter("hudhud_many_total", "Many.", {{"i", QByteArray::number(qint64(i))}});
        ignoreRefusals();
        registry.counter("hudhud_many_total", "Many.", {{"i", "one too many"}}).add();
        QVERIFY(!registry.prometheusText().contains("one too many"));
    }

    void processIsShown()
    {
        const PrometheusRegistry registry;
        const QByteArray text = registry.prometheusText();
        for (const char *name :
             {"process_resident_memory_bytes ", "process_open_fds ", "process_max_fds ",
              "process_cpu_seconds_total ", "process_start_time_seconds ", "hudhud_uptime_seconds "})
            QVERIFY2(text.contains(QByteArray("\n") + name), name);
    }

    void openDescriptorsFollowReality()
    {
        const std::optional<qint64> before = openDescriptors();
        QVERIFY(before);
        QFile file(QStringLiteral("/dev/null"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(openDescriptors(), std::optional(*before + 1));
    }

    void manyThreadsLoseNothing()
    {
        PrometheusRegistry registry;
        constexpr int Threads = 4;
        constexpr int Additions = 10'000;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < Threads; ++i) {
                threads.emplace_back([&registry] {
                    Counter &counter = registry.counter("hudhud_shared_total", "Shared.");
                    for (int n = 0; n < Additions; ++n)
                        counter.add();
                    QVERIFY(!registry.prometheusText().isEmpty());
                });
            }
        }
        QCOMPARE(registry.counter("hudhud_shared_total", "Shared.").value(), qint64(Threads) * Additions);
    }
};

QTEST_APPLESS_MAIN(PrometheusRegistryTest)
#include "prometheus_registry_test.moc"
