// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/balancer.h"
#include "plugin-api/metrics.h"
#include "plugin-api/services.h"

#include <functional>
#include <vector>

namespace hudhud {

/// Sends phones that connect here to the node that the load balancer chooses. Thread: any. Ownership: what is passed in
/// outlives it.
class NodePlacement final : public ConnectionPlacement
{
public:
    /// `nodes`: a snapshot of the cluster, this node among them. Any thread.
    NodePlacement(QByteArray ownId, LoadBalancer &balancer, std::function<std::vector<ProcessingNode>()> nodes,
                  MetricsRegistry &metrics);

    std::optional<QByteArray> elsewhere(QByteArrayView user) override;

private:
    QByteArray m_ownId;
    LoadBalancer &m_balancer;
    std::function<std::vector<ProcessingNode>()> m_nodes;
    Counter &m_redirects;
};

} // namespace hudhud
