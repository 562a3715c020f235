// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/utf8_validator.h"
#include "plugin-api/http.h"

#include <QByteArray>

#include <span>

namespace hudhud {

/// Close codes that the endpoint itself uses (RFC 6455, section 7.4.1).
enum class WebSocketCloseCode : quint16 {
    Normal = 1000,
    GoingAway = 1001,
    ProtocolError = 1002,
    NoCode = 1005, ///< Never on the wire: the close frame was empty.
    LinkLost = 1006, ///< Never on the wire: there was no close frame.
    InvalidText = 1007,
    TooBig = 1009,
};

/// What the reader found in the bytes.
struct WebSocketEvent
{
    enum class Kind : quint8 {
        NeedMore, ///< Nothing whole yet.
        Skipped, ///< A fragment was kept, or a pong dropped: read on.
        Message, ///< `opcode`, `payload`.
        Ping, ///< `payload`, to be sent back.
        Close, ///< `code` (1005 when none was sent), `payload` is the reason.
        Failure, ///< The peer broke the protocol: close with `code`; `payload` says why.
    };

    Kind kind = Kind::NeedMore;
    WebSocketOpcode opcode = WebSocketOpcode::Text;
    quint16 code = 0;
    QByteArrayView payload; ///< Valid until the next call, and as long as the bytes.
};

/// Reads the frames of a client (RFC 6455, section 5): masks, fragments, control frames, limits, UTF-8. Knows
/// no socket.
class WebSocketReader
{
public:
    /// `maximumMessage`: bytes of one message over all its fragments.
    explicit WebSocketReader(qint64 maximumMessage)
        : m_maximumMessage(maximumMessage)
    {
    }

    /// Reads one frame from the start of `bytes`, which are unmasked in place, and sets `used` to its length.
    /// With NeedMore nothing is used: offer the same bytes again with what follows. After Failure and Close
    /// read no more.
    WebSocketEvent next(std::span<char> bytes, qsizetype &used);

private:
    struct Header
    {
        quint8 opcode = 0;
        bool isFinal = false;
        qsizetype headerLength = 0;
        qint64 payloadLength = 0;
    };

    std::optional<WebSocketEvent> readHeader(std::span<const char> bytes, Header &header);
    std::optional<WebSocketEvent> checkHeader(const Header &header) const;
    WebSocketEvent takeControl(const Header &header, QByteArrayView payload) const;
    WebSocketEvent takeData(const Header &header, QByteArrayView payload);

    qint64 m_maximumMessage;
    QByteArray m_message; ///< Fragments so far.
    Utf8Validator m_text;
    WebSocketOpcode m_opcode = WebSocketOpcode::Text;
    bool m_isInMessage = false;
    bool m_isMessageGiven = false; ///< The last event showed m_message.
};

/// Writes the frames of a server: final, unmasked.
void appendWebSocketFrame(QByteArray &out, WebSocketOpcode opcode, QByteArrayView payload);
void appendWebSocketPong(QByteArray &out, QByteArrayView payload);
/// `code` 1005 makes an empty close frame. The reason is cut to the 123 bytes that fit, between characters.
void appendWebSocketClose(QByteArray &out, quint16 code, QByteArrayView reason);

} // namespace hudhud
