// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_metrics.h"

namespace hudhud {

HubMetrics HubMetrics::create(MetricsRegistry &registry, const QByteArray &hub)
{
    HubMetrics metrics;
    metrics.connections
        = &registry.gauge("hudhud_signalr_connections", "Open hub connections.", {{"hub", hub}});
    metrics.connects = &registry.counter("hudhud_signalr_connects_total", "Hub handshakes that succeeded.",
                                         {{"hub", hub}});
    metrics.invocationErrors = &registry.counter("hudhud_signalr_invocation_errors_total",
                                                 "Calls of hub methods that failed.", {{"hub", hub}});
    for (std::size_t i = 0; i < metrics.handshakeFailures.size(); ++i) {
        const QByteArray reason
            = handshakeErrorReasonName(static_cast<HandshakeError::Reason>(i)).toByteArray();
        metrics.handshakeFailures[i] = &registry.counter("hudhud_signalr_handshake_failures_total",
                                                         "Hub handshakes that were refused, by reason.",
                                                         {{"hub", hub}, {"reason", reason}});
    }
    for (std::size_t i = 0; i < metrics.closes.size(); ++i) {
        const QByteArray reason = hubCloseRule(static_cast<HubCloseCause>(i)).name.toByteArray();
        metrics.closes[i]
            = &registry.counter("hudhud_signalr_closed_total", "Hub connections that ended, by reason.",
                                {{"hub", hub}, {"reason", reason}});
    }
    return metrics;
}

} // namespace hudhud
