// SPDX-License-Identifier: GPL-3.0-or-later
#include "offered_transports.h"

#include <QByteArrayList>

namespace hudhud {

QByteArray transportName(TransportKind kind)
{
    switch (kind) {
    case TransportKind::WebSockets:
        return QByteArrayLiteral("WebSockets");
    case TransportKind::ServerSentEvents:
        return QByteArrayLiteral("ServerSentEvents");
    case TransportKind::LongPolling:
        return QByteArrayLiteral("LongPolling");
    case TransportKind::None:
        break;
    }
    return {};
}

bool OfferedTransports::contains(TransportKind kind) const
{
    switch (kind) {
    case TransportKind::WebSockets:
        return webSockets;
    case TransportKind::ServerSentEvents:
        return serverSentEvents;
    case TransportKind::LongPolling:
        return longPolling;
    case TransportKind::None:
        break;
    }
    return false;
}

QByteArray OfferedTransports::toJson() const
{
    // Clients try them in this order.
    QByteArrayList list;
    if (webSockets)
        list.append(R"({"transport":"WebSockets","transferFormats":["Text","Binary"]})");
    if (serverSentEvents)
        list.append(R"({"transport":"ServerSentEvents","transferFormats":["Text"]})");
    if (longPolling)
        list.append(R"({"transport":"LongPolling","transferFormats":["Text","Binary"]})");
    return '[' + list.join(',') + ']';
}

} // namespace hudhud
