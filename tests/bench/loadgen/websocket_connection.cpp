// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/websocket_connection.h"

#include "loadgen/http_connection.h"

#include <cstring>

namespace hudhud::loadgen {

namespace {

std::uint64_t bigEndian(std::string_view bytes)
{
    std::uint64_t value = 0;
    for (const char byte : bytes)
        value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

} // namespace

std::size_t parseServerFrame(std::string_view input, WebSocketFrame *frame)
{
    if (input.size() < 2)
        return 0;
    const auto first = static_cast<unsigned char>(input[0]);
    const auto second = static_cast<unsigned char>(input[1]);
    const unsigned shortLength = second & 0x7FU;
    const std::size_t extended = shortLength == 126 ? 2 : shortLength == 127 ? 8 : 0;
    const std::size_t headLength = 2 + extended;
    if (input.size() < headLength)
        return 0;
    const std::size_t length = extended == 0 ? shortLength : bigEndian(input.substr(2, extended));
    if (input.size() - headLength < length)
        return 0;
    frame->final = (first & 0x80U) != 0;
    frame->opcode = static_cast<WebSocketOpcode>(first & 0x0FU);
    frame->payload = input.substr(headLength, length);
    return headLength + length;
}

void appendClientFrame(std::string *out, WebSocketOpcode opcode, std::string_view payload, std::uint32_t mask)
{
    constexpr unsigned MaskBit = 0x80;
    out->push_back(static_cast<char>(0x80U | static_cast<unsigned>(opcode)));
    if (payload.size() < 126) {
        out->push_back(static_cast<char>(MaskBit | payload.size()));
    } else if (payload.size() <= 0xFFFF) {
        out->push_back(static_cast<char>(MaskBit | 126U));
        out->push_back(static_cast<char>(payload.size() >> 8));
        out->push_back(static_cast<char>(payload.size() & 0xFF));
    } else {
        out->push_back(static_cast<char>(MaskBit | 127U));
        for (int shift = 56; shift >= 0; shift -= 8)
            out->push_back(static_cast<char>(payload.size() >> shift & 0xFF));
    }
    char key[4];
    std::memcpy(key, &mask, sizeof key);
    out->append(key, sizeof key);
    const std::size_t begin = out->size();
    out->append(payload);
    for (std::size_t i = 0; i < payload.size(); ++i)
        (*out)[begin + i] = static_cast<char>((*out)[begin + i] ^ key[i % 4]);
}

WebSocketConnection::WebSocketConnection(EventLoop &loop, int number)
    : TcpConnection(loop)
    , m_number(number)
    , m_mask(0x9E3779B9U * static_cast<std::uint32_t>(number + 1))
{
}

bool WebSocketConnection::openWebSocket(const Endpoint &endpoint, std::string_view target,
                                        std::string_view token)
{
    m_upgraded = false;
    m_upgradeStatus = 0;
    m_fragments.clear();
    m_request.clear();
    m_request.append("GET ").append(target).append(" HTTP/1.1\r\nHost: ").append(endpoint.host);
    m_request.append("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: aHVkaHVkLWxvYWRnZW4tMQ==\r\n");
    if (!token.empty())
        m_request.append("Authorization: Bearer ").append(token).append("\r\n");
    m_request.append("\r\n");
    return open(endpoint, m_number);
}

void WebSocketConnection::sendMessage(WebSocketOpcode opcode, std::string_view payload)
{
    m_frame.clear();
    appendClientFrame(&m_frame, opcode, payload, m_mask);
    send(m_frame);
}

void WebSocketConnection::connected()
{
    send(m_request);
    m_request = std::string();
}

void WebSocketConnection::received()
{
    if (!m_upgraded)
        receiveUpgrade();
    if (!m_upgraded)
        return;
    while (isOpen()) {
        WebSocketFrame frame;
        const std::size_t length = parseServerFrame(input(), &frame);
        if (length == 0)
            break;
        handleFrame(frame);
        if (isOpen())
            consume(length);
    }
    if (isOpen())
        webSocketIdle();
}

void WebSocketConnection::lost()
{
    webSocketLost();
}

void WebSocketConnection::receiveUpgrade()
{
    HttpResponse response;
    bool broken = false;
    const auto length = parseHttpResponse(input(), &response, &broken);
    m_upgradeStatus = response.status;
    if (broken || (length && response.status != 101)) {
        endConnection();
        return;
    }
    if (!length)
        return;
    consume(*length);
    m_upgraded = true;
    webSocketOpened();
}

void WebSocketConnection::handleFrame(const WebSocketFrame &frame)
{
    switch (frame.opcode) {
    case WebSocketOpcode::Ping:
        m_frame.clear();
        appendClientFrame(&m_frame, WebSocketOpcode::Pong, frame.payload, m_mask);
        send(m_frame);
        return;
    case WebSocketOpcode::Pong:
        return;
    case WebSocketOpcode::Close:
        m_frame.clear();
        appendClientFrame(&m_frame, WebSocketOpcode::Close, frame.payload.substr(0, 2), m_mask);
        send(m_frame);
        endConnection();
        return;
    case WebSocketOpcode::Continuation:
    case WebSocketOpcode::Text:
    case WebSocketOpcode::Binary:
        break;
    }
    if (frame.final && m_fragments.empty()) {
        webSocketMessage(frame.payload);
        return;
    }
    m_fragments.append(frame.payload);
    if (!frame.final)
        return;
    const std::string message = std::move(m_fragments);
    m_fragments = std::string();
    webSocketMessage(message);
}

void WebSocketConnection::endConnection()
{
    close();
    webSocketLost();
}

} // namespace hudhud::loadgen
