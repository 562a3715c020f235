// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "signalr/hub_protocol.h"

#include <span>

namespace hudhud {

class HubConnection;

/// Writes `message` as phones see it; the plugin's README describes the members.
void writeMessage(HubValueWriter &writer, const Message &message);

/// Encodes pushes to phones. The last message's bytes are kept, so that a recipient with several phones on
/// this I/O thread costs one encoding. Thread: one object per I/O thread.
class MessageEncoder
{
public:
    /// `ReceiveMessage(message)`. Ownership: the bytes are the encoder's, until the next call.
    QByteArrayView receiveMessage(const HubProtocol &protocol, const MessagePointer &message);

private:
    MessagePointer m_message;
    const HubProtocol *m_protocol = nullptr;
    QByteArray m_encoded;
};

/// `ReceivePendingMessages(messages)`.
void pushPendingMessages(HubConnection &connection, std::span<const MessagePointer> messages);

} // namespace hudhud
