// SPDX-License-Identifier: GPL-3.0-or-later
#include "web_socket_transport.h"

#include "signalr/hub_connection.h"

#include <utility>

namespace hudhud {

WebSocketTransport::WebSocketTransport(std::shared_ptr<HubConnection> connection, TokenLease lease)
    : m_connection(std::move(connection))
    , m_lease(std::move(lease))
{
}

WebSocketTransport::~WebSocketTransport()
{
    if (m_connection)
        m_connection->transportClosed();
}

void WebSocketTransport::opened(WebSocket &socket)
{
    m_socket = &socket;
    m_connection->open(*this);
}

void WebSocketTransport::received(WebSocketOpcode, QByteArrayView payload)
{
    if (const auto connection = m_connection)
        connection->receive(payload);
}

void WebSocketTransport::drained()
{
    if (const auto connection = m_connection)
        connection->drained();
}

void WebSocketTransport::closed(quint16 code)
{
    m_socket = nullptr;
    m_lease.release();
    const auto connection = std::exchange(m_connection, nullptr);
    if (connection && code == WebSocketLinkLost)
        connection->transportLost();
    else if (connection)
        connection->transportClosed();
}

void WebSocketTransport::abandon()
{
    m_connection.reset();
    if (m_socket)
        m_socket->abort();
}

void WebSocketTransport::send(TransferFormat format, QByteArrayView messages)
{
    if (m_socket)
        m_socket->send(format == TransferFormat::Text ? WebSocketOpcode::Text : WebSocketOpcode::Binary,
                       messages);
}

qint64 WebSocketTransport::bytesUnsent() const
{
    return m_socket ? m_socket->bytesUnsent() : 0;
}

void WebSocketTransport::holdInput(bool isHeld)
{
    if (m_socket)
        m_socket->holdInput(isHeld);
}

void WebSocketTransport::close()
{
    // At once: a client that hears the Close message must not find its token alive.
    m_lease.release();
    if (m_socket)
        m_socket->close(1000, {});
}

} // namespace hudhud
