// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/balancer.h"

#include <QObject>

#include <atomic>

namespace hudhud {

/// One node after the other. Knows nothing of loads, so nothing old can mislead it. Lock-free.
class RoundRobin final : public LoadBalancer
{
public:
    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override {}
    std::optional<std::size_t> select(std::span<const ProcessingNode> nodes, QByteArrayView key) override;

private:
    std::atomic<std::size_t> m_next = 0;
};

class RoundRobinFactory final : public QObject, public LoadBalancerFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudLoadBalancerFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::LoadBalancerFactory)

public:
    std::unique_ptr<LoadBalancer> create() override { return std::make_unique<RoundRobin>(); }
};

} // namespace hudhud
