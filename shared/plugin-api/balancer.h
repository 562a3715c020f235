// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/plugin.h"

#include <QtPlugin>

#include <array>
#include <memory>
#include <optional>
#include <span>

namespace hudhud {

/// Sent between nodes: never renumber.
enum class NodeStatus : quint8 { Healthy = 0, Degraded = 1, Unhealthy = 2, Offline = 3 };

inline constexpr int NodeStatusCount = 4;

/// "healthy", "degraded", "unhealthy", "offline".
constexpr QByteArrayView nodeStatusName(NodeStatus status)
{
    constexpr std::array<QByteArrayView, NodeStatusCount> Names{"healthy", "degraded", "unhealthy", "offline"};
    return Names.at(static_cast<std::size_t>(status));
}

struct LoadMetrics
{
    double cpuUsage = 0;    ///< 0 to 1 of all cores.
    double memoryUsage = 0; ///< 0 to 1 of what the process may use.
    qint64 activeConnections = 0;
    qint64 queueDepth = 0;
    double requestsPerSecond = 0;
    std::chrono::microseconds averageResponseTime{0};
    Timestamp lastUpdated{};
};

/// One server process as the registry knows it.
struct ProcessingNode
{
    QByteArray id;
    QByteArray endpoint; ///< Base URL.
    NodeStatus status = NodeStatus::Offline;
    LoadMetrics currentLoad;
    Timestamp lastHeartbeat{};
    qint64 maxConcurrentRequests = 0;
    qint64 currentActiveRequests = 0;
    QJsonObject capabilities;
};

/// Picks a node from a snapshot of all nodes. Pure, no I/O. Thread: any, concurrently.
class LoadBalancer : public Plugin
{
public:
    /// `key` keeps equal keys on equal nodes where the strategy can (a recipient, say); it may be empty.
    /// Result: the index of the node, or nothing when none can take the request.
    virtual std::optional<std::size_t> select(std::span<const ProcessingNode> nodes, QByteArrayView key) = 0;
};

class LoadBalancerFactory
{
public:
    virtual ~LoadBalancerFactory() = default;
    virtual std::unique_ptr<LoadBalancer> create() = 0;
};

} // namespace hudhud

#define HudhudLoadBalancerFactory_iid "org.hudhud.plugin.balancer/1"
Q_DECLARE_INTERFACE(hudhud::LoadBalancerFactory, HudhudLoadBalancerFactory_iid)
