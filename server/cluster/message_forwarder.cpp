// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/message_forwarder.h"

#include "cluster/message_batch.h"

#include <unordered_map>

namespace hudhud {

MessageForwarder::MessageForwarder(Parts parts)
    : m_parts(std::move(parts))
    , m_mailbox([this](std::vector<Messages> &&batches) {
        Messages all = std::move(batches.front());
        for (std::size_t i = 1; i < batches.size(); ++i)
            all.insert(all.end(), batches[i].begin(), batches[i].end());
        forward(std::move(all));
    })
{
}

void MessageForwarder::offer(std::vector<MessagePointer> &&messages)
{
    const qint64 count = std::ssize(messages);
    if (m_waiting.fetch_add(count, std::memory_order_relaxed) + count > m_parts.maximumWaiting) {
        drop(count);
        return;
    }
    m_mailbox.post(std::move(messages));
}

void MessageForwarder::drop(qint64 messages)
{
    m_waiting.fetch_sub(messages, std::memory_order_relaxed);
    m_parts.metrics.droppedBatches.add();
    m_parts.metrics.droppedMessages.add(messages);
}

void MessageForwarder::forward(Messages &&messages)
{
    std::vector<QByteArray> nodes = m_parts.peers();
    if (nodes.empty()) { // Nobody could have them.
        m_waiting.fetch_sub(std::ssize(messages), std::memory_order_relaxed);
        return;
    }
    std::unordered_map<Recipient, std::size_t> known;
    std::vector<Recipient> recipients;
    std::vector<std::size_t> recipientOf; // By message.
    recipientOf.reserve(messages.size());
    for (const MessagePointer &message : messages) {
        const auto [place, isNew] = known.try_emplace(message->recipient, recipients.size());
        if (isNew)
            recipients.push_back(message->recipient);
        recipientOf.push_back(place->second);
    }
    m_parts.metrics.lookUps.add();
    m_parts.presence.lookUp(
        recipients, nodes,
        [this, messages = std::move(messages), recipientOf = std::move(recipientOf), nodes,
         lifetime = std::weak_ptr(m_lifetime)](const Result<SharedPresence::Places> &places) {
            if (lifetime.expired())
                return;
            m_parts.cacheAnswered(places ? Result<void>() : std::unexpected(places.error()));
            if (!places)
                return drop(std::ssize(messages));
            m_waiting.fetch_sub(std::ssize(messages), std::memory_order_relaxed);
            lookedUp(messages, recipientOf, nodes, *places);
        });
}

void MessageForwarder::lookedUp(const Messages &messages, std::span<const std::size_t> recipients,
                                std::span<const QByteArray> nodes, const SharedPresence::Places &places)
{
    std::vector<Messages> byNode(nodes.size());
    for (std::size_t i = 0; i < messages.size(); ++i) {
        for (const SharedPresence::Place &place : places[recipients[i]])
            byNode[place.node].push_back(messages[i]);
    }
    for (std::size_t node = 0; node < nodes.size(); ++node)
        send(nodes[node], byNode[node]);
}

void MessageForwarder::send(const QByteArray &node, const Messages &messages)
{
    MessageBatch batch;
    const auto publish = [&] {
        m_parts.metrics.routedBatches.add();
        m_parts.metrics.routedMessages.add(batch.count());
        m_parts.cache.publish(channelOf(node), batch.take());
    };
    for (const MessagePointer &message : messages) {
        batch.add(*message);
        if (batch.size() >= MaximumBatchBytes)
            publish();
    }
    if (!batch.isEmpty())
        publish();
}

} // namespace hudhud
