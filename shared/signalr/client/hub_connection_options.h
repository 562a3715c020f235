// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/reconnect_policy.h"

#include <QFuture>
#include <QList>
#include <QSslConfiguration>

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

namespace hudhud::client {

enum class TransportKind : quint8 { WebSockets, ServerSentEvents, LongPolling };
enum class ProtocolKind : quint8 { Json, MessagePack };

/// Gives the access token, now (`QtFuture::makeReadyFuture`) or later; asked before each negotiation and each
/// resumption, on the connection's thread. An empty text: go on without a token. A cancelled future fails the
/// attempt.
using AccessTokenProvider = std::function<QFuture<QString>()>;

/// Everything that one connection can be told. The defaults are those of the official clients, beside the
/// limits, which these do not have.
struct HubConnectionOptions
{
    ProtocolKind protocol = ProtocolKind::Json;
    /// Those that may be used. The server's order decides among them; each that cannot be started gives way
    /// to the next.
    QList<TransportKind> transports{TransportKind::WebSockets, TransportKind::ServerSentEvents,
                                    TransportKind::LongPolling};
    bool skipNegotiation = false; ///< Saves a round trip. Only WebSockets then, and no stateful reconnect.
    AccessTokenProvider accessToken;
    QList<std::pair<QByteArray, QByteArray>> headers; ///< More headers for every request.
    std::optional<QSslConfiguration> tls; ///< Instead of Qt's defaults.

    ReconnectPolicy reconnect = reconnectAfter(usualReconnectDelays());
    /// A connection that is lost sooner than this after it was made counts as one more attempt, so that a
    /// server which accepts and drops clients is not called without a pause.
    std::chrono::milliseconds stableAfter{1'000};
    /// Asks for the connection to survive a lost link without anybody noticing (hub protocol, version 2).
    bool useStatefulReconnect = false;

    std::chrono::milliseconds keepAliveInterval{15'000}; ///< A ping goes out after so much silence of ours.
    /// A server that is silent for longer, or leaves a POST without an answer, is given up.
    std::chrono::milliseconds serverTimeout{30'000};
    std::chrono::milliseconds handshakeTimeout{
        15'000}; ///< For the negotiation, for opening a WebSocket, and again for the handshake.
    std::chrono::milliseconds requestTimeout{100'000}; ///< For the token, a poll.
    std::chrono::milliseconds closeTimeout{5'000}; ///< For a polite end; then the link is cut.
    std::chrono::milliseconds acknowledgementInterval{
        1'000}; ///< Of stateful connections: at most one Ack in it.

    qsizetype maximumMessageSize = 8'388'608; ///< One received hub message with its framing, in bytes.
    qint64 maximumUnsentBytes = 1'048'576; ///< More are not taken: QueueFull.
    qsizetype maximumWaitingCalls = 1'000; ///< Unanswered calls and open streams.
    qint64 statefulBufferSize = 100'000; ///< Bytes that wait for the server's Ack; what is more waits unsent.
};

} // namespace hudhud::client
