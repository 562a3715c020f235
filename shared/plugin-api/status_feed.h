// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"

#include <chrono>
#include <span>

namespace hudhud {

/// How a message reached its recipient, or was to reach him. Written to storage: never renumber.
enum class DeliveryChannel : quint8 {
    SignalR = 0,  ///< Pushed as soon as it was accepted, over a hub connection.
    Fallback = 1, ///< Taken from the store later, because nobody was connected or had room when it came.
    Retry = 2,    ///< A later push over a hub connection, after a failed attempt.
};

/// "SignalR", "Fallback", "Retry".
constexpr QByteArrayView deliveryChannelName(DeliveryChannel channel)
{
    constexpr QByteArrayView Names[] = {"SignalR", "Fallback", "Retry"};
    return Names[static_cast<std::size_t>(channel)];
}

/// A change of a message's status that has just become durable, for those who want to be told: the business that
/// sent it. Read receipts come as Delivered with `readAt`.
struct StatusChange
{
    MessageId id;
    Recipient recipient;
    QByteArray sender;   ///< As in Message; may be empty.
    qint64 apiKeyId = 0; ///< The key that posted it; 0 if none did.
    MessageStatus status = MessageStatus::Queued;
    Timestamp time{};
    quint16 attempt = 0;
    DeliveryChannel channel = DeliveryChannel::SignalR;
    QByteArray reason; ///< Why, for Failed, DeadLetter and put-backs; at most 500 bytes.
    std::optional<DeadLetterReason> deadLetterReason;
    std::optional<Timestamp> readAt;
    /// From the push to the acknowledgement, for Delivered after a push of this node; else 0.
    std::chrono::milliseconds latency{0};
};

/// Wants to be told of status changes. Thread: the I/O thread (or main thread) that subscribed.
class StatusSubscriber
{
public:
    virtual ~StatusSubscriber() = default;
    /// A batch, oldest first for each message. Changes of one message may come in any order with those of others.
    virtual void statusChanged(std::span<const StatusChange> changes) = 0;
};

/// Whose status changes a subscriber wants.
enum class StatusScope : quint8 {
    Node,    ///< Of this node: for what each node does for itself, so that it is done once.
    Cluster, ///< Of all nodes: for whoever is connected to this one only.
};

/// One thread's door to all status changes, wherever they happened. At most once: what a subscriber does not take, or the
/// bus between the nodes loses, is not repeated; the store has the truth. While nobody subscribes, changes cost nothing.
/// Thread: one object per I/O thread, called only there. Bounds: a thread that does not keep up loses
/// batches, which a metric counts.
class StatusFeed
{
public:
    virtual ~StatusFeed() = default;
    /// `subscriber` stays the caller's and must live until `unsubscribe`.
    virtual void subscribe(StatusSubscriber &subscriber, StatusScope scope) = 0;
    virtual void unsubscribe(StatusSubscriber &subscriber) = 0;
};

} // namespace hudhud
