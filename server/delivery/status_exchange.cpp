// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/status_exchange.h"

#include <algorithm>

namespace hudhud {

StatusExchange::StatusExchange(MetricsRegistry &metrics)
    : m_dropped(metrics.counter("hudhud_delivery_status_changes_dropped_total",
                                "Status changes that a subscriber's thread was too slow to take."))
{
}

StatusExchange::Box::Box(StatusScope itsScope, std::move_only_function<void(Batch)> handler)
    : scope(itsScope)
    , mailbox([this, handler = std::move(handler)](std::vector<Batch> &&batches) mutable {
        for (Batch &batch : batches) {
            waiting.fetch_sub(std::ssize(*batch), std::memory_order_relaxed);
            handler(std::move(batch));
        }
    })
{
}

void StatusExchange::open(Box &box)
{
    bool isFirst = false;
    {
        const std::scoped_lock lock(m_mutex);
        m_boxes.push_back(&box);
        isFirst = wanted(box.scope).fetch_add(1, std::memory_order_relaxed) == 0;
    }
    if (isFirst && box.scope == StatusScope::Cluster)
        m_clusterWantedChanged();
}

void StatusExchange::close(Box &box)
{
    bool isLast = false;
    {
        const std::scoped_lock lock(m_mutex);
        if (std::erase(m_boxes, &box) > 0)
            isLast = wanted(box.scope).fetch_sub(1, std::memory_order_relaxed) == 1;
    }
    if (isLast && box.scope == StatusScope::Cluster)
        m_clusterWantedChanged();
}

void StatusExchange::publish(std::vector<StatusChange> &&changes)
{
    if (!changes.empty() && isWanted())
        post(std::move(changes), false);
}

void StatusExchange::publishOfPeer(std::vector<StatusChange> &&changes)
{
    if (!changes.empty() && isClusterWanted())
        post(std::move(changes), true);
}

void StatusExchange::post(std::vector<StatusChange> &&changes, bool isOfPeer)
{
    const auto count = std::ssize(changes);
    const auto batch = std::make_shared<const std::vector<StatusChange>>(std::move(changes));
    const std::scoped_lock lock(m_mutex);
    for (Box *box : m_boxes) {
        if (isOfPeer && box->scope == StatusScope::Node)
            continue;
        if (box->waiting.fetch_add(count, std::memory_order_relaxed) + count <= MaximumWaiting) {
            box->mailbox.post(batch);
            continue;
        }
        box->waiting.fetch_sub(count, std::memory_order_relaxed);
        m_dropped.add(count);
    }
}

void StatusExchange::publish(std::span<const MessagePointer> messages, Timestamp now)
{
    if (!isWanted())
        return;
    std::vector<StatusChange> changes;
    changes.reserve(messages.size());
    for (const MessagePointer &message : messages) {
        StatusChange &change = changes.emplace_back(statusChange(*message, message->status, now));
        change.attempt = message->retryCount;
        change.deadLetterReason = message->deadLetterReason;
        if (message->deadLetterReason)
            change.reason = message->failureReason;
    }
    publish(std::move(changes));
}

ThreadStatusFeed::ThreadStatusFeed(StatusExchange &exchange)
    : m_exchange(exchange)
{
}

ThreadStatusFeed::~ThreadStatusFeed()
{
    m_exchange.close(m_node.box);
    m_exchange.close(m_cluster.box);
}

void ThreadStatusFeed::subscribe(StatusSubscriber &subscriber, StatusScope scope)
{
    Door &door = scope == StatusScope::Cluster ? m_cluster : m_node;
    if (door.subscribers.empty())
        m_exchange.open(door.box);
    door.subscribers.push_back(&subscriber);
}

void ThreadStatusFeed::unsubscribe(StatusSubscriber &subscriber)
{
    for (Door *door : {&m_node, &m_cluster}) {
        if (std::erase(door->subscribers, &subscriber) > 0 && door->subscribers.empty())
            m_exchange.close(door->box);
    }
}

ThreadStatusFeed::Door::Door(StatusScope scope)
    : box(scope, [this](const StatusExchange::Batch &batch) { received(batch); })
{
}

void ThreadStatusFeed::Door::received(const StatusExchange::Batch &batch)
{
    // A subscriber may leave, or take others with it, while it is told.
    const std::vector<StatusSubscriber *> told = subscribers;
    for (StatusSubscriber *subscriber : told) {
        if (std::ranges::find(subscribers, subscriber) != subscribers.end())
            subscriber->statusChanged(*batch);
    }
}

StatusChange statusChange(const Message &message, MessageStatus status, Timestamp time)
{
    StatusChange change;
    change.id = message.id;
    change.recipient = message.recipient;
    change.sender = message.sender;
    change.apiKeyId = message.apiKeyId;
    change.status = status;
    change.time = time;
    return change;
}

} // namespace hudhud
