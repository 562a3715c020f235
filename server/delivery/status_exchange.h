// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eventloop/mailbox.h"
#include "plugin-api/metrics.h"
#include "plugin-api/status_feed.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace hudhud {

/// Carries status changes from where they have become durable to the threads that want them. While no thread does, a
/// change costs one look at `isWanted`. Thread: any. Bounds: a thread that has not taken `MaximumWaiting` changes yet
/// loses what comes on top, which a metric counts.
class StatusExchange
{
public:
    static constexpr qint64 MaximumWaiting = 20'000;
    using Batch = std::shared_ptr<const std::vector<StatusChange>>;

    explicit StatusExchange(MetricsRegistry &metrics);

    bool isWanted() const { return m_wanted.load(std::memory_order_relaxed) > 0; }
    void publish(std::vector<StatusChange> &&changes);
    /// Tells of messages that the store has moved on its own, as they now stand.
    void publish(std::span<const MessagePointer> messages, Timestamp now);

    /// One thread's end. Thread: one, but for the counter.
    struct Box
    {
        explicit Box(std::move_only_function<void(Batch)> handler);

        Mailbox<Batch> mailbox;
        std::atomic<qint64> waiting = 0; ///< Changes.
    };
    void open(Box &box);
    /// Afterwards nothing more is posted to `box`.
    void close(Box &box);

private:
    Counter &m_dropped;
    std::atomic<int> m_wanted = 0;
    std::mutex m_mutex; ///< Guards the boxes while a batch is handed in.
    std::vector<Box *> m_boxes;
};

/// One thread's status feed. Thread and ownership: as StatusFeed; `exchange` outlives it.
class ThreadStatusFeed final : public StatusFeed
{
public:
    explicit ThreadStatusFeed(StatusExchange &exchange);
    ~ThreadStatusFeed() override;

    void subscribe(StatusSubscriber &subscriber) override;
    void unsubscribe(StatusSubscriber &subscriber) override;

private:
    void received(const StatusExchange::Batch &batch);

    StatusExchange &m_exchange;
    StatusExchange::Box m_box;
    std::vector<StatusSubscriber *> m_subscribers;
};

/// What is told of `message`, which now has `status`. The rest is the caller's to fill in.
StatusChange statusChange(const Message &message, MessageStatus status, Timestamp time);

} // namespace hudhud
