// SPDX-License-Identifier: GPL-3.0-or-later
#include "event_stream_transport.h"

#include "http_connections.h"
#include "signalr/hub_connection.h"

namespace hudhud {

void appendEvent(QByteArray &out, QByteArrayView text)
{
    // A raw newline would end the line and a client would lose the rest, so each line gets a field of its
    // own.
    for (bool isMore = true; isMore;) {
        const qsizetype end = text.indexOf('\n');
        isMore = end >= 0;
        QByteArrayView line = isMore ? text.first(end) : text;
        if (isMore && line.endsWith('\r'))
            line.chop(1);
        out.append("data: ").append(line).append("\r\n");
        text = isMore ? text.sliced(end + 1) : QByteArrayView();
    }
    out.append("\r\n");
}

EventStreamTransport::EventStreamTransport(std::shared_ptr<HubConnection> connection, TokenLease lease,
                                           std::weak_ptr<HttpConnections> connections)
    : m_connection(std::move(connection))
    , m_lease(std::move(lease))
    , m_connections(std::move(connections))
{
}

EventStreamTransport::~EventStreamTransport()
{
    leave();
    m_connection->transportClosed();
}

void EventStreamTransport::opened(HttpStream &stream)
{
    m_stream = &stream;
    if (const auto connections = m_connections.lock())
        connections->addStream(m_lease.token(), *this);
    m_connection->open(*this);
}

void EventStreamTransport::drained()
{
    m_connection->drained();
}

void EventStreamTransport::closed()
{
    m_stream = nullptr;
    leave();
    m_connection->transportClosed();
}

void EventStreamTransport::receive(QByteArrayView bytes)
{
    m_connection->receive(bytes);
}

void EventStreamTransport::send(TransferFormat, QByteArrayView messages)
{
    if (!m_stream)
        return;
    QByteArray event;
    event.reserve(messages.size() + 16);
    appendEvent(event, messages);
    m_stream->send(event);
}

qint64 EventStreamTransport::bytesUnsent() const
{
    return m_stream ? m_stream->bytesUnsent() : 0;
}

void EventStreamTransport::close()
{
    // At once: a client that hears the Close message must not find its token alive.
    leave();
    if (m_stream)
        m_stream->close();
}

void EventStreamTransport::leave()
{
    if (const auto connections = m_connections.lock())
        connections->removeStream(m_lease.token());
    m_connections.reset();
    m_lease.release();
}

} // namespace hudhud
