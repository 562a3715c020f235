// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "signalr/hub_protocol.h"

#include <span>
#include <vector>

namespace hudhud {

class HubConnection;

/// Writes `message` as its recipient sees it; docs/protocol.md describes the members.
void writeMessage(HubValueWriter &writer, const Message &message);

/// Encodes pushes to recipients. The last message's bytes are kept for each protocol, so that a recipient with several
/// connections to this I/O thread costs one encoding. Thread: one object per I/O thread and hub.
class MessageEncoder
{
public:
    /// The client's method for two-way messages, and for the others.
    MessageEncoder(QByteArrayView twoWayTarget, QByteArrayView oneWayTarget)
        : m_twoWayTarget(twoWayTarget)
        , m_oneWayTarget(oneWayTarget)
    {
    }

    /// The call of the client's method with `message`. Ownership: the bytes are the encoder's, until the next call.
    QByteArrayView encode(const HubProtocol &protocol, const MessagePointer &message);

private:
    struct Encoded
    {
        const HubProtocol *protocol = nullptr;
        QByteArray bytes; ///< Empty: not encoded yet.
    };

    QByteArray &bytesFor(const HubProtocol &protocol);

    QByteArrayView m_twoWayTarget;
    QByteArrayView m_oneWayTarget;
    MessagePointer m_message;
    std::vector<Encoded> m_encoded; ///< Of `m_message`, one for each protocol that was ever asked for.
};

/// `ReceivePendingMessages(messages)`.
void pushPendingMessages(HubConnection &connection, std::span<const MessagePointer> messages);

} // namespace hudhud
