// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/messagepack_client_protocol.h"

#include "signalr/client/json_values.h"
#include "signalr/messagepack_hub_protocol.h"
#include "signalr/messagepack_writer.h"

#include <simdjson.h>

namespace hudhud::client {

namespace {

/// The items with which types 1 to 5 begin: type, no headers, id.
void writeCaller(MessagePackWriter &writer, HubMessageType type, const QByteArray &id)
{
    writer.integer(static_cast<qint64>(type));
    writer.beginObject(0);
    if (id.isEmpty())
        writer.null();
    else
        writer.string(id);
}

} // namespace

class MessagePackClientProtocol::Parser
{
public:
    simdjson::dom::parser json;
};

MessagePackClientProtocol::MessagePackClientProtocol()
    : ClientProtocol(std::make_unique<MessagePackHubProtocol>())
    , m_parser(std::make_unique<Parser>())
{
}

MessagePackClientProtocol::~MessagePackClientProtocol() = default;

QByteArray
MessagePackClientProtocol::framed(const std::function<void(MessagePackWriter &writer)> &write) const
{
    QByteArray body;
    MessagePackWriter writer(body, m_parser->json);
    write(writer);
    QByteArray message;
    auto rest = static_cast<quint64>(body.size());
    for (; rest >= 0x80; rest >>= 7) // Base 128, least significant first.
        message.append(static_cast<char>((rest & 0x7fU) | 0x80U));
    message.append(static_cast<char>(rest));
    return message + body;
}

QByteArray MessagePackClientProtocol::call(const OutgoingCall &call) const
{
    return framed([&call](MessagePackWriter &writer) {
        writer.beginArray(6);
        writeCaller(writer, call.type, call.id);
        writer.string(call.target.toUtf8());
        writer.json(toText(call.arguments));
        writer.beginArray(call.streamIds.size());
        for (const QByteArray &id : call.streamIds)
            writer.string(id);
    });
}

QByteArray MessagePackClientProtocol::streamItem(const QByteArray &id, const QJsonValue &item) const
{
    return framed([&](MessagePackWriter &writer) {
        writer.beginArray(4);
        writeCaller(writer, HubMessageType::StreamItem, id);
        writer.json(toText(item));
    });
}

QByteArray MessagePackClientProtocol::cancel(const QByteArray &id) const
{
    return framed([&id](MessagePackWriter &writer) {
        writer.beginArray(3);
        writeCaller(writer, HubMessageType::CancelInvocation, id);
    });
}

QByteArray MessagePackClientProtocol::ack(qint64 sequenceId) const
{
    return numbered(HubMessageType::Ack, sequenceId);
}

QByteArray MessagePackClientProtocol::sequence(qint64 sequenceId) const
{
    return numbered(HubMessageType::Sequence, sequenceId);
}

QByteArray MessagePackClientProtocol::numbered(HubMessageType type, qint64 sequenceId) const
{
    return framed([&](MessagePackWriter &writer) {
        writer.beginArray(2);
        writer.integer(static_cast<qint64>(type));
        writer.integer(sequenceId);
    });
}

} // namespace hudhud::client
