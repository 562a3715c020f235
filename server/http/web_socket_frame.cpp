// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/web_socket_frame.h"

#include <QtEndian>

#include <cstring>

namespace hudhud {

namespace {

constexpr quint8 FinalBit = 0x80;
constexpr quint8 ReservedBits = 0x70;
constexpr quint8 MaskBit = 0x80;
constexpr quint8 OpcodeContinuation = 0x0;
constexpr quint8 OpcodeClose = 0x8;
constexpr quint8 OpcodePing = 0x9;
constexpr quint8 OpcodePong = 0xA;
constexpr qint64 MaximumControlPayload = 125;
constexpr qsizetype MaskLength = 4;

bool isControl(quint8 opcode)
{
    return opcode & 0x8;
}

WebSocketEvent failure(WebSocketCloseCode code, QByteArrayView reason)
{
    return {WebSocketEvent::Kind::Failure, WebSocketOpcode::Text, quint16(code), reason};
}

WebSocketEvent protocolError(QByteArrayView reason)
{
    return failure(WebSocketCloseCode::ProtocolError, reason);
}

void unmask(char *data, qsizetype size, const char *mask)
{
    quint32 narrow = 0;
    std::memcpy(&narrow, mask, MaskLength);
    const quint64 wide = quint64(narrow) << 32 | narrow;
    qsizetype i = 0;
    for (; i + 8 <= size; i += 8) {
        quint64 word = 0;
        std::memcpy(&word, data + i, 8);
        word ^= wide;
        std::memcpy(data + i, &word, 8);
    }
    for (; i < size; ++i)
        data[i] = char(data[i] ^ mask[i % MaskLength]);
}

/// Codes that a peer may send (section 7.4, and the registry it opens).
bool isCloseCodeAllowed(quint16 code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

void appendHeader(QByteArray &out, quint8 opcode, qsizetype length)
{
    char header[10];
    qsizetype headerLength = 2;
    header[0] = char(FinalBit | opcode);
    if (length <= MaximumControlPayload) {
        header[1] = char(length);
    } else if (length <= 0xFFFF) {
        header[1] = 126;
        qToBigEndian(quint16(length), header + 2);
        headerLength = 4;
    } else {
        header[1] = 127;
        qToBigEndian(quint64(length), header + 2);
        headerLength = 10;
    }
    out.append(header, headerLength);
}

} // namespace

/// Result: an event when the frame cannot be read yet or never.
std::optional<WebSocketEvent> WebSocketReader::readHeader(std::span<const char> bytes, Header &header)
{
    if (bytes.size() < 2)
        return WebSocketEvent();
    const auto first = quint8(bytes[0]);
    const auto second = quint8(bytes[1]);
    if (first & ReservedBits)
        return protocolError("reserved bits are set, but no extension was agreed on");
    if (!(second & MaskBit))
        return protocolError("frames of a client must be masked");
    header.opcode = first & 0x0F;
    header.isFinal = first & FinalBit;
    header.payloadLength = second & 0x7F;
    header.headerLength = 2 + MaskLength;
    if (isControl(header.opcode) || header.payloadLength < 126)
        return checkHeader(header);
    const qsizetype lengthBytes = header.payloadLength == 126 ? 2 : 8;
    header.headerLength += lengthBytes;
    if (qsizetype(bytes.size()) < 2 + lengthBytes)
        return WebSocketEvent();
    const quint64 length = lengthBytes == 2 ? qFromBigEndian<quint16>(bytes.data() + 2)
                                            : qFromBigEndian<quint64>(bytes.data() + 2);
    if (length >> 63)
        return protocolError("the length of the frame is negative");
    if (length < (lengthBytes == 2 ? 126U : 65536U))
        return protocolError("the length of the frame is not written in its shortest form");
    header.payloadLength = qint64(length);
    return checkHeader(header);
}

std::optional<WebSocketEvent> WebSocketReader::checkHeader(const Header &header) const
{
    if (isControl(header.opcode)) {
        if (header.opcode > OpcodePong)
            return protocolError("the opcode is reserved");
        if (!header.isFinal)
            return protocolError("control frames must not be fragmented");
        if (header.payloadLength > MaximumControlPayload)
            return protocolError("control frames hold at most 125 bytes");
        return std::nullopt;
    }
    if (header.opcode > quint8(WebSocketOpcode::Binary))
        return protocolError("the opcode is reserved");
    if (header.opcode == OpcodeContinuation && !m_isInMessage)
        return protocolError("there is no message to continue");
    if (header.opcode != OpcodeContinuation && m_isInMessage)
        return protocolError("the message before is not finished");
    if (header.payloadLength > m_maximumMessage - (m_isInMessage ? m_message.size() : 0))
        return failure(WebSocketCloseCode::TooBig, "the message is larger than the limit");
    return std::nullopt;
}

WebSocketEvent WebSocketReader::next(std::span<char> bytes, qsizetype &used)
{
    used = 0;
    if (std::exchange(m_isMessageGiven, false))
        m_message = QByteArray();
    Header header;
    if (const auto event = readHeader(bytes, header))
        return *event;
    if (qsizetype(bytes.size()) - header.headerLength < header.payloadLength)
        return {};
    used = header.headerLength + header.payloadLength;
    char *const payload = bytes.data() + header.headerLength;
    unmask(payload, header.payloadLength, payload - MaskLength);
    const QByteArrayView view(payload, header.payloadLength);
    return isControl(header.opcode) ? takeControl(header, view) : takeData(header, view);
}

WebSocketEvent WebSocketReader::takeControl(const Header &header, QByteArrayView payload) const
{
    using Kind = WebSocketEvent::Kind;
    if (header.opcode == OpcodePing)
        return {Kind::Ping, WebSocketOpcode::Text, 0, payload};
    if (header.opcode == OpcodePong)
        return {Kind::Skipped, WebSocketOpcode::Text, 0, {}};
    if (payload.isEmpty())
        return {Kind::Close, WebSocketOpcode::Text, quint16(WebSocketCloseCode::NoCode), {}};
    if (payload.size() == 1)
        return protocolError("a close frame is empty or starts with a code of two bytes");
    const auto code = qFromBigEndian<quint16>(payload.data());
    if (!isCloseCodeAllowed(code))
        return protocolError("the close code must not be sent");
    Utf8Validator text;
    if (!text.accept(payload.sliced(2)) || !text.isComplete())
        return failure(WebSocketCloseCode::InvalidText, "the close reason is not UTF-8");
    return {Kind::Close, WebSocketOpcode::Text, code, payload.sliced(2)};
}

WebSocketEvent WebSocketReader::takeData(const Header &header, QByteArrayView payload)
{
    if (header.opcode != OpcodeContinuation) {
        m_opcode = WebSocketOpcode(header.opcode);
        m_text.reset();
    }
    if (m_opcode == WebSocketOpcode::Text
        && (!m_text.accept(payload) || (header.isFinal && !m_text.isComplete())))
        return failure(WebSocketCloseCode::InvalidText, "the text is not UTF-8");
    if (header.isFinal && !m_isInMessage)
        return {WebSocketEvent::Kind::Message, m_opcode, 0, payload};
    m_message.append(payload);
    m_isInMessage = !header.isFinal;
    if (m_isInMessage)
        return {WebSocketEvent::Kind::Skipped, m_opcode, 0, {}};
    m_isMessageGiven = true;
    return {WebSocketEvent::Kind::Message, m_opcode, 0, m_message};
}

void appendWebSocketFrame(QByteArray &out, WebSocketOpcode opcode, QByteArrayView payload)
{
    appendHeader(out, quint8(opcode), payload.size());
    out.append(payload);
}

void appendWebSocketPong(QByteArray &out, QByteArrayView payload)
{
    appendHeader(out, OpcodePong, payload.size());
    out.append(payload);
}

void appendWebSocketClose(QByteArray &out, quint16 code, QByteArrayView reason)
{
    if (code == quint16(WebSocketCloseCode::NoCode)) {
        appendHeader(out, OpcodeClose, 0);
        return;
    }
    qsizetype length = qMin<qsizetype>(reason.size(), MaximumControlPayload - 2);
    while (length < reason.size() && length > 0 && (quint8(reason[length]) & 0xC0) == 0x80)
        --length;
    appendHeader(out, OpcodeClose, 2 + length);
    char bytes[2];
    qToBigEndian(code, bytes);
    out.append(bytes, 2).append(reason.first(length));
}

} // namespace hudhud
