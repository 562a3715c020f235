// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/json_client_protocol.h"

#include "signalr/json_hub_protocol.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace hudhud::client {

namespace {

/// Ids are ours and the server's: ASCII in practice, UTF-8 at worst.
QJsonObject message(HubMessageType type, const QByteArray &id)
{
    QJsonObject object{{QStringLiteral("type"), static_cast<int>(type)}};
    if (!id.isEmpty())
        object.insert(QStringLiteral("invocationId"), QString::fromUtf8(id));
    return object;
}

QJsonObject numbered(HubMessageType type, qint64 sequenceId)
{
    QJsonObject object = message(type, {});
    object.insert(QStringLiteral("sequenceId"), sequenceId);
    return object;
}

QByteArray framed(const QJsonObject &object)
{
    QByteArray text = QJsonDocument(object).toJson(QJsonDocument::Compact);
    text.append(RecordSeparator);
    return text;
}

} // namespace

JsonClientProtocol::JsonClientProtocol()
    : ClientProtocol(std::make_unique<JsonHubProtocol>())
{
}

QByteArray JsonClientProtocol::call(const OutgoingCall &call) const
{
    QJsonObject object = message(call.type, call.id);
    object.insert(QStringLiteral("target"), call.target);
    object.insert(QStringLiteral("arguments"), call.arguments);
    if (!call.streamIds.isEmpty()) {
        QJsonArray ids;
        for (const QByteArray &id : call.streamIds)
            ids.append(QString::fromUtf8(id));
        object.insert(QStringLiteral("streamIds"), ids);
    }
    return framed(object);
}

QByteArray JsonClientProtocol::streamItem(const QByteArray &id, const QJsonValue &item) const
{
    QJsonObject object = message(HubMessageType::StreamItem, id);
    // An undefined value would leave the property out, which the protocol does not allow.
    object.insert(QStringLiteral("item"), item.isUndefined() ? QJsonValue() : item);
    return framed(object);
}

QByteArray JsonClientProtocol::cancel(const QByteArray &id) const
{
    return framed(message(HubMessageType::CancelInvocation, id));
}

QByteArray JsonClientProtocol::ack(qint64 sequenceId) const
{
    return framed(numbered(HubMessageType::Ack, sequenceId));
}

QByteArray JsonClientProtocol::sequence(qint64 sequenceId) const
{
    return framed(numbered(HubMessageType::Sequence, sequenceId));
}

} // namespace hudhud::client
