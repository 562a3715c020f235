// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/request_forwarder.h"

#include "plugin-api/node_choice.h"
#include "plugin-api/problem.h"

#include <algorithm>
#include <utility>

namespace hudhud {

namespace {

/// Refused before anything of the request was stored. Of a batch that the store refuses a part may be there.
bool hasStoredNothing(const HttpResponse &response)
{
    const auto isOf = [&response](ErrorCode code) {
        return response.body.startsWith(QByteArray("{\"type\":\"urn:hudhud:problem:") + errorCodeInfo(code).name + '"');
    };
    return isOf(ErrorCode::BufferFull) || isOf(ErrorCode::ShuttingDown);
}

} // namespace

RequestForwarder::RequestForwarder(Shared &shared)
    : m_shared(shared)
    , m_client(shared.ownId, shared.clock)
{
}

RequestForwarder::~RequestForwarder()
{
    while (m_underWay > 0)
        endCall();
}

bool RequestForwarder::isWanted() const
{
    return m_shared.isNearCapacity() && m_shared.capacity.canHandleLoad(1);
}

void RequestForwarder::forward(PeerRequest request, Completion completion)
{
    if (m_shared.underWay.fetch_add(1, std::memory_order_relaxed) >= m_shared.options.maximumForwarded) {
        m_shared.underWay.fetch_sub(1, std::memory_order_relaxed);
        return completion(std::nullopt);
    }
    ++m_underWay;
    m_shared.metrics.forwardsUnderWay.add();
    // Requests without a key of their own are spread, whatever the strategy makes of keys.
    const auto target = choose(request.idempotencyKey.isEmpty() ? QByteArray::number(++m_sequence) : request.idempotencyKey);
    if (!target) {
        endCall();
        return completion(std::nullopt);
    }
    m_client.post(target->endpoint, request, m_shared.options.forwardTimeout,
                  [this, target = *target, isRepeatable = !request.idempotencyKey.isEmpty(),
                   completion = std::move(completion)](PeerReply reply) mutable {
                      endCall();
                      completion(judge(target, isRepeatable, std::move(reply)));
                  });
}

void RequestForwarder::endCall()
{
    --m_underWay;
    m_shared.underWay.fetch_sub(1, std::memory_order_relaxed);
    m_shared.metrics.forwardsUnderWay.add(-1);
}

const std::vector<ProcessingNode> &RequestForwarder::candidates()
{
    NodeSnapshot latest = m_shared.nodes();
    if (latest == m_snapshot)
        return m_candidates;
    m_snapshot = std::move(latest);
    m_candidates.clear();
    // Nodes that announce the same address, as those do that were told none, cannot be told apart.
    const auto own = std::ranges::find(*m_snapshot, m_shared.ownId, &ProcessingNode::id);
    const QByteArray ownEndpoint = own == m_snapshot->end() ? QByteArray() : own->endpoint;
    // A degraded node is near its own capacity.
    std::ranges::copy_if(*m_snapshot, std::back_inserter(m_candidates), [&](const ProcessingNode &node) {
        return node.id != m_shared.ownId && node.endpoint != ownEndpoint && node.status == NodeStatus::Healthy && hasRoom(node);
    });
    return m_candidates;
}

std::optional<RequestForwarder::Target> RequestForwarder::choose(QByteArrayView key)
{
    std::span<const ProcessingNode> nodes(candidates());
    std::vector<ProcessingNode> untried;
    while (const auto chosen = m_shared.balancer.select(nodes, key)) {
        const ProcessingNode &node = nodes[*chosen];
        CircuitBreaker &breaker = m_shared.breakers.of("node-" + node.id);
        if (const auto permit = breaker.tryAcquire())
            return Target{node.endpoint, &breaker, *permit};
        std::vector<ProcessingNode> rest(nodes.begin(), nodes.end());
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(*chosen));
        untried = std::move(rest);
        nodes = untried;
    }
    return std::nullopt;
}

std::optional<HttpResponse> RequestForwarder::judge(const Target &target, bool isRepeatable, PeerReply &&reply)
{
    constexpr int Unavailable = 503;
    if (reply.outcome == PeerReply::Outcome::Answered) {
        const int status = reply.response.status;
        if (status < 500 || status == Unavailable)
            target.breaker->recordSuccess(target.permit);
        else
            target.breaker->recordFailure(target.permit, "the node answered " + QByteArray::number(status));
        if (status == Unavailable && (isRepeatable || hasStoredNothing(reply.response))) {
            m_shared.metrics.refusedForwards.add();
            return std::nullopt;
        }
        m_shared.metrics.forwardedRequests.add();
        return std::move(reply.response);
    }
    m_shared.metrics.failedForwards.add();
    target.breaker->recordFailure(target.permit, reply.reason);
    if (isRepeatable || reply.outcome == PeerReply::Outcome::NotSent)
        return std::nullopt;
    return problemResponse(504, ErrorCode::Timeout,
                           "This node is near its capacity and sent the request on to another one, which did not answer. It "
                           "may have been accepted; with an Idempotency-Key it can be repeated safely.");
}

} // namespace hudhud
