// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/message_batch.h"

#include <QDataStream>
#include <QIODevice>

#include <limits>
#include <utility>

namespace hudhud {

namespace {

constexpr quint8 BatchVersion = 1;
constexpr QDataStream::Version StreamVersion = QDataStream::Qt_6_4;
constexpr qint64 NoTime = std::numeric_limits<qint64>::min();
constexpr quint8 LastPriority = PriorityCount - 1;

qint64 sinceEpoch(const std::optional<Timestamp> &time)
{
    return time ? qint64(time->time_since_epoch().count()) : NoTime;
}

void read(QDataStream &stream, Timestamp &time)
{
    qint64 value = 0;
    stream >> value;
    time = Timestamp(std::chrono::milliseconds(value));
}

void read(QDataStream &stream, std::optional<Timestamp> &time)
{
    Timestamp value{};
    read(stream, value);
    time = value.time_since_epoch().count() == NoTime ? std::nullopt : std::optional(value);
}

/// False for a number that the type does not have.
template <typename Enum> bool readEnum(QDataStream &stream, Enum &value, quint8 last)
{
    quint8 raw = 0;
    stream >> raw;
    value = static_cast<Enum>(raw);
    return raw <= last;
}

/// What delivery needs; how an earlier life of the message ended stays in the store.
void write(QDataStream &stream, const Message &message)
{
    stream << message.id.view().toByteArray() << message.recipient.toByteArray() << quint8(message.type)
           << quint8(message.priority) << quint8(message.status) << message.retryCount << message.pushCount
           << sinceEpoch(message.createdAt) << sinceEpoch(message.lastRetryAt) << sinceEpoch(message.expiresAt)
           << sinceEpoch(message.deliverAt) << message.replayCount << message.replayJob << message.apiKeyId
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
    bool isValid = readEnum(stream, message.type, quint8(MessageType::TwoWay));
    isValid &= readEnum(stream, message.priority, LastPriority);
    isValid &= readEnum(stream, message.status, quint8(MessageStatus::DeadLetter));
    stream >> message.retryCount >> message.pushCount;
    read(stream, message.createdAt);
    read(stream, message.lastRetryAt);
    read(stream, message.expiresAt);
    read(stream, message.deliverAt);
    stream >> message.replayCount >> message.replayJob >> message.apiKeyId >> message.subject >> message.content
        >> message.sender >> message.metadata >> message.idempotencyKey >> message.collapseKey
        >> message.conversation >> message.failureReason;
    isValid &= readEnum(stream, message.failureClass, quint8(ErrorClass::Business));
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
    stream.setVersion(StreamVersion);
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
    stream.setVersion(StreamVersion);
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
