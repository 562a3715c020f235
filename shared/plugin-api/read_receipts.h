// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "core/message_id.h"
#include "core/recipient.h"

#include <functional>

namespace hudhud {

/// Takes note that recipients have read their messages. Thread: one object per I/O thread, called only there;
/// completions come on the same thread, exactly once, in a later loop turn. Ownership: the host; outlives every
/// transport worker.
class ReadReceipts
{
public:
    using ReadCompletion = std::move_only_function<void(Result<void>)>;

    virtual ~ReadReceipts() = default;
    /// `reader` has read the message. Completes once that is durable; the sender is told by the StatusFeed. The first
    /// time stays: reading again is success and changes nothing. Errors: NotFound for an id that is not `reader`'s,
    /// Conflict before the message is Delivered, and the store's.
    virtual void markRead(const Recipient &reader, const MessageId &id, ReadCompletion completion) = 0;
};

} // namespace hudhud
