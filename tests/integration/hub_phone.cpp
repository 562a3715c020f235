// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub_phone.h"

#include <array>

namespace hudhud::test {

using namespace std::chrono_literals;
using client::HubConnection;
using client::ProtocolKind;
using client::TransportKind;

std::span<const HubLine> hubLines()
{
    static constexpr std::array Lines{
        HubLine{"WebSockets json", TransportKind::WebSockets, ProtocolKind::Json},
        HubLine{"WebSockets messagepack", TransportKind::WebSockets, ProtocolKind::MessagePack},
        HubLine{"ServerSentEvents json", TransportKind::ServerSentEvents, ProtocolKind::Json},
        HubLine{"LongPolling json", TransportKind::LongPolling, ProtocolKind::Json},
        HubLine{"LongPolling messagepack", TransportKind::LongPolling, ProtocolKind::MessagePack}};
    return Lines;
}

HubPhone::HubPhone(const QUrl &hub, const client::HubConnectionOptions &options)
    : connection(hub, options)
{
    for (const char *target : {"ReceiveMessage", "ReceiveChatMessage"}) {
        connection.on(QString::fromLatin1(target),
                      [this](const QJsonArray &arguments) { receive(arguments); });
    }
    connection.on(QStringLiteral("ReceivePendingMessages"),
                  [this](const QJsonArray &arguments) { receive(arguments.at(0).toArray()); });
    QObject::connect(&connection, &HubConnection::reconnecting, &connection, [this] { ++losses; });
    QObject::connect(&connection, &HubConnection::reconnected, &connection, [this] { ++reconnections; });
}

client::HubConnectionOptions HubPhone::options(const HubLine &line, const std::string &token)
{
    client::HubConnectionOptions made;
    made.protocol = line.protocol;
    made.transports = {line.transport};
    made.accessToken = [text = QString::fromStdString(token)] { return QtFuture::makeReadyFuture(text); };
    made.reconnect = client::reconnectForever({0ms, 50ms});
    made.requestTimeout = 20s; // On a cut link Qt may wait for a poll's answer in vain; it is then asked for again.
    return made;
}

void HubPhone::receive(const QJsonArray &messages)
{
    QStringList ids;
    for (const QJsonValue message : messages) {
        ids.append(message[QLatin1String("id")].toString());
        contents.insert(ids.last(), message[QLatin1String("content")].toString());
    }
    received += ids;
    if (!acknowledges)
        return;
    connection.invoke(QStringLiteral("AcknowledgeMessages"), {QJsonArray::fromStringList(ids)})
        .then(&connection, [this, ids](const client::Result<QJsonValue> &result) {
            if (result)
                acknowledged.unite(QSet<QString>(ids.begin(), ids.end()));
        });
}

} // namespace hudhud::test
