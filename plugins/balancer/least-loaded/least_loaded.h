// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/balancer.h"

#include <QObject>

namespace hudhud {

/// The node with the lowest score: the weighted mean of its processor use, memory use, requests taken, queue depth and
/// connections, each from 0 to 1; the last two against the highest of all. Equal scores are drawn by lot. Between two
/// heartbeats all requests go to the same node, so that this suits few and large decisions; `power-of-two` suits many.
class LeastLoaded final : public LoadBalancer
{
public:
    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override {}
    std::optional<std::size_t> select(std::span<const ProcessingNode> nodes, QByteArrayView key) override;

private:
    double m_cpu = 3;
    double m_memory = 1;
    double m_requests = 3;
    double m_queue = 2;
    double m_connections = 1;
};

class LeastLoadedFactory final : public QObject, public LoadBalancerFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudLoadBalancerFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::LoadBalancerFactory)

public:
    std::unique_ptr<LoadBalancer> create() override { return std::make_unique<LeastLoaded>(); }
};

} // namespace hudhud
