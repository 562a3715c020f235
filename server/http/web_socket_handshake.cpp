// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/web_socket_handshake.h"

#include "http/response_writer.h"

#include <QCryptographicHash>

namespace hudhud {

std::optional<HttpResponse> checkWebSocketHandshake(const RequestHead &head)
{
    if (head.value("Sec-WebSocket-Version") != "13") {
        HttpResponse response = problemResponse(426, "Only WebSocket version 13 is spoken here.");
        response.headers
            = {{"Sec-WebSocket-Version", "13"}, {"Upgrade", "websocket"}, {"Connection", "Upgrade"}};
        return response;
    }
    const QByteArray key = head.value("Sec-WebSocket-Key").toByteArray();
    const auto decoded = QByteArray::fromBase64Encoding(key, QByteArray::AbortOnBase64DecodingErrors);
    if (decoded.decodingStatus != QByteArray::Base64DecodingStatus::Ok || decoded.decoded.size() != 16)
        return problemResponse(400, "Sec-WebSocket-Key must be 16 bytes in Base64.");
    return std::nullopt;
}

QByteArray webSocketAccepted(const RequestHead &head)
{
    // The GUID is part of the protocol: RFC 6455, section 1.3.
    QCryptographicHash hash(QCryptographicHash::Sha1);
    hash.addData(head.value("Sec-WebSocket-Key"));
    hash.addData("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: "
           "Upgrade\r\nSec-WebSocket-Accept: "
        + hash.result().toBase64() + "\r\n\r\n";
}

} // namespace hudhud
