// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection_tokens.h"
#include "plugin-api/http.h"
#include "signalr/hub_transport.h"

#include <memory>

namespace hudhud {

class HubConnection;

/// The close code of a link that ended without a closing handshake (RFC 6455, section 7.1.5).
inline constexpr quint16 WebSocketLinkLost = 1006;

/// Carries a hub connection over a WebSocket. Thread: the connection's I/O thread. Ownership: the endpoint's.
class WebSocketTransport final : public WebSocketHandler, public HubTransport
{
public:
    WebSocketTransport(std::shared_ptr<HubConnection> connection, TokenLease lease);
    ~WebSocketTransport() override;

    void opened(WebSocket &socket) override;
    /// Clients send either kind of frame, whatever their protocol; messages may be cut anywhere.
    void received(WebSocketOpcode opcode, QByteArrayView payload) override;
    void drained() override;
    void closed(quint16 code) override;

    void send(TransferFormat format, QByteArrayView messages) override;
    qint64 bytesUnsent() const override;
    void holdInput(bool isHeld) override;
    void close() override;
    void abandon() override;

private:
    std::shared_ptr<HubConnection> m_connection; ///< Null when it went on elsewhere, or waits to.
    WebSocket *m_socket = nullptr;
    TokenLease m_lease;
};

} // namespace hudhud
