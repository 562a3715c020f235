// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/node_placement.h"

#include <utility>

namespace hudhud {

NodePlacement::NodePlacement(QByteArray ownId, LoadBalancer &balancer, std::function<std::vector<ProcessingNode>()> nodes,
                             MetricsRegistry &metrics)
    : m_ownId(std::move(ownId))
    , m_balancer(balancer)
    , m_nodes(std::move(nodes))
    , m_redirects(metrics.counter("hudhud_cluster_redirects_total", "Phones that were sent to another node."))
{
}

std::optional<QByteArray> NodePlacement::elsewhere(QByteArrayView user)
{
    const std::vector<ProcessingNode> nodes = m_nodes();
    const std::optional<std::size_t> chosen = m_balancer.select(nodes, user);
    if (!chosen || nodes[*chosen].id == m_ownId)
        return std::nullopt;
    m_redirects.add();
    return nodes[*chosen].endpoint;
}

} // namespace hudhud
