// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/status_batch.h"

#include "cluster/stream_values.h"

#include <QIODevice>

namespace hudhud {

namespace {

constexpr quint8 StatusBatchVersion = 1;
constexpr quint8 NoReason = 255;
constexpr auto LastReason = static_cast<DeadLetterReason>(DeadLetterReasonCount - 1);

void write(QDataStream &stream, const StatusChange &change)
{
    stream << change.id.view().toByteArray() << change.recipient.toByteArray() << change.sender << change.apiKeyId
           << quint8(change.status) << stream_values::sinceEpoch(change.time) << change.attempt << quint8(change.channel)
           << change.reason << (change.deadLetterReason ? quint8(*change.deadLetterReason) : NoReason)
           << stream_values::sinceEpoch(change.readAt) << qint64(change.latency.count());
}

bool read(QDataStream &stream, StatusChange &change)
{
    QByteArray id;
    QByteArray recipient;
    quint8 reason = NoReason;
    qint64 latency = 0;
    stream >> id >> recipient >> change.sender >> change.apiKeyId;
    bool isValid = stream_values::readEnum(stream, change.status, MessageStatus::DeadLetter);
    stream_values::read(stream, change.time);
    stream >> change.attempt;
    isValid &= stream_values::readEnum(stream, change.channel, DeliveryChannel::Retry);
    stream >> change.reason >> reason;
    stream_values::read(stream, change.readAt);
    stream >> latency;
    const auto messageId = MessageId::fromBytes(id);
    const auto to = Recipient::fromString(recipient);
    if (reason != NoReason) {
        change.deadLetterReason = static_cast<DeadLetterReason>(reason);
        isValid &= *change.deadLetterReason <= LastReason;
    }
    if (!isValid || !messageId || !to || stream.status() != QDataStream::Ok)
        return false;
    change.id = *messageId;
    change.recipient = *to;
    change.latency = std::chrono::milliseconds(latency);
    return true;
}

} // namespace

QByteArray StatusBatch::encode(const QByteArray &node, std::span<const StatusChange> changes)
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream.setVersion(stream_values::Version);
    stream << StatusBatchVersion << node;
    for (const StatusChange &change : changes)
        write(stream, change);
    return bytes;
}

std::optional<StatusBatch> StatusBatch::decode(const QByteArray &payload)
{
    QDataStream stream(payload);
    stream.setVersion(stream_values::Version);
    quint8 version = 0;
    StatusBatch batch;
    stream >> version >> batch.node;
    if (version != StatusBatchVersion || stream.status() != QDataStream::Ok)
        return std::nullopt;
    while (!stream.atEnd()) {
        if (!read(stream, batch.changes.emplace_back()))
            return std::nullopt;
    }
    return batch;
}

} // namespace hudhud
