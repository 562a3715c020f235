// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/retry.h"

#include <QPluginLoader>
#include <QTest>

#include <limits>
#include <map>

namespace hudhud {

/// What every retry policy promises. A plugin's test derives from this, says which library it is and how to
/// configure it, and adds what is its own.
class RetryConformance : public QObject
{
    Q_OBJECT

protected:
    /// How the policy under test is bounded.
    struct Bounds
    {
        std::chrono::milliseconds longest;
        int maximumAttempts = 0;
        std::chrono::milliseconds shortest{0};
        bool isGrowing = true; ///< The mean wait grows from the first attempt to the last but one.
    };

    virtual QString pluginFile() const = 0;
    virtual QJsonObject settings() const = 0;
    virtual Bounds bounds() const = 0;

    std::unique_ptr<RetryPolicy> create() const
    {
        QPluginLoader loader(pluginFile());
        auto *factory = qobject_cast<RetryPolicyFactory *>(loader.instance());
        return factory ? factory->create() : nullptr;
    }
    std::unique_ptr<RetryPolicy> createStarted() const
    {
        auto policy = create();
        if (!policy
            || !policy->configure(settings(), {.name = "test", .nodeId = "node-1", .dataDirectory = {}})
            || !policy->start())
            return nullptr;
        return policy;
    }

    static double mean(const RetryPolicy &policy, int attempt)
    {
        constexpr int Count = 4'000;
        double sum = 0;
        for (int i = 0; i < Count; ++i)
            sum += static_cast<double>(policy.nextDelay(attempt, ErrorClass::Transient)->count());
        return sum / Count;
    }

private Q_SLOTS:
    void loadsAndStarts()
    {
        QVERIFY(create());
        QVERIFY(createStarted());
    }

    void givesUpWhatCannotSucceed()
    {
        const auto policy = createStarted();
        for (int attempt = 1; attempt < 20; ++attempt) {
            QVERIFY(!policy->nextDelay(attempt, ErrorClass::Permanent));
            QVERIFY(!policy->nextDelay(attempt, ErrorClass::Business));
        }
    }

    void retriesUntilTheLastAttempt()
    {
        const auto policy = createStarted();
        for (const ErrorClass errorClass : {ErrorClass::Transient, ErrorClass::System}) {
            for (int attempt = 1; attempt < bounds().maximumAttempts; ++attempt)
                QVERIFY(policy->nextDelay(attempt, errorClass));
            for (int attempt = bounds().maximumAttempts; attempt < bounds().maximumAttempts + 100; ++attempt)
                QVERIFY(!policy->nextDelay(attempt, errorClass));
        }
    }

    void delaysStayWithinBounds()
    {
        const auto policy = createStarted();
        for (int round = 0; round < 2'000; ++round) {
            for (int attempt = 1; attempt < bounds().maximumAttempts; ++attempt) {
                const auto delay = policy->nextDelay(attempt, ErrorClass::Transient);
                QVERIFY(delay && *delay >= bounds().shortest && *delay <= bounds().longest);
            }
        }
    }

    /// No attempt waits noticeably less than the one before; whether the waits grow is the policy's nature.
    void waitsNeverShrink()
    {
        const auto policy = createStarted();
        const int last = bounds().maximumAttempts - 1;
        for (int attempt = 2; attempt <= last; ++attempt)
            QVERIFY(mean(*policy, attempt) > 0.9 * mean(*policy, attempt - 1));
        QCOMPARE(mean(*policy, last) > 1.5 * mean(*policy, 1), bounds().isGrowing);
    }

    /// What failed together does not come back together: of 1,000 waits, no value is taken by more than one in ten.
    void waitsAreSpread()
    {
        const auto policy = createStarted();
        for (int attempt = 1; attempt < bounds().maximumAttempts; ++attempt) {
            std::map<qint64, int> counts;
            for (int i = 0; i < 1'000; ++i)
                ++counts[policy->nextDelay(attempt, ErrorClass::Transient)->count()];
            counts.erase(bounds().longest.count()); // Where a limit cuts, waits meet.
            for (const auto &[delay, count] : counts)
                QVERIFY2(count <= 100, qPrintable(QStringLiteral("%1 ms: %2 times").arg(delay).arg(count)));
        }
    }

    /// An attempt number that makes no sense is taken for the first.
    void attemptsBelowOneAreTheFirst()
    {
        const auto policy = createStarted();
        for (const int attempt : {0, -1, std::numeric_limits<int>::min()}) {
            const auto delay = policy->nextDelay(attempt, ErrorClass::Transient);
            QVERIFY(delay && *delay >= bounds().shortest && *delay <= bounds().longest);
        }
    }

    void stopIsIdempotent()
    {
        const auto policy = createStarted();
        policy->stop(std::chrono::milliseconds(10));
        policy->stop(std::chrono::milliseconds(10));
    }
};

} // namespace hudhud
