// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <expected>

namespace hudhud {

class HubProtocol;

/// Highest version of the hub protocols that we speak; 2 only adds messages that must be negotiated first.
inline constexpr int HighestHubProtocolVersion = 2;

/// The first record of a client's stream.
struct HandshakeRequest
{
    QByteArray protocol;
    int version = 0;
};

/// Why a handshake was refused. `text` goes to the client; it is the one that official servers send.
struct HandshakeError
{
    enum class Reason : quint8 { Malformed, UnsupportedProtocol, UnsupportedVersion, Timeout, TooLarge };
    static constexpr int ReasonCount = 5;

    Reason reason = Reason::Malformed;
    QByteArray text;

    static HandshakeError malformed();
    static HandshakeError unsupportedProtocol(const QByteArray &protocol);
    /// The transport carries text only.
    static HandshakeError unsupportedBinary(const QByteArray &protocol);
    static HandshakeError unsupportedVersion(const HandshakeRequest &request);
    static HandshakeError timeout();
    static HandshakeError tooLarge();
};

/// For metrics: "unsupported-protocol".
QByteArrayView handshakeErrorReasonName(HandshakeError::Reason reason);

/// Reads a handshake request with its record separator. Unknown properties are ignored; the version is
/// checked. Handshakes are JSON for every protocol.
std::expected<HandshakeRequest, HandshakeError> parseHandshake(QByteArrayView record);

/// `{}` and a record separator: the one answer that clients take for yes.
QByteArrayView handshakeAccepted();
/// The record that refuses.
QByteArray handshakeRefused(const HandshakeError &error);

} // namespace hudhud
