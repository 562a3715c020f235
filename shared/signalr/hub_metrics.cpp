// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_metrics.h"

#include <algorithm>
#include <utility>

namespace hudhud {

namespace {

constexpr std::chrono::seconds ShortestPeriod(1); // Shorter ones make rates jump.

std::chrono::microseconds average(const DurationHistogram &histogram)
{
    qint64 count = 0;
    for (std::size_t bucket = 0; bucket <= DurationHistogram::BoundsMicroseconds.size(); ++bucket)
        count += histogram.count(bucket);
    return std::chrono::microseconds(count == 0 ? 0 : histogram.sumMicroseconds() / count);
}

} // namespace

HubMeter::HubMeter(const HubCounters &counters, const DurationHistogram *deliveryLatency, const Clock &clock,
                   qint64 maximumConnections)
    : m_counters(counters)
    , m_deliveryLatency(deliveryLatency)
    , m_clock(clock)
    , m_maximumConnections(maximumConnections)
    , m_readAt(clock.steadyNow())
    , m_messages(counters.messages->value())
    , m_connects(counters.connects->value())
{
}

HubMetrics HubMeter::hubMetrics()
{
    const std::scoped_lock lock(m_mutex);
    updateLocked();
    return {.activeConnections = m_counters.connections->value(),
            .messagesPerSecond = m_messagesPerSecond,
            .averageDeliveryLatency = m_deliveryLatency ? average(*m_deliveryLatency) : std::chrono::microseconds(0),
            .failedDeliveries = m_counters.failedDeliveries->value(),
            .lastUpdated = m_clock.now()};
}

ConnectionMetrics HubMeter::connectionMetrics()
{
    const std::scoped_lock lock(m_mutex);
    updateLocked();
    qint64 ended = 0;
    for (const Counter *closes : m_counters.closes)
        ended += closes->value();
    const auto lasted = std::chrono::milliseconds(std::chrono::seconds(m_counters.connectionSeconds->value()));
    const qint64 active = m_counters.connections->value();
    return {.totalActiveConnections = active,
            .maxConcurrentConnections = m_maximumConnections,
            .connectionUtilization = static_cast<double>(active) / static_cast<double>(m_maximumConnections),
            .averageConnectionDuration = lasted / std::max<qint64>(ended, 1),
            .connectionsPerSecond = m_connectionsPerSecond};
}

void HubMeter::updateLocked()
{
    const SteadyTime now = m_clock.steadyNow();
    if (now - m_readAt < ShortestPeriod)
        return;
    const double seconds = std::chrono::duration<double>(now - std::exchange(m_readAt, now)).count();
    const qint64 messages = m_counters.messages->value();
    const qint64 connects = m_counters.connects->value();
    m_messagesPerSecond = static_cast<double>(messages - std::exchange(m_messages, messages)) / seconds;
    m_connectionsPerSecond = static_cast<double>(connects - std::exchange(m_connects, connects)) / seconds;
}

} // namespace hudhud
