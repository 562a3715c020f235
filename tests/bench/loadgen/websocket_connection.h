// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loadgen/tcp_connection.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace hudhud::loadgen {

enum class WebSocketOpcode : std::uint8_t {
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10
};

/// One frame as a server sends it: unmasked (RFC 6455, section 5.2).
struct WebSocketFrame
{
    bool final = true;
    WebSocketOpcode opcode = WebSocketOpcode::Text;
    std::string_view payload;
};

/// The length of the frame at the start of `input`; 0 while it is incomplete.
std::size_t parseServerFrame(std::string_view input, WebSocketFrame *frame);
/// Appends a final client frame, masked with `mask`.
void appendClientFrame(std::string *out, WebSocketOpcode opcode, std::string_view payload,
                       std::uint32_t mask);

/// A WebSocket client: upgrade, messages, pings, close.
class WebSocketConnection : public TcpConnection
{
public:
    WebSocketConnection(EventLoop &loop, int number);

    /// Starts connecting and asks for `target` with `token` as bearer.
    bool openWebSocket(const Endpoint &endpoint, std::string_view target, std::string_view token);
    void sendText(std::string_view payload) { sendMessage(WebSocketOpcode::Text, payload); }
    void sendBinary(std::string_view payload) { sendMessage(WebSocketOpcode::Binary, payload); }
    int number() const { return m_number; }
    /// The HTTP status of the answer to the upgrade; 0 before.
    int upgradeStatus() const { return m_upgradeStatus; }

protected:
    virtual void webSocketOpened() = 0;
    /// A whole text or binary message, possibly with others in one read.
    virtual void webSocketMessage(std::string_view message) = 0;
    /// Everything that had arrived has been handed over.
    virtual void webSocketIdle() {}
    /// Refused upgrade, close frame, or lost link; the socket is closed.
    virtual void webSocketLost() = 0;

private:
    void sendMessage(WebSocketOpcode opcode, std::string_view payload);
    void connected() override;
    void received() override;
    void lost() override;
    void receiveUpgrade();
    void handleFrame(const WebSocketFrame &frame);
    void endConnection();

    int m_number;
    std::uint32_t m_mask;
    bool m_upgraded = false;
    int m_upgradeStatus = 0;
    std::string m_request;
    std::string m_fragments;
    std::string m_frame;
};

} // namespace hudhud::loadgen
