// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_counters.h"

namespace hudhud {

HubCounters HubCounters::create(MetricsRegistry &registry, const QByteArray &hub)
{
    HubCounters counters;
    counters.connections
        = &registry.gauge("hudhud_signalr_connections", "Open hub connections.", {{"hub", hub}});
    counters.connects = &registry.counter("hudhud_signalr_connects_total", "Hub handshakes that succeeded.",
                                         {{"hub", hub}});
    counters.invocationErrors = &registry.counter("hudhud_signalr_invocation_errors_total",
                                                 "Calls of hub methods that failed.", {{"hub", hub}});
    counters.messages = &registry.counter("hudhud_signalr_messages_total", "Hub messages sent to clients.", {{"hub", hub}});
    counters.failedDeliveries
        = &registry.counter("hudhud_signalr_failed_deliveries_total",
                            "Hub messages for connections that could not take them any more.", {{"hub", hub}});
    counters.connectionSeconds = &registry.counter("hudhud_signalr_connection_seconds_total",
                                                   "Time that ended hub connections had lasted.", {{"hub", hub}});
    counters.resumes = &registry.counter("hudhud_signalr_resumes_total",
                                         "Hub connections that went on over a new link.", {{"hub", hub}});
    for (std::size_t i = 0; i < counters.handshakeFailures.size(); ++i) {
        const QByteArray reason
            = handshakeErrorReasonName(static_cast<HandshakeError::Reason>(i)).toByteArray();
        counters.handshakeFailures[i] = &registry.counter("hudhud_signalr_handshake_failures_total",
                                                         "Hub handshakes that were refused, by reason.",
                                                         {{"hub", hub}, {"reason", reason}});
    }
    for (std::size_t i = 0; i < counters.closes.size(); ++i) {
        const QByteArray reason = hubCloseRule(static_cast<HubCloseCause>(i)).name.toByteArray();
        counters.closes[i]
            = &registry.counter("hudhud_signalr_closed_total", "Hub connections that ended, by reason.",
                                {{"hub", hub}, {"reason", reason}});
    }
    return counters;
}

} // namespace hudhud
