// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/event_stream_parser.h"
#include "signalr/client/http_transport.h"

#include <QTimer>

namespace hudhud::client {

/// Receives by one event stream that never ends, and sends by POSTs. Text only.
class ServerSentEventsTransport final : public HttpTransport
{
    Q_OBJECT

public:
    explicit ServerSentEventsTransport(HttpClient &http);

protected:
    void receive() override;
    void leave() override;

private:
    void headArrived();
    void bytesArrived();
    void finished();

    EventStreamParser m_parser;
    QTimer m_openTimer;
    bool m_isOpen = false;
};

} // namespace hudhud::client
