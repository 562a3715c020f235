// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/cluster_capacity.h"
#include "cluster/cluster_metrics.h"
#include "cluster/peer_client.h"
#include "config/configuration.h"
#include "plugin-api/circuit_breaker.h"

#include <atomic>

namespace hudhud {

/// Sends new messages that come while this node is near its capacity to the healthy node that the load balancer chooses, with
/// a circuit breaker for each node. What the other node has surely not taken comes back; so does what nobody knows of if it
/// has an idempotency key, as the store then takes it once. Without a key that is answered 504.
/// Thread: its I/O thread. Ownership: what is passed in outlives it.
class RequestForwarder final : public RequestForwarding
{
public:
    /// What those of all I/O threads share.
    struct Shared
    {
        const ClusterOptions &options;
        QByteArray ownId;
        NodeSnapshotSource nodes;
        LoadBalancer &balancer;
        ClusterCapacity &capacity;
        CircuitBreakers &breakers;
        const Clock &clock;
        ClusterMetrics &metrics;
        std::function<bool()> isNearCapacity; ///< Any thread.
        std::atomic<int> underWay = 0;
    };

    explicit RequestForwarder(Shared &shared);
    ~RequestForwarder() override;

    bool isWanted() const override;
    void forward(PeerRequest request, Completion completion) override;
    void countReceived() override { m_shared.metrics.receivedForwards.add(); }

private:
    struct Target
    {
        QByteArray endpoint;
        CircuitBreaker *breaker = nullptr;
        BreakerPermit permit;
    };

    /// The healthy others, from the latest snapshot.
    const std::vector<ProcessingNode> &candidates();
    std::optional<Target> choose(QByteArrayView key);
    std::optional<HttpResponse> judge(const Target &target, bool isRepeatable, PeerReply &&reply);
    void endCall();

    Shared &m_shared;
    PeerClient m_client;
    NodeSnapshot m_snapshot; ///< What `m_candidates` were taken from.
    std::vector<ProcessingNode> m_candidates;
    quint64 m_sequence = 0;
    int m_underWay = 0; ///< Of this thread.
};

} // namespace hudhud
