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
    int maximumWaitingCalls = 1'000; ///< Unanswered calls of one connection.
    qsizetype batchBytes = 65'536; ///< Messages of one loop turn travel together up to this size.
    qint64 slowReaderBytes = 262'144; ///< More unsent bytes than this hold pushes back.
    std::chrono::milliseconds slowReaderTimeout{30'000}; ///< Held back for longer: the connection is closed.
};

} // namespace hudhud
