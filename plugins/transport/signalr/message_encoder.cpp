// SPDX-License-Identifier: GPL-3.0-or-later
#include "message_encoder.h"

#include "signalr/hub_connection.h"

#include <algorithm>
#include <array>

namespace hudhud {

namespace {

/// Capacity that the encoder keeps; a rare long message does not hold its memory for ever.
constexpr qsizetype KeptCapacity = 65'536;
constexpr qsizetype RequiredMembers = 9;

void writeText(HubValueWriter &writer, QByteArrayView name, QByteArrayView text)
{
    writer.name(name);
    writer.string(text);
}

void writeId(HubValueWriter &writer, const MessageId &id)
{
    std::array<char, 36> text;
    id.writeTo(text.data());
    writeText(writer, "id", QByteArrayView(text.data(), text.size()));
}

void writeAttachments(HubValueWriter &writer, const std::vector<Attachment> &attachments, const AttachmentLinks *links)
{
    writer.name("attachments");
    writer.beginArray(static_cast<qsizetype>(attachments.size()));
    for (const Attachment &attachment : attachments) {
        writer.beginObject(links ? 5 : 4);
        writeText(writer, "id", attachment.id);
        writeText(writer, "name", attachment.name);
        writeText(writer, "contentType", attachment.contentType);
        writer.name("size");
        writer.integer(attachment.size);
        if (links)
            writeText(writer, "url", links->urlOf(attachment.id));
        writer.endObject();
    }
    writer.endArray();
}

} // namespace

void writeMessage(HubValueWriter &writer, const Message &message, const AttachmentLinks *links)
{
    const qsizetype optionalMembers = (message.sender.isEmpty() ? 0 : 1)
        + (message.metadata.isEmpty() ? 0 : 1) + (message.expiresAt ? 1 : 0)
        + (message.conversation.isEmpty() ? 0 : 1)
        + (message.attachments.empty() ? 0 : 1);
    writer.beginObject(RequiredMembers + optionalMembers);
    writeId(writer, message.id);
    writeText(writer, "recipient", message.recipient.view());
    writeText(writer, "subject", message.subject);
    writeText(writer, "content", message.content);
    writeText(writer, "type", messageTypeName(message.type));
    writeText(writer, "priority", priorityName(message.priority));
    writeText(writer, "status", messageStatusName(message.status));
    writeText(writer, "createdAt", toRfc3339(message.createdAt));
    writer.name("retryCount");
    writer.integer(message.retryCount);
    if (!message.sender.isEmpty())
        writeText(writer, "sender", message.sender);
    if (!message.conversation.isEmpty())
        writeText(writer, "conversation", message.conversation);
    if (!message.metadata.isEmpty()) {
        writer.name("metadata");
        writer.json(message.metadata);
    }
    if (message.expiresAt)
        writeText(writer, "expiresAt", toRfc3339(*message.expiresAt));
    if (!message.attachments.empty())
        writeAttachments(writer, message.attachments, links);
    writer.endObject();
}

QByteArray &MessageEncoder::bytesFor(const HubProtocol &protocol)
{
    const auto found = std::ranges::find(m_encoded, &protocol, &Encoded::protocol);
    return found != m_encoded.end() ? found->bytes : m_encoded.emplace_back(&protocol, QByteArray()).bytes;
}

QByteArrayView MessageEncoder::encode(const HubProtocol &protocol, const MessagePointer &message)
{
    if (message != m_message) {
        for (Encoded &encoded : m_encoded) {
            if (encoded.bytes.capacity() > KeptCapacity)
                encoded.bytes = QByteArray();
            encoded.bytes.resize(0);
        }
        m_message = message;
    }
    QByteArray &bytes = bytesFor(protocol);
    if (bytes.isEmpty()) {
        const QByteArrayView target = message->type == MessageType::TwoWay ? m_twoWayTarget : m_oneWayTarget;
        protocol.writeInvocation(bytes, target, 1,
                                 [&](HubValueWriter &writer) { writeMessage(writer, *message, m_links); });
    }
    return bytes;
}

void MessageEncoder::pushPending(HubConnection &connection, std::span<const MessagePointer> messages) const
{
    connection.invoke("ReceivePendingMessages", 1, [this, messages](HubValueWriter &writer) {
        writer.beginArray(static_cast<qsizetype>(messages.size()));
        for (const MessagePointer &message : messages)
            writeMessage(writer, *message, m_links);
        writer.endArray();
    });
}

} // namespace hudhud
