// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/transport.h"

#include <QTimer>
#include <QWebSocket>

namespace hudhud::client {

/// Both directions over one WebSocket (RFC 6455): text frames for text, binary frames for the rest; received
/// ones may be either.
class WebSocketTransport final : public Transport
{
    Q_OBJECT

public:
    explicit WebSocketTransport(HttpClient &http);
    ~WebSocketTransport() override;

    void open(const TransportTarget &target) override;
    void send(const QByteArray &messages) override;
    qint64 bytesUnsent() const override { return m_socket.bytesToWrite(); }
    void close() override;

private:
    void ended();
    void report(const HubError &error);

    HttpClient &m_http;
    QWebSocket m_socket;
    QTimer m_openTimer;
    TransferFormat m_format = TransferFormat::Text;
    bool m_isOpen = false;
    bool m_isClosing = false;
    bool m_isReported = false;
};

} // namespace hudhud::client
