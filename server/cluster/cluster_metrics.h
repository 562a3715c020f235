// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/balancer.h"
#include "plugin-api/metrics.h"

#include <array>

namespace hudhud {

/// What a node of a cluster counts. Thread: any. Ownership: references into the registry, which outlives this.
struct ClusterMetrics
{
    explicit ClusterMetrics(MetricsRegistry &registry);

    Gauge &nodes(NodeStatus status) { return *byStatus[static_cast<std::size_t>(status)]; }

    std::array<Gauge *, 4> byStatus;
    Gauge &desiredNodes;
    Gauge &isConnected; ///< 1 while the cache and the bus answer.
    Counter &routedBatches;
    Counter &routedMessages;
    Counter &receivedBatches;
    Counter &receivedMessages;
    Counter &droppedBatches;
    Counter &droppedMessages;
    Counter &sentStatusChanges;
    Counter &receivedStatusChanges;
    Counter &forwardedRequests;
    Counter &failedForwards;
    Counter &refusedForwards;
    Counter &receivedForwards;
    Gauge &forwardsUnderWay;
    Counter &redistributedPhones;
    Counter &lookUps;
    Counter &cacheFailures;
};

} // namespace hudhud
