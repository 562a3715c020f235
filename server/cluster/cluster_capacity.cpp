// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/cluster_capacity.h"

#include "plugin-api/cache_policy.h"
#include "plugin-api/node_choice.h"

#include <utility>

namespace hudhud {

ClusterCapacity::ClusterCapacity(QByteArray ownId, NodeSnapshotSource nodes, const Clock &clock)
    : m_ownId(std::move(ownId))
    , m_nodes(std::move(nodes))
    , m_clock(clock)
{
}

bool ClusterCapacity::canHandleLoad(qint64 concurrentRequests)
{
    const SteadyTime now = m_clock.steadyNow();
    quint64 generation = 0;
    {
        const std::scoped_lock lock(m_mutex);
        if (now < m_until)
            return m_room >= concurrentRequests;
        generation = m_generation;
    }
    qint64 room = 0;
    const NodeSnapshot nodes = m_nodes();
    for (const ProcessingNode &node : *nodes)
        room += node.id == m_ownId ? 0 : roomOf(node);
    const std::scoped_lock lock(m_mutex);
    if (generation == m_generation) { // Else the nodes may be older than the news.
        m_room = room;
        m_until = now + CachePolicy::Capacity;
    }
    return room >= concurrentRequests;
}

void ClusterCapacity::invalidate()
{
    const std::scoped_lock lock(m_mutex);
    ++m_generation;
    m_until = SteadyTime::min();
}

} // namespace hudhud
