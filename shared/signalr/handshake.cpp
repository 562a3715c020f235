// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/handshake.h"

#include "core/json_text.h"
#include "signalr/json_hub_protocol.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <array>

namespace hudhud {

HandshakeError HandshakeError::malformed()
{
    return {Reason::Malformed, "An unexpected error occurred during connection handshake."};
}

HandshakeError HandshakeError::unsupportedProtocol(const QByteArray &protocol)
{
    return {Reason::UnsupportedProtocol, "The protocol '" + protocol + "' is not supported."};
}

HandshakeError HandshakeError::unsupportedBinary(const QByteArray &protocol)
{
    return {Reason::UnsupportedProtocol,
            "Cannot use the '" + protocol
                + "' protocol on the current transport. The transport does not support 'Binary' transfer format."};
}

HandshakeError HandshakeError::unsupportedVersion(const HandshakeRequest &request)
{
    return {Reason::UnsupportedVersion,
            "The server does not support version " + QByteArray::number(request.version) + " of the '"
                + request.protocol + "' protocol."};
}

HandshakeError HandshakeError::timeout()
{
    return {Reason::Timeout, "Handshake was canceled."};
}

HandshakeError HandshakeError::tooLarge()
{
    return {Reason::TooLarge, "Handshake was canceled."};
}

QByteArrayView handshakeErrorReasonName(HandshakeError::Reason reason)
{
    static constexpr std::array<QByteArrayView, HandshakeError::ReasonCount> names{
        "malformed", "unsupported-protocol", "unsupported-version", "timeout", "too-large"};
    return names.at(static_cast<std::size_t>(reason));
}

std::expected<HandshakeRequest, HandshakeError> parseHandshake(QByteArrayView record)
{
    if (!record.endsWith(RecordSeparator))
        return std::unexpected(HandshakeError::malformed());
    const QByteArray text = record.chopped(1).toByteArray();
    const QJsonObject object = QJsonDocument::fromJson(text).object();
    const QJsonValue protocol = object.value(QLatin1String("protocol"));
    const QJsonValue version = object.value(QLatin1String("version"));
    if (!protocol.isString() || !version.isDouble())
        return std::unexpected(HandshakeError::malformed());
    HandshakeRequest request{.protocol = protocol.toString().toUtf8(), .version = version.toInt(-1)};
    if (request.version < 0)
        return std::unexpected(HandshakeError::malformed());
    if (request.version < 1 || request.version > HighestHubProtocolVersion)
        return std::unexpected(HandshakeError::unsupportedVersion(request));
    return request;
}

QByteArrayView handshakeAccepted()
{
    return {"{}\x1e", 3};
}

QByteArray handshakeRefused(const HandshakeError &error)
{
    QByteArray record("{\"error\":");
    appendJsonString(record, error.text);
    record.append('}');
    record.append(RecordSeparator);
    return record;
}

} // namespace hudhud
