// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/balancer.h"

#include <QObject>

namespace hudhud {

/// Draws two nodes by lot and takes the less saturated, or of equal ones the one with fewer connections. Nearly as even as
/// asking all, and callers with the same old snapshot do not all run to one node. Source: M. Mitzenmacher, "The Power of
/// Two Choices in Randomized Load Balancing", IEEE TPDS 12(10), 2001.
class PowerOfTwo final : public LoadBalancer
{
public:
    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override {}
    std::optional<std::size_t> select(std::span<const ProcessingNode> nodes, QByteArrayView key) override;
};

class PowerOfTwoFactory final : public QObject, public LoadBalancerFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudLoadBalancerFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::LoadBalancerFactory)

public:
    std::unique_ptr<LoadBalancer> create() override { return std::make_unique<PowerOfTwo>(); }
};

} // namespace hudhud
