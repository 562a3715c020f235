// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/retry.h"

#include <QObject>

namespace hudhud {

/// Waits a random time between nothing and `base_delay * multiplier^(attempt - 1)`, at most `max_delay`:
/// spread over the whole range, so that what failed together does not come back together. Source:
/// "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 ("full jitter").
class ExponentialRetry final : public RetryPolicy
{
public:
    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override {}
    std::optional<std::chrono::milliseconds> nextDelay(int attempt, ErrorClass errorClass) const override;

private:
    std::chrono::milliseconds longestDelay(int attempt) const;

    std::chrono::milliseconds m_baseDelay{1'000};
    std::chrono::milliseconds m_maximumDelay{300'000};
    double m_multiplier = 2;
    int m_maximumAttempts = 8;
};

class ExponentialRetryFactory final : public QObject, public RetryPolicyFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudRetryPolicyFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::RetryPolicyFactory)

public:
    std::unique_ptr<RetryPolicy> create() override { return std::make_unique<ExponentialRetry>(); }
};

} // namespace hudhud
