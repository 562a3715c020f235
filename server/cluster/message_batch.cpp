// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/message_batch.h"

#include "cluster/stream_values.h"

#include <QIODevice>

#include <utility>

namespace hudhud {

namespace {

constexpr quint8 BatchVersion = 1;
/// What delivery needs; how an earlier life of the message ended stays in the store.
void write(QDataStream &stream, const Message &message)
{
    stream << message.id.view().toByteArray() << message.recipient.toByteArray() << quint8(message.type)
           << quint8(message.priority) << quint8(message.status) << message.retryCount << message.pushCount
           << stream_values::sinceEpoch(message.createdAt) << stream_values::sinceEpoch(message.lastRetryAt) << stream_values::sinceEpoch(message.expiresAt)
           << stream_values::sinceEpoch(message.deliverAt) << message.replayCount << message.replayJob << message.apiKeyId
           << message.subject << message.content << message.sender << message.metadata << message.idempotencyKey
           << message.collapseKey << message.conversation << message.failureReason << quint8(message.failureClass)
           << message.editedFrom.view().toByteArray() << quint32(message.attachments.size());
    for (const Attachment &attachment : message.attachments)
        stream << attachment.id << attachment.name << attachment.contentType << attachment.size;
}

bool read(QDataStream &stream, Message &message)
{
    QByteArray id;
    QByteArray recipient;
    QByteArray editedFrom;
    quint32 attachments = 0;
    stream >> id >> recipient;
    bool isValid = stream_values::readEnum(stream, message.type, MessageType::TwoWay);
    isValid &= stream_values::readEnum(stream, message.priority, Priority::Critical);
    isValid &= stream_values::readEnum(stream, message.status, MessageStatus::DeadLetter);
    stream >> message.retryCount >> message.pushCount;
    stream_values::read(stream, message.createdAt);
    stream_values::read(stream, message.lastRetryAt);
    stream_values::read(stream, message.expiresAt);
    stream_values::read(stream, message.deliverAt);
    stream >> message.replayCount >> message.replayJob >> message.apiKeyId >> message.subject >> message.content
        >> message.sender >> message.metadata >> message.idempotencyKey >> message.collapseKey
        >> message.conversation >> message.failureReason;
    isValid &= stream_values::readEnum(stream, message.failureClass, ErrorClass::Business);
    stream >> editedFrom >> attachments;
    for (quint32 i = 0; i < attachments && stream.status() == QDataStream::Ok; ++i) {
        Attachment &attachment = message.attachments.emplace_back();
        stream >> attachment.id >> attachment.name >> attachment.contentType >> attachment.size;
    }
    const auto messageId = MessageId::fromBytes(id);
    const auto to = Recipient::fromString(recipient);
    const auto original = MessageId::fromBytes(editedFrom);
    if (!isValid || !messageId || !to || !original || stream.status() != QDataStream::Ok)
        return false;
    message.id = *messageId;
    message.recipient = *to;
    message.editedFrom = *original;
    return true;
}

} // namespace

void MessageBatch::add(const Message &message)
{
    QDataStream stream(&m_bytes, QIODevice::WriteOnly | QIODevice::Append);
    stream.setVersion(stream_values::Version);
    if (m_count == 0)
        stream << BatchVersion;
    write(stream, message);
    ++m_count;
}

QByteArray MessageBatch::take()
{
    m_count = 0;
    return std::exchange(m_bytes, {});
}

std::optional<std::vector<MessagePointer>> MessageBatch::decode(const QByteArray &payload)
{
    QDataStream stream(payload);
    stream.setVersion(stream_values::Version);
    quint8 version = 0;
    stream >> version;
    if (version != BatchVersion)
        return std::nullopt;
    std::vector<MessagePointer> messages;
    while (!stream.atEnd()) {
        const auto message = std::make_shared<Message>();
        if (!read(stream, *message))
            return std::nullopt;
        messages.push_back(message);
    }
    return messages;
}

} // namespace hudhud
