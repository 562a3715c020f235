// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/balancer.h"

namespace hudhud {

/// Chooses the nodes by turns and counts how often it was asked.
class ChoosingBalancer final : public LoadBalancer
{
public:
    Result<void> configure(const QJsonObject &, const PluginContext &) override { return {}; }
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override { }
    std::optional<std::size_t> select(std::span<const ProcessingNode> nodes, QByteArrayView) override
    {
        if (nodes.empty())
            return std::nullopt;
        return asked++ % nodes.size();
    }

    std::size_t asked = 0;
};

inline ProcessingNode testNode(const QByteArray &id, NodeStatus status = NodeStatus::Healthy, qint64 connections = 0)
{
    ProcessingNode node;
    node.id = id;
    node.endpoint = "http://" + id;
    node.status = status;
    node.currentLoad.activeConnections = connections;
    node.maxConcurrentRequests = 100;
    return node;
}

} // namespace hudhud
