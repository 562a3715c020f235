// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/retry.h"

#include <QObject>

namespace hudhud {

/// Waits a random time between `base_delay` and three times the wait before, at most `max_delay`. Grows like exponential
/// backoff but is never shorter than the base. Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015
/// ("decorrelated jitter"). A policy keeps no state, so the waits before are drawn anew: each wait has the distribution
/// that the source gives it, whatever the last one really was.
class DecorrelatedJitterRetry final : public RetryPolicy
{
public:
    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override {}
    std::optional<std::chrono::milliseconds> nextDelay(int attempt, ErrorClass errorClass) const override;

private:
    std::chrono::milliseconds m_baseDelay{1'000};
    std::chrono::milliseconds m_maximumDelay{300'000};
    int m_maximumAttempts = 8;
};

class DecorrelatedJitterRetryFactory final : public QObject, public RetryPolicyFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudRetryPolicyFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::RetryPolicyFactory)

public:
    std::unique_ptr<RetryPolicy> create() override { return std::make_unique<DecorrelatedJitterRetry>(); }
};

} // namespace hudhud
