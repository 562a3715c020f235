// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/cluster_metrics.h"
#include "cluster/shared_presence.h"
#include "core/message.h"
#include "eventloop/mailbox.h"

#include <atomic>
#include <functional>
#include <memory>

namespace hudhud {

/// Sends durable messages to the nodes where their recipients are connected: whatever the I/O threads offered in one loop
/// turn is one look-up and one batch per node. What it sends are hints: with too many waiting, no answer from the cache or
/// nobody to send to they are dropped, and the other node's repair finds the messages in the store.
/// Thread: constructed and destroyed on the thread that drains it; `offer` any. Ownership: what is passed in outlives it.
class MessageForwarder
{
public:
    struct Parts
    {
        Cache &cache;
        SharedPresence &presence;
        ClusterMetrics &metrics;
        qint64 maximumWaiting = 0; ///< Messages offered and not looked up yet.
        /// The other nodes that may be alive; none while the cache does not answer.
        std::function<std::vector<QByteArray>()> peers;
        std::function<void(const Result<void> &)> cacheAnswered;
    };
    /// A batch is sent when it has grown to this.
    static constexpr qsizetype MaximumBatchBytes = 256 * 1024;

    explicit MessageForwarder(Parts parts);

    void offer(std::vector<MessagePointer> &&messages);
    /// Where `node` takes batches.
    static QByteArray channelOf(const QByteArray &node) { return "hudhud:messages:" + node; }

private:
    using Messages = std::vector<MessagePointer>;

    void forward(Messages &&messages);
    void lookedUp(const Messages &messages, std::span<const std::size_t> recipients,
                  std::span<const QByteArray> nodes, const SharedPresence::Places &places);
    void send(const QByteArray &node, const Messages &messages);
    void drop(qint64 messages);

    Parts m_parts;
    std::atomic<qint64> m_waiting = 0;
    std::shared_ptr<char> m_lifetime = std::make_shared<char>();
    Mailbox<Messages> m_mailbox;
};

} // namespace hudhud
