// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/status_forwarder.h"

#include "cluster/status_batch.h"

#include <algorithm>
#include <utility>

namespace hudhud {

namespace {

const QByteArray StatusChannel = "hudhud:status"; // NOLINT(cert-err58-cpp): a literal.

} // namespace

StatusForwarder::StatusForwarder(Parts parts)
    : m_parts(std::move(parts))
    , m_box(StatusScope::Node, [this](const StatusExchange::Batch &batch) { send(*batch); })
    , m_wishes([this](std::vector<char> &&) { follow(); })
{
    m_parts.exchange.onClusterWantedChanged([this] { m_wishes.post(0); });
}

StatusForwarder::~StatusForwarder()
{
    stop();
}

void StatusForwarder::start()
{
    m_isRunning = true;
    follow();
}

void StatusForwarder::stop()
{
    m_isRunning = false;
    if (m_subscription)
        m_parts.cache.unsubscribe(*std::exchange(m_subscription, std::nullopt));
    if (!m_listeners.isEmpty())
        m_parts.exchange.close(m_box);
    m_listeners.clear();
}

void StatusForwarder::follow()
{
    const bool isWanted = m_isRunning && m_parts.exchange.isClusterWanted();
    if (isWanted == isWantedHere())
        return;
    if (isWanted)
        m_subscription = m_parts.cache.subscribe(
            StatusChannel, [this](const QByteArray &, const QByteArray &payload) { received(payload); });
    else
        m_parts.cache.unsubscribe(*std::exchange(m_subscription, std::nullopt));
    m_parts.wishChanged();
}

void StatusForwarder::heard(const QByteArray &node, bool wantsStatusChanges)
{
    const bool hadListeners = !m_listeners.isEmpty();
    if (wantsStatusChanges && m_isRunning)
        m_listeners.insert(node);
    else
        m_listeners.remove(node);
    if (hadListeners == !m_listeners.isEmpty())
        return;
    if (hadListeners)
        m_parts.exchange.close(m_box);
    else
        m_parts.exchange.open(m_box);
}

void StatusForwarder::send(std::span<const StatusChange> changes)
{
    for (std::size_t first = 0; first < changes.size(); first += MaximumBatch) {
        const auto part = changes.subspan(first, std::min(MaximumBatch, changes.size() - first));
        m_parts.cache.publish(StatusChannel, StatusBatch::encode(m_parts.nodeId, part));
        m_parts.metrics.sentStatusChanges.add(std::ssize(part));
    }
}

void StatusForwarder::received(const QByteArray &payload)
{
    auto batch = StatusBatch::decode(payload);
    if (!batch || batch->node == m_parts.nodeId)
        return;
    m_parts.metrics.receivedStatusChanges.add(std::ssize(batch->changes));
    m_parts.exchange.publishOfPeer(std::move(batch->changes));
}

} // namespace hudhud
