// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/node_snapshot.h"

#include <mutex>

namespace hudhud {

/// How many requests the other nodes can still take, as of at most CachePolicy::Capacity ago, or since a node has come, gone
/// or changed its status. Thread: any; a short lock. Ownership: what is passed in outlives it.
class ClusterCapacity
{
public:
    ClusterCapacity(QByteArray ownId, NodeSnapshotSource nodes, const Clock &clock);

    /// All others together.
    bool canHandleLoad(qint64 concurrentRequests);
    /// A node has come, gone or changed its status.
    void invalidate();

private:
    const QByteArray m_ownId;
    const NodeSnapshotSource m_nodes;
    const Clock &m_clock;
    std::mutex m_mutex; ///< Guards the rest.
    qint64 m_room = 0;
    SteadyTime m_until = SteadyTime::min();
    quint64 m_generation = 0; ///< Grows with each `invalidate`.
};

} // namespace hudhud
