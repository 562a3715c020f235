// SPDX-License-Identifier: GPL-3.0-or-later
#include "retry_conformance.h"

using namespace hudhud;
using std::chrono::milliseconds;

class LinearRetryTest : public RetryConformance
{
    Q_OBJECT

protected:
    QString pluginFile() const override { return QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-retry-linear"); }
    QJsonObject settings() const override
    {
        return {{QStringLiteral("base_delay"), 1'000},
                {QStringLiteral("step"), 2'000},
                {QStringLiteral("max_delay"), 15'000},
                {QStringLiteral("jitter"), 0.1},
                {QStringLiteral("max_attempts"), 12}};
    }
    Bounds bounds() const override { return {milliseconds(15'000), 12, milliseconds(1'000), true}; }

private Q_SLOTS:
    void growsByTheStepToTheLimit()
    {
        const auto policy = create();
        QJsonObject plain = settings();
        plain[QLatin1String("jitter")] = 0;
        QVERIFY(policy->configure(plain, {}));
        for (int attempt = 1; attempt < 12; ++attempt) {
            const milliseconds expected(std::min(1'000 + 2'000 * (attempt - 1), 15'000));
            QCOMPARE(*policy->nextDelay(attempt, ErrorClass::Transient), expected);
        }
    }

    void hugeAttemptsDoNotOverflow()
    {
        const auto policy = create();
        QVERIFY(policy->configure({{QStringLiteral("base_delay"), 86'400'000},
                                   {QStringLiteral("step"), 86'400'000},
                                   {QStringLiteral("max_delay"), 604'800'000},
                                   {QStringLiteral("jitter"), 1},
                                   {QStringLiteral("max_attempts"), 1'000}},
                                  {}));
        QCOMPARE(*policy->nextDelay(999, ErrorClass::Transient), milliseconds(604'800'000));
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

QTEST_GUILESS_MAIN(LinearRetryTest)
#include "linear_retry_test.moc"
