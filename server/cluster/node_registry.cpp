// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/node_registry.h"

#include <algorithm>

namespace hudhud {

NodeRegistry::NodeRegistry(QByteArray ownId, const Clock &clock)
    : m_ownId(std::move(ownId))
    , m_clock(clock)
{
}

std::vector<NodeRegistry::Change> NodeRegistry::heard(const ProcessingNode &node)
{
    const auto [place, isNew] = m_entries.try_emplace(node.id);
    Entry &entry = place->second;
    // Twice the same is no second sign of life: the cache still holds the last word of a node that died.
    if (!isNew && node.lastHeartbeat <= entry.node.lastHeartbeat)
        return {};
    const std::optional<NodeStatus> before = isNew ? std::nullopt : std::optional(entry.node.status);
    entry.heardAt = m_clock.steadyNow();
    entry.node = node;
    if (before == node.status)
        return {};
    return {{node.id, before, node.status}};
}

std::vector<NodeRegistry::Change> NodeRegistry::left(const QByteArray &id)
{
    const auto found = m_entries.find(id);
    if (found == m_entries.end())
        return {};
    const NodeStatus before = found->second.node.status;
    m_entries.erase(found);
    return {{id, before, std::nullopt}};
}

std::vector<NodeRegistry::Change> NodeRegistry::check()
{
    const SteadyTime now = m_clock.steadyNow();
    std::vector<Change> changes;
    for (auto at = m_entries.begin(); at != m_entries.end();) {
        Entry &entry = at->second;
        const NodeStatus before = entry.node.status;
        const auto age = now - entry.heardAt;
        if (age >= ForgottenAfter) {
            changes.push_back({at->first, before, std::nullopt});
            at = m_entries.erase(at);
            continue;
        }
        if (age >= OfflineAfter)
            entry.node.status = NodeStatus::Offline;
        else if (age >= UnhealthyAfter)
            entry.node.status = std::max(before, NodeStatus::Unhealthy);
        if (entry.node.status != before)
            changes.push_back({at->first, before, entry.node.status});
        ++at;
    }
    return changes;
}

std::vector<ProcessingNode> NodeRegistry::nodes() const
{
    std::vector<ProcessingNode> nodes;
    nodes.reserve(m_entries.size());
    for (const auto &[id, entry] : m_entries)
        nodes.push_back(entry.node);
    return nodes;
}

std::vector<QByteArray> NodeRegistry::peers() const
{
    std::vector<QByteArray> ids;
    for (const auto &[id, entry] : m_entries) {
        if (id != m_ownId && entry.node.status != NodeStatus::Offline)
            ids.push_back(id);
    }
    return ids;
}

std::vector<QByteArray> NodeRegistry::silentPeers(std::chrono::milliseconds age) const
{
    const SteadyTime now = m_clock.steadyNow();
    std::vector<QByteArray> ids;
    for (const auto &[id, entry] : m_entries) {
        if (id != m_ownId && now - entry.heardAt > age)
            ids.push_back(id);
    }
    return ids;
}

qint64 NodeRegistry::count(NodeStatus status) const
{
    return std::ranges::count(m_entries, status, [](const auto &entry) { return entry.second.node.status; });
}

} // namespace hudhud
