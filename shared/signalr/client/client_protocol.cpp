// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/client_protocol.h"

#include "signalr/client/json_client_protocol.h"
#include "signalr/client/json_values.h"
#include "signalr/client/messagepack_client_protocol.h"
#include "signalr/json_hub_protocol.h"

namespace hudhud::client {

std::unique_ptr<ClientProtocol> ClientProtocol::create(ProtocolKind kind)
{
    if (kind == ProtocolKind::MessagePack)
        return std::make_unique<MessagePackClientProtocol>();
    return std::make_unique<JsonClientProtocol>();
}

QByteArray ClientProtocol::completion(const QByteArray &id) const
{
    QByteArray message;
    m_hub->writeCompletion(message, id, {});
    return message;
}

QByteArray ClientProtocol::result(const QByteArray &id, const QJsonValue &value) const
{
    QByteArray message;
    m_hub->writeCompletion(message, id, [&value](HubValueWriter &writer) { writer.json(toText(value)); });
    return message;
}

QByteArray ClientProtocol::failure(const QByteArray &id, const QString &error) const
{
    QByteArray message;
    m_hub->writeFailure(message, id, error.toUtf8());
    return message;
}

QByteArray ClientProtocol::ping() const
{
    QByteArray message;
    m_hub->writePing(message);
    return message;
}

QByteArray ClientProtocol::close() const
{
    QByteArray message;
    m_hub->writeClose(message, {}, false);
    return message;
}

QByteArray ClientProtocol::handshake(int version) const
{
    QByteArray record("{\"protocol\":\"");
    record.append(m_hub->name());
    record.append("\",\"version\":" + QByteArray::number(version) + '}');
    record.append(RecordSeparator);
    return record;
}

} // namespace hudhud::client
