// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/retry.h"

#include <QObject>

namespace hudhud {

/// Waits `base_delay + step * (attempt - 1)`, and up to `jitter` of it longer, at most `max_delay`: for recipients whose
/// link comes back in its own time, where doubling would soon wait too long.
class LinearRetry final : public RetryPolicy
{
public:
    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override {}
    std::optional<std::chrono::milliseconds> nextDelay(int attempt, ErrorClass errorClass) const override;

private:
    std::chrono::milliseconds m_baseDelay{10'000};
    std::chrono::milliseconds m_step{10'000};
    std::chrono::milliseconds m_maximumDelay{300'000};
    double m_jitter = 0.1;
    int m_maximumAttempts = 8;
};

class LinearRetryFactory final : public QObject, public RetryPolicyFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudRetryPolicyFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::RetryPolicyFactory)

public:
    std::unique_ptr<RetryPolicy> create() override { return std::make_unique<LinearRetry>(); }
};

} // namespace hudhud
