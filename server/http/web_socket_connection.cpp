// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/web_socket_connection.h"

#include "http/endpoint_context.h"

namespace hudhud {

WebSocketConnection::WebSocketConnection(Connection &connection, std::unique_ptr<WebSocketHandler> handler)
    : m_connection(connection)
    , m_handler(std::move(handler))
    , m_reader(connection.context().options.maximumWebSocketMessageBytes)
{
    m_connection.context().metrics.webSockets.add(1);
}

WebSocketConnection::~WebSocketConnection()
{
    m_connection.context().metrics.webSockets.add(-1);
}

void WebSocketConnection::open()
{
    m_connection.clearDeadline();
    m_handler->opened(*this);
    if (m_connection.context().isDraining)
        drain();
}

void WebSocketConnection::received(std::span<char> bytes)
{
    if (m_isOver)
        return;
    if (m_input.isEmpty()) {
        const qsizetype used = process(bytes);
        m_input = QByteArray(bytes.data() + used, qsizetype(bytes.size()) - used);
    } else {
        m_input.append(bytes.data(), qsizetype(bytes.size()));
        const qsizetype used = process({m_input.data(), std::size_t(m_input.size())});
        if (used == m_input.size())
            m_input = QByteArray();
        else
            m_input.remove(0, used);
    }
    flush();
}

qsizetype WebSocketConnection::process(std::span<char> bytes)
{
    qsizetype position = 0;
    while (!m_isOver && !m_isInputHeld) {
        qsizetype used = 0;
        const WebSocketEvent event = m_reader.next(bytes.subspan(std::size_t(position)), used);
        position += used;
        if (!handle(event))
            break;
    }
    return m_isOver ? qsizetype(bytes.size()) : position;
}

/// Result: whether to read on.
bool WebSocketConnection::handle(const WebSocketEvent &event)
{
    switch (event.kind) {
    case WebSocketEvent::Kind::NeedMore:
        return false;
    case WebSocketEvent::Kind::Skipped:
        break;
    case WebSocketEvent::Kind::Message:
        m_handler->received(event.opcode, event.payload);
        return !m_connection.isClosing();
    case WebSocketEvent::Kind::Ping:
        // A peer that asks without reading gets no more than fits.
        if (!m_isCloseSent && bytesUnsent() < m_connection.context().options.webSocketLowMarkBytes)
            appendWebSocketPong(m_output, event.payload);
        break;
    case WebSocketEvent::Kind::Close:
        m_isOver = true;
        m_peerCode = event.code;
        sendClose(event.code, {});
        break;
    case WebSocketEvent::Kind::Failure:
        m_isOver = true;
        m_connection.context().metrics.refused(EndpointMetrics::Refusal::Malformed);
        sendClose(event.code, event.payload);
        break;
    }
    return true;
}

void WebSocketConnection::send(WebSocketOpcode opcode, QByteArrayView payload)
{
    if (m_isCloseSent || m_connection.isClosing())
        return;
    appendWebSocketFrame(m_output, opcode, payload);
    m_connection.requestTurnEnd();
}

void WebSocketConnection::close(quint16 code, QByteArrayView reason)
{
    sendClose(code, reason);
}

void WebSocketConnection::sendClose(quint16 code, QByteArrayView reason)
{
    if (!std::exchange(m_isCloseSent, true)) {
        appendWebSocketClose(m_output, code, reason);
        m_connection.setDeadline(m_connection.context().options.webSocketCloseTimeout);
        m_isInputHeld = false; // the peer's close has to be read
    }
    m_connection.requestTurnEnd();
}

void WebSocketConnection::flush()
{
    if (!m_output.isEmpty())
        m_connection.write(std::exchange(m_output, QByteArray()));
    if (m_isOver && m_isCloseSent)
        m_connection.closeAfterWriting(); // section 7.1.1: the server ends the link
    else if (m_connection.bytesUnsent() > m_connection.context().options.webSocketLowMarkBytes)
        m_isAboveLowMark = true;
}

void WebSocketConnection::turnEnded()
{
    if (!m_isInputHeld && m_connection.isPaused())
        readOn();
    flush();
    tellDrained();
}

void WebSocketConnection::holdInput(bool isHeld)
{
    if (std::exchange(m_isInputHeld, isHeld) == isHeld)
        return;
    if (isHeld)
        m_connection.pauseReading();
    else
        m_connection.requestTurnEnd();
}

void WebSocketConnection::readOn()
{
    if (!m_connection.unpauseReading())
        return;
    received({});
    m_connection.readOn();
}

void WebSocketConnection::tellDrained()
{
    if (m_isAboveLowMark && !m_connection.isClosing() && bytesUnsent() == 0) {
        m_isAboveLowMark = false;
        m_handler->drained();
    }
}

void WebSocketConnection::ended()
{
    if (const auto handler = std::exchange(m_handler, nullptr))
        handler->closed(m_peerCode);
}

void WebSocketConnection::drain()
{
    sendClose(quint16(WebSocketCloseCode::GoingAway), "the server stops");
}

} // namespace hudhud
