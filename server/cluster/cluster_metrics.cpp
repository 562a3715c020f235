// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/cluster_metrics.h"

#include "cluster/node_announcement.h"

namespace hudhud {

ClusterMetrics::ClusterMetrics(MetricsRegistry &registry)
    : desiredNodes(registry.gauge("hudhud_scaling_desired_nodes", "Nodes that the cluster should have for its load."))
    , isConnected(registry.gauge("hudhud_cluster_connected", "1 while the cache and the bus of the cluster answer."))
    , routedBatches(registry.counter("hudhud_cluster_routed_batches_total", "Batches sent to other nodes."))
    , routedMessages(registry.counter("hudhud_cluster_routed_messages_total", "Messages sent to other nodes."))
    , receivedBatches(registry.counter("hudhud_cluster_received_batches_total", "Batches that other nodes sent here."))
    , receivedMessages(registry.counter("hudhud_cluster_received_messages_total", "Messages that other nodes sent here."))
    , droppedBatches(registry.counter("hudhud_cluster_dropped_batches_total",
                                      "Batches that could not be offered to other nodes, or not be read here."))
    , droppedMessages(registry.counter("hudhud_cluster_dropped_messages_total",
                                       "Messages that could not be offered to other nodes; the repair finds them."))
    , sentStatusChanges(registry.counter("hudhud_cluster_sent_status_changes_total",
                                         "Status changes told to other nodes whose businesses want them."))
    , receivedStatusChanges(registry.counter("hudhud_cluster_received_status_changes_total",
                                             "Status changes that other nodes told this one."))
    , forwardedRequests(registry.counter("hudhud_cluster_forwarded_requests_total",
                                         "Requests with new messages that another node took and answered."))
    , failedForwards(registry.counter("hudhud_cluster_failed_forwards_total",
                                      "Requests that another node did not answer, or not in time."))
    , refusedForwards(registry.counter("hudhud_cluster_refused_forwards_total",
                                       "Requests that another node could not take (503); they came back here."))
    , receivedForwards(registry.counter("hudhud_cluster_received_forwards_total",
                                        "Requests with new messages that other nodes sent here."))
    , forwardsUnderWay(registry.gauge("hudhud_cluster_forwards_under_way",
                                      "Requests that wait for the answer of another node."))
    , redistributedPhones(registry.counter("hudhud_cluster_redistributed_phones_total",
                                           "Phones that were to be sent away because other nodes had fewer."))
    , lookUps(registry.counter("hudhud_cluster_look_ups_total", "Questions to the cache of who is connected where."))
    , cacheFailures(registry.counter("hudhud_cluster_cache_failures_total", "Calls of the cache that failed."))
{
    for (std::size_t i = 0; i < byStatus.size(); ++i) {
        byStatus[i] = &registry.gauge("hudhud_cluster_nodes", "Nodes as this one knows them, by status.",
                                      {{"status", nodeStatusName(static_cast<NodeStatus>(i)).toByteArray()}});
    }
}

} // namespace hudhud
