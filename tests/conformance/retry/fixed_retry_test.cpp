// SPDX-License-Identifier: GPL-3.0-or-later
#include "retry_conformance.h"

using namespace hudhud;
using std::chrono::milliseconds;

class FixedRetryTest : public RetryConformance
{
    Q_OBJECT

protected:
    QString pluginFile() const override { return QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-retry-fixed"); }
    QJsonObject settings() const override
    {
        return {{QStringLiteral("delay"), 30'000}, {QStringLiteral("jitter"), 0.2}, {QStringLiteral("max_attempts"), 6}};
    }
    Bounds bounds() const override { return {milliseconds(36'000), 6, milliseconds(30'000), false}; }

private Q_SLOTS:
    /// The jitter is used wholly: waits reach both ends.
    void reachesBothEnds()
    {
        const auto policy = createStarted();
        milliseconds shortest = bounds().longest;
        milliseconds longest{0};
        for (int i = 0; i < 4'000; ++i) {
            const auto delay = *policy->nextDelay(1 + i % 5, ErrorClass::Transient);
            shortest = std::min(shortest, delay);
            longest = std::max(longest, delay);
        }
        QVERIFY(shortest < milliseconds(30'200));
        QVERIFY(longest > milliseconds(35'800));
    }

    void withoutJitterEveryWaitIsTheDelay()
    {
        const auto policy = create();
        QJsonObject plain = settings();
        plain[QLatin1String("jitter")] = 0;
        QVERIFY(policy->configure(plain, {}));
        for (int attempt = 1; attempt < 6; ++attempt)
            QCOMPARE(*policy->nextDelay(attempt, ErrorClass::System), milliseconds(30'000));
    }
};

QTEST_GUILESS_MAIN(FixedRetryTest)
#include "fixed_retry_test.moc"
