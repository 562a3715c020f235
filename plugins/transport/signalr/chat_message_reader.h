// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "chat_limits.h"
#include "core/error.h"
#include "core/message.h"
#include "signalr/hub_message.h"

namespace hudhud {

/// Who sends a chat message, as the connection's token says.
struct ChatSender
{
    Recipient account;
    bool mayChoosePriority = false;
    bool mayUseKeys = false; ///< idempotencyKey is allowed.
};

/// Reads the argument of SendMessage. Null members count as absent: some clients write all of them.
/// Result: a TwoWay message from the sender, without id and times. Errors: InvalidRequest, whose text tells everything
/// that is wrong at once, each with field, limit and remedy.
Result<Message> readChatMessage(const HubValue &value, const ChatSender &sender, const ChatLimits &limits);

/// The idempotency key of an argument that `readChatMessage` took; empty if it has none.
QByteArray idempotencyKeyOf(const HubValue &value);

} // namespace hudhud
