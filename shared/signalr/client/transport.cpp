// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/transport.h"

#include "signalr/client/long_polling_transport.h"
#include "signalr/client/server_sent_events_transport.h"
#include "signalr/client/web_socket_transport.h"

namespace hudhud::client {

std::unique_ptr<Transport> Transport::create(TransportKind kind, HttpClient &http)
{
    switch (kind) {
    case TransportKind::WebSockets:
        return std::make_unique<WebSocketTransport>(http);
    case TransportKind::ServerSentEvents:
        return std::make_unique<ServerSentEventsTransport>(http);
    case TransportKind::LongPolling:
        return std::make_unique<LongPollingTransport>(http);
    }
    return nullptr;
}

} // namespace hudhud::client
