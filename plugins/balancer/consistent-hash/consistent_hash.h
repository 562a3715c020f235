// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/balancer.h"

#include <QObject>

namespace hudhud {

/// The same node for the same key as long as that node can take it; when a node comes or goes, only the keys that it wins
/// or had move. Without a key any node. Every process decides alike.
///
/// Rendezvous hashing: each node gets a number from the key and its id, and the highest wins (D. Thaler, C. Ravishankar,
/// "Using name-based mappings to increase hit rates", IEEE/ACM ToN 6(1), 1998). It needs no ring that would have to be kept
/// up to date. Bounded loads: a node with more than `balance_factor` times the mean of connections passes its turn to the
/// next (V. Mirrokni, M. Thorup, M. Zadimoghaddam, "Consistent Hashing with Bounded Loads", SODA 2018).
class ConsistentHash final : public LoadBalancer
{
public:
    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override {}
    std::optional<std::size_t> select(std::span<const ProcessingNode> nodes, QByteArrayView key) override;

private:
    double m_balanceFactor = 1.25;
};

class ConsistentHashFactory final : public QObject, public LoadBalancerFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudLoadBalancerFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::LoadBalancerFactory)

public:
    std::unique_ptr<LoadBalancer> create() override { return std::make_unique<ConsistentHash>(); }
};

} // namespace hudhud
