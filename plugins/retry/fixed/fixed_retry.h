// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/retry.h"

#include <QObject>

namespace hudhud {

/// Waits `delay` after every failed attempt, and up to `jitter` of it longer, so that what failed together does not come
/// back together.
class FixedRetry final : public RetryPolicy
{
public:
    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override {}
    std::optional<std::chrono::milliseconds> nextDelay(int attempt, ErrorClass errorClass) const override;

private:
    std::chrono::milliseconds m_delay{30'000};
    double m_jitter = 0.1;
    int m_maximumAttempts = 8;
};

class FixedRetryFactory final : public QObject, public RetryPolicyFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudRetryPolicyFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::RetryPolicyFactory)

public:
    std::unique_ptr<RetryPolicy> create() override { return std::make_unique<FixedRetry>(); }
};

} // namespace hudhud
