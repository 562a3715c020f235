// SPDX-License-Identifier: GPL-3.0-or-later
#include "retry_conformance.h"

using namespace hudhud;
using std::chrono::milliseconds;

class DecorrelatedJitterRetryTest : public RetryConformance
{
    Q_OBJECT

protected:
    QString pluginFile() const override { return QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-retry-decorrelated-jitter"); }
    QJsonObject settings() const override
    {
        return {{QStringLiteral("base_delay"), 1'000},
                {QStringLiteral("max_delay"), 300'000},
                {QStringLiteral("max_attempts"), 10}};
    }
    Bounds bounds() const override { return {milliseconds(300'000), 10, milliseconds(1'000), true}; }

private Q_SLOTS:
    /// The first wait is uniform between the base and three times the base; later ones reach three times as far each.
    void eachWaitReachesThreeTimesAsFar()
    {
        const auto policy = createStarted();
        double furthest = 1'000;
        for (int attempt = 1; attempt < 4; ++attempt) {
            furthest *= 3;
            qint64 longest = 0;
            for (int i = 0; i < 4'000; ++i)
                longest = std::max<qint64>(longest, policy->nextDelay(attempt, ErrorClass::Transient)->count());
            QVERIFY(static_cast<double>(longest) <= furthest);
            QVERIFY(static_cast<double>(longest) > 0.6 * furthest);
        }
        // Uniform from 1 s to 3 s has its mean at 2 s.
        QVERIFY(std::abs(mean(*policy, 1) - 2'000) < 60);
    }

    void aLimitBelowTheBaseIsRefused()
    {
        QJsonObject wrong = settings();
        wrong[QLatin1String("max_delay")] = 999;
        const auto result = create()->configure(wrong, {});
        QVERIFY(!result);
        QCOMPARE(result.error().field(), QStringLiteral("max_delay"));
        QVERIFY(result.error().message().contains(QStringLiteral("1000")));
    }
};

QTEST_GUILESS_MAIN(DecorrelatedJitterRetryTest)
#include "decorrelated_jitter_retry_test.moc"
