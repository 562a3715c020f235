// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/balancer.h"

#include <QObject>

namespace hudhud {

/// Draws a node by lot, each with a chance that is the inverse of its average response time: one that takes twice as long
/// gets half. A node that has answered nothing yet counts as an average one.
class WeightedResponseTime final : public LoadBalancer
{
public:
    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override {}
    std::optional<std::size_t> select(std::span<const ProcessingNode> nodes, QByteArrayView key) override;

private:
    std::chrono::microseconds m_shortest{1'000};
};

class WeightedResponseTimeFactory final : public QObject, public LoadBalancerFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudLoadBalancerFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::LoadBalancerFactory)

public:
    std::unique_ptr<LoadBalancer> create() override { return std::make_unique<WeightedResponseTime>(); }
};

} // namespace hudhud
