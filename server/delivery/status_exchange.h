// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eventloop/mailbox.h"
#include "plugin-api/metrics.h"
#include "plugin-api/status_feed.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace hudhud {

/// Carries status changes from where they have become durable, here or on another node, to the threads that want them.
/// While no thread does, a change costs one look at `isWanted`. Thread: any. Bounds: a thread that has not taken `MaximumWaiting` changes yet
/// loses what comes on top, which a metric counts.
class StatusExchange
{
public:
    static constexpr qint64 MaximumWaiting = 20'000;
    using Batch = std::shared_ptr<const std::vector<StatusChange>>;

    explicit StatusExchange(MetricsRegistry &metrics);

    bool isWanted() const { return m_nodeWanted.load(std::memory_order_relaxed) > 0 || isClusterWanted(); }
    void publish(std::vector<StatusChange> &&changes);
    /// What another node told: for those only who want the whole cluster's.
    void publishOfPeer(std::vector<StatusChange> &&changes);
    /// Tells of messages that the store has moved on its own, as they now stand.
    void publish(std::span<const MessagePointer> messages, Timestamp now);

    /// One thread's end. Thread: one, but for the counter.
    struct Box
    {
        Box(StatusScope itsScope, std::move_only_function<void(Batch)> handler);

        const StatusScope scope;
        Mailbox<Batch> mailbox;
        std::atomic<qint64> waiting = 0; ///< Changes.
    };
    void open(Box &box);
    /// Afterwards nothing more is posted to `box`.
    void close(Box &box);

    /// Whether somebody here wants the whole cluster's.
    bool isClusterWanted() const { return m_clusterWanted.load(std::memory_order_relaxed) > 0; }
    /// Runs when that has changed, on the thread that changed it; it must not call back. Before any box is opened.
    void onClusterWantedChanged(std::function<void()> handler) { m_clusterWantedChanged = std::move(handler); }

private:
    void post(std::vector<StatusChange> &&changes, bool isOfPeer);
    std::atomic<int> &wanted(StatusScope scope) { return scope == StatusScope::Cluster ? m_clusterWanted : m_nodeWanted; }

    Counter &m_dropped;
    std::atomic<int> m_nodeWanted = 0;
    std::atomic<int> m_clusterWanted = 0;
    std::function<void()> m_clusterWantedChanged = [] {};
    std::mutex m_mutex; ///< Guards the boxes while a batch is handed in.
    std::vector<Box *> m_boxes;
};

/// One thread's status feed. Thread and ownership: as StatusFeed; `exchange` outlives it.
class ThreadStatusFeed final : public StatusFeed
{
public:
    explicit ThreadStatusFeed(StatusExchange &exchange);
    ~ThreadStatusFeed() override;

    void subscribe(StatusSubscriber &subscriber, StatusScope scope) override;
    void unsubscribe(StatusSubscriber &subscriber) override;

private:
    /// The subscribers of one scope, and where their changes come in.
    struct Door
    {
        explicit Door(StatusScope scope);
        void received(const StatusExchange::Batch &batch);

        StatusExchange::Box box;
        std::vector<StatusSubscriber *> subscribers;
    };

    StatusExchange &m_exchange;
    Door m_node{StatusScope::Node};
    Door m_cluster{StatusScope::Cluster};
};

/// What is told of `message`, which now has `status`. The rest is the caller's to fill in.
StatusChange statusChange(const Message &message, MessageStatus status, Timestamp time);

} // namespace hudhud
