// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <chrono>

namespace hudhud {

/// Limits of hub connections. Clients assume the first three: change them only together with the clients.
struct HubSettings
{
    std::chrono::milliseconds handshakeTimeout{15'000};
    std::chrono::milliseconds keepAliveInterval{15'000}; ///< A ping goes out after so much silence of ours.
    std::chrono::milliseconds clientTimeout{30'000}; ///< A client that is silent for longer is closed.
    qsizetype maximumMessageSize = 32'768; ///< One received hub message with its framing, in bytes.
    int maximumWaitingCalls = 1'000; ///< Calls of one connection that run at the same time; more are refused.
    int maximumStreams = 100; ///< Of one connection in each direction.
    int streamBufferCapacity = 10; ///< Items of one stream that wait for a slow reader; a turn's share of a producer.
    qsizetype heldInputBytes = 1'048'576; ///< Unread input behind a full stream; more closes the connection.
    int maximumClientCalls = 100; ///< Calls of a client's methods that wait for their result.
    std::chrono::milliseconds clientResultTimeout{30'000};
    int maximumGroups = 100; ///< Groups of one connection.
    bool detailedErrors = false; ///< Tells clients what went wrong inside; for development.
    qsizetype batchBytes = 65'536; ///< Messages of one loop turn travel together up to this size.
    qint64 slowReaderBytes = 262'144; ///< More unsent bytes than this hold pushes back.
    std::chrono::milliseconds slowReaderTimeout{30'000}; ///< Held back for longer: the connection is closed.
    qsizetype replayBytes = 100'000; ///< Of a resumable connection: sent and not confirmed; more hold pushes back.
    std::chrono::milliseconds resumeTimeout{15'000}; ///< A resumable connection waits so long for its client.
    bool closeOnExpiry = false; ///< Ends connections whose token has expired and was not renewed.
};

} // namespace hudhud
