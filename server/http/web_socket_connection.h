// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/connection.h"
#include "http/web_socket_frame.h"

#include <memory>

namespace hudhud {

/// An open WebSocket on a connection (RFC 6455, server role). Memory while idle: this object only.
class WebSocketConnection final : public Protocol, public WebSocket
{
public:
    WebSocketConnection(Connection &connection, std::unique_ptr<WebSocketHandler> handler);
    ~WebSocketConnection() override;

    /// Tells the handler; once, when the connection speaks this protocol.
    void open();

    void received(std::span<char> bytes) override;
    void written() override { tellDrained(); }
    void turnEnded() override;
    void deadlineExpired() override { m_connection.abort(); }
    void peerFinished() override { m_connection.abort(); }
    void ended() override;
    void drain() override;

    void send(WebSocketOpcode opcode, QByteArrayView payload) override;
    qint64 bytesUnsent() const override { return m_output.size() + m_connection.bytesUnsent(); }
    void holdInput(bool isHeld) override;
    void close(quint16 code, QByteArrayView reason) override;
    void abort() override { m_connection.abort(); }
    QHostAddress peerAddress() const override { return m_connection.peerAddress(); }

private:
    qsizetype process(std::span<char> bytes);
    bool handle(const WebSocketEvent &event);
    void sendClose(quint16 code, QByteArrayView reason);
    void flush();
    void tellDrained();
    void readOn();

    Connection &m_connection;
    std::unique_ptr<WebSocketHandler> m_handler;
    WebSocketReader m_reader;
    QByteArray m_input; ///< An unfinished frame, and while held what was read before.
    QByteArray m_output; ///< Frames of this loop turn.
    quint16 m_peerCode = quint16(WebSocketCloseCode::LinkLost);
    bool m_isCloseSent = false;
    bool m_isOver = false; ///< The peer's close or failure was seen: nothing more is read.
    bool m_isAboveLowMark = false;
    bool m_isInputHeld = false;
};

} // namespace hudhud
