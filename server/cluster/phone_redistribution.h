// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/cluster_metrics.h"
#include "cluster/node_snapshot.h"
#include "config/configuration.h"

#include <mutex>

namespace hudhud {

/// Sends phones of this node away when it has more than its share, so that their reconnects find the nodes with fewer: after
/// another node has joined, say. Only what is above the mean goes, in steps and at a limited rate. It begins above the
/// tolerance and ends within half of it, only while the same nodes have been healthy for some heartbeats, and waits after each
/// step until all have announced what has become of it: so nothing swings.
/// Thread: any. Ownership: what is passed in outlives it.
class PhoneRedistribution
{
public:
    static constexpr int StableHeartbeats = 3;
    static constexpr std::chrono::seconds Step{10}; ///< How long phones are sent away on one judgement.
    static constexpr qint64 LeastSurplus = 10; ///< Fewer are noise: phones come and go between two announcements.
    static constexpr int DefaultRate = 50; ///< Of an operator's wish where the configured rate is 0.

    struct Plan
    {
        qint64 phones = 0; ///< At most so many.
        double share = 0;  ///< The same as a part of this node's: 0 to 1.
        std::chrono::milliseconds within{0};
    };
    struct Parts
    {
        const ClusterOptions &options;
        QByteArray ownId;
        NodeSnapshotSource nodes;
        const Clock &clock;
        ClusterMetrics &metrics;
        std::function<qint64()> connections; ///< Phones of this node. Any thread.
        /// Sends phones away, and sees to it that as many are placed elsewhere. Any thread.
        std::function<void(const Plan &plan)> sendAway;
    };

    explicit PhoneRedistribution(Parts parts);

    /// Judges; called about every heartbeat.
    void check();
    /// Sends all of the surplus away, as an operator wants it. Errors: Conflict where phones are not redirected.
    Result<Plan> begin();

private:
    struct Share
    {
        double mean = 0;
        qint64 own = 0;
        qint64 surplus = 0;
    };

    /// Nothing when this node is not healthy, or alone.
    std::optional<Share> share(std::span<const ProcessingNode> nodes) const;
    std::optional<Plan> judge(std::span<const ProcessingNode> nodes);
    Plan plan(const Share &share, qint64 phones, int rate) const;
    void carryOut(const Plan &wanted);
    std::chrono::milliseconds heartbeats() const { return StableHeartbeats * m_parts.options.heartbeatInterval; }

    Parts m_parts;
    std::mutex m_mutex; ///< Guards the rest.
    std::vector<QByteArray> m_healthy; ///< As of the last judgement.
    SteadyTime m_healthySince{};
    SteadyTime m_restUntil = SteadyTime::min();
    bool m_isEvening = false; ///< A step was made, and the end is not reached.
};

} // namespace hudhud
