// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/metrics.h"
#include "signalr/handshake.h"
#include "signalr/hub_close.h"

#include <array>

namespace hudhud {

/// What one hub counts. Thread: any. Ownership: the registry's.
struct HubCounters
{
    Gauge *connections = nullptr; ///< With a transport, handshake done or not.
    Counter *connects = nullptr; ///< Handshakes that succeeded.
    Counter *invocationErrors = nullptr;
    Counter *messages = nullptr; ///< Calls, stream items and answers sent to clients.
    Counter *failedDeliveries = nullptr; ///< Messages for connections that could not take them any more.
    Counter *connectionSeconds = nullptr; ///< How long the connections that ended had lasted, in all.
    Counter *resumes = nullptr; ///< Links that were lost and replaced without the connection ending.
    std::array<Counter *, HandshakeError::ReasonCount> handshakeFailures{};
    std::array<Counter *, HubCloseCauseCount> closes{};

    /// Registers them with the label `hub`.
    static HubCounters create(MetricsRegistry &registry, const QByteArray &hub);

    void countHandshakeFailure(HandshakeError::Reason reason) const
    {
        handshakeFailures.at(static_cast<std::size_t>(reason))->add();
    }
    void countClose(HubCloseCause cause) const { closes.at(static_cast<std::size_t>(cause))->add(); }
};

} // namespace hudhud
