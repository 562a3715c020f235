// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/balancer.h"

#include <algorithm>
#include <vector>

namespace hudhud {

// What all strategies agree on. Pure; thread: any.

/// Part of its requests that a node has taken: 0 to 1 and above; 0 for a node without a limit.
inline double usedShare(const ProcessingNode &node)
{
    return node.maxConcurrentRequests > 0
        ? static_cast<double>(node.currentActiveRequests) / static_cast<double>(node.maxConcurrentRequests)
        : 0;
}

/// How far the scarcest of its means is used up: processors, memory, or places for requests.
inline double saturation(const ProcessingNode &node)
{
    return std::max({node.currentLoad.cpuUsage, node.currentLoad.memoryUsage, usedShare(node)});
}

/// Neither Unhealthy nor Offline nor full.
inline bool hasRoom(const ProcessingNode &node)
{
    return (node.status == NodeStatus::Healthy || node.status == NodeStatus::Degraded) && usedShare(node) < 1;
}

/// Requests that a node can still take; none where its limit is not known.
inline qint64 roomOf(const ProcessingNode &node)
{
    return hasRoom(node) ? std::max<qint64>(node.maxConcurrentRequests - node.currentActiveRequests, 0) : 0;
}

/// The nodes that may be given work, as indices in their order: the Healthy ones with room, or if there is none the
/// Degraded ones with room. Never Unhealthy or Offline ones.
inline std::vector<std::size_t> candidates(std::span<const ProcessingNode> nodes)
{
    std::vector<std::size_t> found;
    found.reserve(nodes.size());
    for (const NodeStatus status : {NodeStatus::Healthy, NodeStatus::Degraded}) {
        for (std::size_t i = 0; i < nodes.size(); ++i) {
            if (nodes[i].status == status && hasRoom(nodes[i]))
                found.push_back(i);
        }
        if (!found.empty())
            break;
    }
    return found;
}

} // namespace hudhud
