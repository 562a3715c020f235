// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace hudhud {

/// How long each kind of cached knowledge may be believed: the ordered caching strategy, in one place.
/// Changes known to the node invalidate earlier; these bound how long a change that was missed can go
/// unnoticed.
namespace CachePolicy {

using namespace std::chrono_literals;

// Connections and presence.
inline constexpr std::chrono::milliseconds Presence = 30s; ///< Whether a recipient is online.
inline constexpr std::chrono::milliseconds Connections = 60s; ///< A recipient's connections and their nodes.
inline constexpr std::chrono::milliseconds HubMetrics = 10s; ///< Load of the hubs.

// Messages.
inline constexpr int RecentMessagesPerRecipient = 100;
inline constexpr std::chrono::milliseconds RecentMessages = 5min;
inline constexpr std::chrono::milliseconds DeliveryStatus = 1h;
inline constexpr std::chrono::milliseconds RetryStatus = 30s;
inline constexpr std::chrono::milliseconds RoutingMetadata = 10min;

// Load balancing.
inline constexpr std::chrono::milliseconds NodeHealth = 15s;
inline constexpr std::chrono::milliseconds RoutingDecisions = 5s;
inline constexpr std::chrono::milliseconds Capacity = 30s; ///< What the whole system can still take.

} // namespace CachePolicy

} // namespace hudhud
