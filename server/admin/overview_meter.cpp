// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/overview_meter.h"

#include "admin/api_time.h"
#include "core/message.h"

#include <algorithm>
#include <numeric>

namespace hudhud {

namespace {

qint64 sumOf(const std::vector<const Counter *> &counters)
{
    return std::accumulate(counters.begin(), counters.end(), qint64(0),
                           [](qint64 sum, const Counter *counter) { return sum + counter->value(); });
}

double rate(qint64 count, double seconds)
{
    return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

admin::Sample sampleOf(const OverviewReading &from, const OverviewReading &to, qint64 undelivered, qint64 deadLetters)
{
    const OverviewSpan span = spanBetween(from, to);
    return {.time = toDateTime(to.time),
            .acceptedPerSecond = rate(span.accepted, span.seconds),
            .deliveredPerSecond = rate(span.delivered, span.seconds),
            .failedPerSecond = rate(span.failed, span.seconds),
            .deadLettersPerSecond = rate(span.deadLettered, span.seconds),
            .p99Seconds = quantileSeconds(span.deliveryTimes, 0.99),
            .undelivered = undelivered,
            .deadLetters = deadLetters,
            .connections = to.connections,
            .inFlight = to.inFlight,
            .bufferDepth = to.bufferDepth};
}

} // namespace

// Delivery, ingest and the endpoints register the same metrics with their help texts.
OverviewMeter::OverviewMeter(MetricsRegistry &metrics)
    : m_accepted(metrics.counter("hudhud_ingest_accepted_total", {}))
    , m_delivered(metrics.counter("hudhud_delivery_acknowledged_total", {}))
    , m_deliveryTimes(metrics.histogram("hudhud_delivery_accept_to_ack_seconds", {}))
    , m_connections(metrics.gauge("hudhud_delivery_connections", {}))
    , m_inFlight(metrics.gauge("hudhud_delivery_in_flight", {}))
    , m_bufferDepth(metrics.gauge("hudhud_ingest_buffer_messages", {}))
{
    for (std::size_t i = 0; i < DeadLetterReasonCount; ++i) {
        const QByteArray reason = deadLetterReasonName(static_cast<DeadLetterReason>(i)).toByteArray();
        m_deadLetters.push_back(&metrics.counter("hudhud_delivery_dead_lettered_total", {}, {{"reason", reason}}));
    }
    m_failures = {&metrics.counter("hudhud_delivery_ack_timeouts_total", {}),
                  m_deadLetters[static_cast<std::size_t>(DeadLetterReason::Rejected)]};
    for (const char *status : {"2xx", "3xx", "4xx", "5xx"})
        m_requests.push_back(
            &metrics.counter("hudhud_http_requests_total", {}, {{"endpoint", "public"}, {"status", status}}));
}

OverviewReading OverviewMeter::read(const Clock &clock) const
{
    OverviewReading reading{.at = clock.steadyNow(),
                            .time = clock.now(),
                            .accepted = m_accepted.value(),
                            .delivered = m_delivered.value(),
                            .failed = sumOf(m_failures),
                            .deadLettered = sumOf(m_deadLetters),
                            .requests = sumOf(m_requests),
                            .deliveryTimes = {},
                            .connections = m_connections.value(),
                            .inFlight = m_inFlight.value(),
                            .bufferDepth = m_bufferDepth.value()};
    for (std::size_t bucket = 0; bucket < reading.deliveryTimes.size(); ++bucket)
        reading.deliveryTimes[bucket] = m_deliveryTimes.count(bucket);
    return reading;
}

OverviewSpan spanBetween(const OverviewReading &from, const OverviewReading &to)
{
    OverviewSpan span{.seconds = std::chrono::duration<double>(to.at - from.at).count(),
                      .accepted = to.accepted - from.accepted,
                      .delivered = to.delivered - from.delivered,
                      .failed = to.failed - from.failed,
                      .deadLettered = to.deadLettered - from.deadLettered,
                      .requests = to.requests - from.requests,
                      .deliveryTimes = {}};
    for (std::size_t bucket = 0; bucket < span.deliveryTimes.size(); ++bucket)
        span.deliveryTimes[bucket] = to.deliveryTimes[bucket] - from.deliveryTimes[bucket];
    return span;
}

std::optional<double> quantileSeconds(const OverviewReading::Buckets &buckets, double share)
{
    constexpr double microsecondsPerSecond = 1e6;
    const auto &bounds = DurationHistogram::BoundsMicroseconds;
    const qint64 total = std::accumulate(buckets.begin(), buckets.end(), qint64(0));
    if (total <= 0)
        return std::nullopt;
    const double wanted = share * static_cast<double>(total);
    double below = 0;
    for (std::size_t bucket = 0; bucket < bounds.size(); ++bucket) {
        const auto count = static_cast<double>(buckets[bucket]);
        if (count > 0 && below + count >= wanted) {
            const double lower = bucket == 0 ? 0 : static_cast<double>(bounds[bucket - 1]);
            const double upper = static_cast<double>(bounds[bucket]);
            return (lower + (upper - lower) * (wanted - below) / count) / microsecondsPerSecond;
        }
        below += count;
    }
    return static_cast<double>(bounds.back()) / microsecondsPerSecond; // At least.
}

void OverviewHistory::add(const OverviewReading &reading, qint64 undelivered, qint64 deadLetters)
{
    constexpr auto coarse = std::chrono::seconds(10);
    if (!m_readings.empty())
        m_seconds.push_back(sampleOf(m_readings.back(), reading, undelivered, deadLetters));
    m_readings.push_back(reading);
    if (m_seconds.size() > SecondsKept) {
        m_seconds.pop_front();
        m_readings.pop_front();
    }
    if (!m_lastTen) {
        m_lastTen = reading;
    } else if (reading.at - m_lastTen->at >= coarse - std::chrono::milliseconds(500)) {
        m_tens.push_back(sampleOf(*m_lastTen, reading, undelivered, deadLetters));
        m_lastTen = reading;
        if (m_tens.size() > TensKept)
            m_tens.pop_front();
    }
}

OverviewSpan OverviewHistory::latest(std::chrono::seconds within) const
{
    if (m_readings.empty())
        return {};
    const SteadyTime from = m_readings.back().at - within - std::chrono::milliseconds(500);
    const auto first = std::ranges::find_if(m_readings, [from](const OverviewReading &one) { return one.at >= from; });
    return spanBetween(*first, m_readings.back());
}

} // namespace hudhud
