// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/status_exchange.h"

#include <algorithm>

namespace hudhud {

StatusExchange::StatusExchange(MetricsRegistry &metrics)
    : m_dropped(metrics.counter("hudhud_delivery_status_changes_dropped_total",
                                "Status changes that a subscriber's thread was too slow to take."))
{
}

StatusExchange::Box::Box(std::move_only_function<void(Batch)> handler)
    : mailbox([this, handler = std::move(handler)](std::vector<Batch> &&batches) mutable {
        for (Batch &batch : batches) {
            waiting.fetch_sub(std::ssize(*batch), std::memory_order_relaxed);
            handler(std::move(batch));
        }
    })
{
}

void StatusExchange::open(Box &box)
{
    const std::scoped_lock lock(m_mutex);
    m_boxes.push_back(&box);
    m_wanted.fetch_add(1, std::memory_order_relaxed);
}

void StatusExchange::close(Box &box)
{
    const std::scoped_lock lock(m_mutex);
    if (std::erase(m_boxes, &box) > 0)
        m_wanted.fetch_sub(1, std::memory_order_relaxed);
}

void StatusExchange::publish(std::vector<StatusChange> &&changes)
{
    if (changes.empty() || !isWanted())
        return;
    const auto count = std::ssize(changes);
    const auto batch = std::make_shared<const std::vector<StatusChange>>(std::move(changes));
    const std::scoped_lock lock(m_mutex);
    for (Box *box : m_boxes) {
        if (box->waiting.fetch_add(count, std::memory_order_relaxed) + count <= MaximumWaiting) {
            box->mailbox.post(batch);
            continue;
        }
        box->waiting.fetch_sub(count, std::memory_order_relaxed);
        m_dropped.add(count);
    }
}

ThreadStatusFeed::ThreadStatusFeed(StatusExchange &exchange)
    : m_exchange(exchange)
    , m_box([this](const StatusExchange::Batch &batch) { received(batch); })
{
}

ThreadStatusFeed::~ThreadStatusFeed()
{
    m_exchange.close(m_box);
}

void ThreadStatusFeed::subscribe(StatusSubscriber &subscriber)
{
    if (m_subscribers.empty())
        m_exchange.open(m_box);
    m_subscribers.push_back(&subscriber);
}

void ThreadStatusFeed::unsubscribe(StatusSubscriber &subscriber)
{
    if (std::erase(m_subscribers, &subscriber) > 0 && m_subscribers.empty())
        m_exchange.close(m_box);
}

void ThreadStatusFeed::received(const StatusExchange::Batch &batch)
{
    // A subscriber may leave, or take others with it, while it is told.
    const std::vector<StatusSubscriber *> told = m_subscribers;
    for (StatusSubscriber *subscriber : told) {
        if (std::ranges::find(m_subscribers, subscriber) != m_subscribers.end())
            subscriber->statusChanged(*batch);
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
