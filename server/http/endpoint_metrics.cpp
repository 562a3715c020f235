// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/endpoint_metrics.h"

namespace hudhud {

EndpointMetrics::EndpointMetrics(const QByteArray &endpoint, MetricsRegistry &registry)
    : connections(registry.gauge("hudhud_http_connections", "Open connections, WebSockets included.",
                                 {{"endpoint", endpoint}}))
    , webSockets(registry.gauge("hudhud_websocket_connections", "Open WebSockets.", {{"endpoint", endpoint}}))
{
    for (std::size_t i = 1; i < m_answers.size(); ++i) {
        m_answers[i]
            = &registry.counter("hudhud_http_requests_total", "Answered requests by class of status.",
                                {{"endpoint", endpoint}, {"status", QByteArray::number(qint64(i)) + "xx"}});
    }
    static constexpr const char *Reasons[]
        = {"endpoint-full", "address-full", "head-too-large", "body-too-large",
           "timeout",       "malformed",    "overload"};
    for (std::size_t i = 0; i < m_refusals.size(); ++i) {
        m_refusals[i]
            = &registry.counter("hudhud_http_refused_total",
                                "Connections and requests refused before a handler saw them, by reason.",
                                {{"endpoint", endpoint}, {"reason", Reasons[i]}});
    }
}

} // namespace hudhud
