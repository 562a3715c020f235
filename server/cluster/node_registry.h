// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/balancer.h"
#include "plugin-api/cache_policy.h"

#include <map>
#include <vector>

namespace hudhud {

/// All nodes as this one knows them. A node that was not heard of for `UnhealthyAfter` counts as Unhealthy, then as
/// Offline, then it is forgotten; ages are taken from this machine's steady clock, so the others' clocks do not matter.
/// Thread: one.
class NodeRegistry
{
public:
    static constexpr std::chrono::milliseconds UnhealthyAfter = CachePolicy::NodeHealth;
    static constexpr std::chrono::milliseconds OfflineAfter = 2 * UnhealthyAfter;
    static constexpr std::chrono::milliseconds ForgottenAfter = 4 * UnhealthyAfter;

    NodeRegistry(QByteArray ownId, const Clock &clock);

    struct Change
    {
        QByteArray id;
        std::optional<NodeStatus> before; ///< Nothing: it is new.
        std::optional<NodeStatus> now;    ///< Nothing: it has left or was forgotten.
    };

    /// A node tells of itself. Only a newer heartbeat than the one known counts.
    std::vector<Change> heard(const ProcessingNode &node);
    std::vector<Change> left(const QByteArray &id);
    /// Judges by age.
    std::vector<Change> check();

    /// By id; this one too once it has heard of itself.
    std::vector<ProcessingNode> nodes() const;
    /// The others that may be alive: not Offline.
    std::vector<QByteArray> peers() const;
    /// Others that were silent for longer than `age`.
    std::vector<QByteArray> silentPeers(std::chrono::milliseconds age) const;
    qint64 count(NodeStatus status) const;

private:
    struct Entry
    {
        ProcessingNode node; ///< With the status as judged here.
        SteadyTime heardAt{};
    };

    QByteArray m_ownId;
    const Clock &m_clock;
    std::map<QByteArray, Entry> m_entries;
};

} // namespace hudhud
