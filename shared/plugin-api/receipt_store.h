// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"

#include <span>
#include <vector>

namespace hudhud {

/// The part of a store that keeps read receipts. Thread: the writer's; may block on disk.
class ReceiptWriter
{
public:
    virtual ~ReceiptWriter() = default;

    /// Notes that `recipient` has read messages: sets readAt and adds an event (Delivered, reason "read", seen by
    /// `node`). Only his own Delivered ones, and only the first time counts; the others are left out. One durable
    /// transaction. Result: the messages that have become read, as they now stand, in the order of `ids`.
    virtual Result<std::vector<MessagePointer>> markRead(const Recipient &recipient, std::span<const MessageId> ids,
                                                         Timestamp now, const QByteArray &node)
        = 0;
};

} // namespace hudhud
