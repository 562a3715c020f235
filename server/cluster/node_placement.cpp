// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/node_placement.h"

#include "plugin-api/node_choice.h"

#include <algorithm>
#include <utility>

namespace hudhud {

NodePlacement::NodePlacement(Parts parts)
    : m_parts(std::move(parts))
    , m_decisions(m_parts.clock)
    , m_redirects(m_parts.metrics.counter("hudhud_cluster_redirects_total", "Phones that were sent to another node."))
{
}

std::optional<QByteArray> NodePlacement::elsewhere(QByteArrayView user)
{
    const NodeSnapshot snapshot = m_parts.nodes();
    std::span<const ProcessingNode> nodes(*snapshot);
    std::vector<ProcessingNode> others;
    const bool isOwnLeftOut = isOwnAvoided();
    if (isOwnLeftOut) {
        std::ranges::remove_copy(nodes, std::back_inserter(others), m_parts.ownId, &ProcessingNode::id);
        nodes = others;
    }
    const ProcessingNode *chosen = nullptr;
    if (const auto decided = m_decisions.find(user)) {
        const auto node = std::ranges::find(nodes, *decided, &ProcessingNode::id);
        if (node != nodes.end() && hasRoom(*node))
            chosen = &*node;
    }
    if (!chosen) {
        const std::optional<std::size_t> index = m_parts.balancer.select(nodes, user);
        if (!index)
            return std::nullopt;
        chosen = &nodes[*index];
        m_decisions.remember(user.toByteArray(), chosen->id);
        if (isOwnLeftOut)
            m_avoidances.fetch_sub(1, std::memory_order_relaxed);
    }
    if (chosen->id == m_parts.ownId)
        return std::nullopt;
    m_redirects.add();
    return chosen->endpoint;
}

void NodePlacement::avoidOwn(qint64 phones, std::chrono::milliseconds time)
{
    m_avoidances.store(phones, std::memory_order_relaxed);
    m_avoidOwnUntil.store(m_parts.clock.steadyNow() + time, std::memory_order_relaxed);
    nodeGone(m_parts.ownId);
}

bool NodePlacement::isOwnAvoided() const
{
    return m_avoidances.load(std::memory_order_relaxed) > 0
        && m_parts.clock.steadyNow() < m_avoidOwnUntil.load(std::memory_order_relaxed);
}

} // namespace hudhud
