// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "plugin-api/storage.h"

#include <functional>
#include <span>
#include <vector>

namespace hudhud {

/// Why delivery asks a transport to end a connection.
enum class CloseReason : quint8 {
    ServerStopping, ///< Come back soon, perhaps to another node.
    SlowReader,     ///< Did not read for longer than the limit.
    Revoked,        ///< The user's tokens were revoked.
};

/// One connected phone, implemented by push transports. Thread: the connection's I/O thread.
class Receiver
{
public:
    virtual ~Receiver() = default;
    /// Pushes messages one by one, in this order, each as its own ReceiveMessage.
    virtual void push(std::span<const MessagePointer> messages) = 0;
    /// Pushes one page of what had been waiting, as one ReceivePendingMessages.
    virtual void pushPending(std::span<const MessagePointer> messages) = 0;
    /// Messages pushed here that this phone need not act on any more: another device of the recipient acknowledged them
    /// (with `delivery.devices = first-ack`), or they expired or were taken back. A phone that cannot be told is left as
    /// it is: acknowledging them late does no harm.
    virtual void withdrawn(std::span<const MessageId> /*ids*/) {}
    virtual void close(CloseReason reason) = 0;
};

/// Names one attached receiver on its I/O thread; 0 is none, numbers are not used again.
using ReceiverId = quint64;

/// What push transports tell delivery. Thread: one object per I/O thread, called only there.
/// Ownership: the host; outlives every transport worker.
class DeliveryPort
{
public:
    using AckCompletion = std::move_only_function<void(Result<void>)>;

    virtual ~DeliveryPort() = default;
    /// Announces a phone that may be pushed to; what is pending for it follows. `receiver` stays the caller's and must
    /// live until `detach`. Calls into it come later, never from inside a call to this object.
    virtual ReceiverId attach(const Recipient &recipient, Receiver &receiver) = 0;
    /// The link is gone: unacknowledged messages are put back without using up an attempt.
    virtual void detach(ReceiverId receiver) = 0;
    /// The phone has the messages. `completion` (may be empty) comes once Delivered is durable.
    /// Errors: NotFound for an id that is not this recipient's; acknowledging twice is success.
    virtual void acknowledge(ReceiverId receiver, std::span<const MessageId> ids, AckCompletion completion) = 0;
    /// The phone will never take the message: dead-letters it with `reason`.
    virtual void reject(ReceiverId receiver, const MessageId &id, const QByteArray &reason,
                        AckCompletion completion) = 0;
    /// Flow control: a paused receiver is not pushed to; its messages stay in storage.
    virtual void setPaused(ReceiverId receiver, bool paused) = 0;
    /// Removes a message that is still Queued and not pushed. Errors: NotFound, Conflict.
    virtual void withdraw(const MessageId &id, AckCompletion completion) = 0;
    /// Gives a message that is still Queued and was never pushed new content; see MessageReplacement. Errors: NotFound,
    /// Conflict.
    virtual void replace(MessageReplacement replacement, AckCompletion completion) = 0;
    /// Connections of a recipient on this node. Any thread.
    virtual int connectionCount(const Recipient &recipient) const = 0;
};

} // namespace hudhud
