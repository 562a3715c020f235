// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/retry.h"

#include <QPluginLoader>
#include <QTest>

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
                QVERIFY(delay && *delay >= std::chrono::milliseconds(0) && *delay <= bounds().longest);
            }
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
