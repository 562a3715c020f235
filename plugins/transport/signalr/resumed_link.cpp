// SPDX-License-Identifier: GPL-3.0-or-later
#include "resumed_link.h"

#include "signalr/hub_connection.h"
#include "web_socket_transport.h"

#include <utility>

namespace hudhud {

ResumedLink::ResumedLink(ConnectionHome home, std::shared_ptr<LoopPort> socketPort)
    : m_home(std::move(home))
    , m_socketPort(std::move(socketPort))
{
}

void ResumedLink::opened(WebSocket &socket)
{
    m_socket = &socket;
    m_home.port->post([self = shared_from_this()] { self->attach(); });
}

void ResumedLink::attach()
{
    const auto connection = m_home.connection.lock();
    m_isAttached = true;
    if (!connection || !connection->resume(*this, shared_from_this()))
        close(); // Too late: the client begins anew.
}

void ResumedLink::received(QByteArrayView payload)
{
    m_home.port->post([self = shared_from_this(), bytes = payload.toByteArray()] {
        if (const auto connection = self->m_home.connection.lock(); connection && self->m_isAttached)
            connection->receive(bytes);
    });
}

void ResumedLink::drained()
{
    m_unsent = 0;
    m_home.port->post([self = shared_from_this()] {
        if (const auto connection = self->m_home.connection.lock(); connection && self->m_isAttached)
            connection->drained();
    });
}

void ResumedLink::closed(quint16 code)
{
    m_socket = nullptr;
    m_home.port->post([self = shared_from_this(), code] {
        const auto connection = self->m_home.connection.lock();
        if (!connection || !std::exchange(self->m_isAttached, false))
            return;
        if (code == WebSocketLinkLost)
            connection->transportLost();
        else
            connection->transportClosed();
    });
}

void ResumedLink::send(TransferFormat format, QByteArrayView messages)
{
    m_posted += messages.size();
    m_socketPort->post([self = shared_from_this(), format, bytes = messages.toByteArray()] {
        self->m_posted -= bytes.size();
        if (!self->m_socket)
            return;
        self->m_socket->send(format == TransferFormat::Text ? WebSocketOpcode::Text : WebSocketOpcode::Binary, bytes);
        self->m_unsent = self->m_socket->bytesUnsent();
    });
}

void ResumedLink::close()
{
    m_isAttached = false;
    m_socketPort->post([self = shared_from_this()] {
        if (self->m_socket)
            self->m_socket->close(1000, {});
    });
}

void ResumedLink::abandon()
{
    m_isAttached = false;
    m_socketPort->post([self = shared_from_this()] {
        if (self->m_socket)
            self->m_socket->abort();
    });
}

} // namespace hudhud
