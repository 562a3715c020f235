// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "plugin-api/attachment_service.h"
#include "signalr/hub_protocol.h"

#include <span>
#include <vector>

namespace hudhud {

class HubConnection;

/// Writes `message` as its recipient sees it; docs/protocol.md describes the members. `links`: for its attachments;
/// null: they come without.
void writeMessage(HubValueWriter &writer, const Message &message, const AttachmentLinks *links = nullptr);

/// Encodes pushes to recipients. The last message's bytes are kept for each protocol, so that a recipient with several
/// connections to this I/O thread costs one encoding. Thread: one object per I/O thread and hub.
class MessageEncoder
{
public:
    /// The client's method for two-way messages, and for the others. `links` as for writeMessage; they outlive it.
    MessageEncoder(QByteArrayView twoWayTarget, QByteArrayView oneWayTarget, const AttachmentLinks *links = nullptr)
        : m_twoWayTarget(twoWayTarget)
        , m_oneWayTarget(oneWayTarget)
        , m_links(links)
    {
    }

    /// The call of the client's method with `message`. Ownership: the bytes are the encoder's, until the next call.
    QByteArrayView encode(const HubProtocol &protocol, const MessagePointer &message);
    /// Calls `ReceivePendingMessages(messages)`.
    void pushPending(HubConnection &connection, std::span<const MessagePointer> messages) const;

private:
    struct Encoded
    {
        const HubProtocol *protocol = nullptr;
        QByteArray bytes; ///< Empty: not encoded yet.
    };

    QByteArray &bytesFor(const HubProtocol &protocol);

    QByteArrayView m_twoWayTarget;
    QByteArrayView m_oneWayTarget;
    const AttachmentLinks *m_links;
    MessagePointer m_message;
    std::vector<Encoded> m_encoded; ///< Of `m_message`, one for each protocol that was ever asked for.
};

} // namespace hudhud
