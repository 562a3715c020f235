// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "plugin-api/hub_metrics.h"
#include "signalr/hub_counters.h"

#include <mutex>

namespace hudhud {

/// Reads one hub's counters, of all I/O threads together. Rates are those since the reading before that was at least a
/// second ago. Thread: any. Ownership: counters, clock and histogram must outlive it.
class HubMeter
{
public:
    /// `deliveryLatency`: from push to acknowledgement; may be null.
    HubMeter(const HubCounters &counters, const DurationHistogram *deliveryLatency, const Clock &clock,
             qint64 maximumConnections);

    HubMetrics hubMetrics();
    ConnectionMetrics connectionMetrics();

private:
    void updateLocked();

    const HubCounters m_counters;
    const DurationHistogram *m_deliveryLatency;
    const Clock &m_clock;
    const qint64 m_maximumConnections;
    std::mutex m_mutex; ///< Guards everything below.
    SteadyTime m_readAt;
    qint64 m_messages;
    qint64 m_connects;
    double m_messagesPerSecond = 0;
    double m_connectionsPerSecond = 0;
};

} // namespace hudhud
