// SPDX-License-Identifier: GPL-3.0-or-later
#include "retry_conformance.h"

#include <QThread>

#include <atomic>
#include <set>

using namespace hudhud;
using std::chrono::milliseconds;

class ExponentialRetryTest : public RetryConformance
{
    Q_OBJECT

protected:
    QString pluginFile() const override
    {
        return QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-retry-exponential");
    }
    QJsonObject settings() const override { return settings(1'000, 2, 300'000, 12); }
    Bounds bounds() const override { return {milliseconds(300'000), 12}; }

private:
    static QJsonObject settings(qint64 base, double multiplier, qint64 maximum, int attempts)
    {
        return {{QStringLiteral("base_delay"), base},
                {QStringLiteral("multiplier"), multiplier},
                {QStringLiteral("max_delay"), maximum},
                {QStringLiteral("max_attempts"), attempts}};
    }
    static std::vector<qint64> sample(const RetryPolicy &policy, int attempt, int count)
    {
        std::vector<qint64> delays;
        for (int i = 0; i < count; ++i)
            delays.push_back(policy.nextDelay(attempt, ErrorClass::Transient)->count());
        std::sort(delays.begin(), delays.end());
        return delays;
    }

private Q_SLOTS:
    /// The longest wait doubles until the limit, and every wait is below its own.
    void growsToTheLimit()
    {
        const auto policy = createStarted();
        for (int attempt = 1; attempt < 12; ++attempt) {
            const double longest = std::min(1'000.0 * std::pow(2, attempt - 1), 300'000.0);
            const auto delays = sample(*policy, attempt, 4'000);
            QVERIFY(static_cast<double>(delays.back()) <= longest);
            QVERIFY2(static_cast<double>(delays.back()) > longest * 0.98, "the upper end is never reached");
            QVERIFY2(static_cast<double>(delays.front()) < longest * 0.02, "the lower end is never reached");
        }
    }

    /// Full jitter: uniform over the whole range. Each tenth holds a tenth, within five standard deviations.
    void spreadsEvenly()
    {
        const auto policy = createStarted();
        constexpr int Count = 20'000;
        const auto delays = sample(*policy, 8, Count);
        const double longest = 128'000;
        std::array<int, 10> tenths{};
        for (const qint64 delay : delays)
            ++tenths[static_cast<std::size_t>(std::min(9.0, static_cast<double>(delay) / longest * 10))];
        for (const int count : tenths)
            QVERIFY(std::abs(count - Count / 10) < 5 * std::sqrt(Count * 0.1 * 0.9));
    }

    void hugeAttemptsDoNotOverflow()
    {
        const auto policy = create();
        QVERIFY(policy->configure(settings(86'400'000, 100, 604'800'000, 1'000), {}));
        for (const int attempt : {100, 500, 999}) {
            const auto delays = sample(*policy, attempt, 200);
            QVERIFY(delays.front() >= 0);
            QVERIFY(delays.back() <= 604'800'000);
            QVERIFY(delays.back() > 0);
        }
        QVERIFY(policy->nextDelay(0, ErrorClass::Transient)->count() <= 86'400'000);
        QVERIFY(policy->nextDelay(std::numeric_limits<int>::min(), ErrorClass::Transient)->count() >= 0);
    }

    void aLimitBelowTheBaseIsRefused()
    {
        const auto result = create()->configure(settings(1'000, 2, 999, 8), {});
        QVERIFY(!result);
        QCOMPARE(result.error().field(), QStringLiteral("max_delay"));
        QVERIFY(result.error().message().contains(QStringLiteral("1000")));
    }

    void defaultsAreThePublishedOnes()
    {
        QPluginLoader loader(pluginFile());
        const QJsonObject declared
            = loader.metaData()[QLatin1String("MetaData")][QLatin1String("settings")].toObject();
        QCOMPARE(declared[QLatin1String("base_delay")][QLatin1String("default")].toInteger(), 1'000);
        QCOMPARE(declared[QLatin1String("multiplier")][QLatin1String("default")].toDouble(), 2.0);
        QCOMPARE(declared[QLatin1String("max_delay")][QLatin1String("default")].toInteger(), 300'000);
        QCOMPARE(declared[QLatin1String("max_attempts")][QLatin1String("default")].toInteger(), 8);
    }

    void anyThreadMayAsk()
    {
        const auto policy = createStarted();
        std::atomic<int> outside = 0;
        std::vector<std::unique_ptr<QThread>> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back(QThread::create([&] {
                for (int n = 0; n < 20'000; ++n) {
                    const auto delay = policy->nextDelay(3, ErrorClass::Transient);
                    if (!delay || delay->count() < 0 || delay->count() > 4'000)
                        ++outside;
                }
            }));
            threads.back()->start();
        }
        for (const auto &thread : threads)
            thread->wait();
        QCOMPARE(outside.load(), 0);
    }
};

QTEST_GUILESS_MAIN(ExponentialRetryTest)
#include "exponential_retry_test.moc"
