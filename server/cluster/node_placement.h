// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/node_snapshot.h"
#include "cluster/routing_decisions.h"
#include "plugin-api/metrics.h"
#include "plugin-api/services.h"

#include <atomic>

namespace hudhud {

/// Sends phones that connect here to the node that the load balancer chooses, and the same phone to the same node while the
/// decision holds. Thread: any. Ownership: what is passed in outlives it.
class NodePlacement final : public ConnectionPlacement
{
public:
    struct Parts
    {
        QByteArray ownId;
        LoadBalancer &balancer;
        NodeSnapshotSource nodes;
        const Clock &clock;
        MetricsRegistry &metrics;
    };

    explicit NodePlacement(Parts parts);

    std::optional<QByteArray> elsewhere(QByteArrayView user) override;
    /// The node has left, or cannot be used: what was decided for it is forgotten.
    void nodeGone(const QByteArray &id) { m_decisions.forgetNode(id); }
    /// This node sends so many phones away: the next so many decisions within that time are for others, where they can be.
    void avoidOwn(qint64 phones, std::chrono::milliseconds time);

private:
    bool isOwnAvoided() const;

    Parts m_parts;
    RoutingDecisions m_decisions;
    std::atomic<SteadyTime> m_avoidOwnUntil{SteadyTime::min()};
    std::atomic<qint64> m_avoidances = 0; ///< Decisions that are still to be for others.
    Counter &m_redirects;
};

} // namespace hudhud
