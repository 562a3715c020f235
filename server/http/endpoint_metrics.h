// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/metrics.h"

namespace hudhud {

/// The metrics of one endpoint. Thread: any; instances of the same endpoint share the counters.
class EndpointMetrics
{
public:
    enum class Refusal {
        EndpointFull,
        AddressFull,
        HeadTooLarge,
        BodyTooLarge,
        Timeout,
        Malformed,
        Overload
    };

    EndpointMetrics(const QByteArray &endpoint, MetricsRegistry &registry);

    Gauge &connections;
    Gauge &webSockets;
    void answered(int status) { m_answers[std::size_t(qBound(1, status / 100, 5))]->add(); }
    void refused(Refusal reason) { m_refusals[std::size_t(reason)]->add(); }

private:
    std::array<Counter *, 6> m_answers{};
    std::array<Counter *, 6> m_refusals{};
};

} // namespace hudhud
