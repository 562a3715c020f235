// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/overview.h"
#include "core/clock.h"
#include "plugin-api/metrics.h"

#include <array>
#include <deque>
#include <optional>

namespace hudhud {

/// The node's counters at one moment.
struct OverviewReading
{
    using Buckets = std::array<qint64, DurationHistogram::BoundsMicroseconds.size() + 1>;

    SteadyTime at{};
    Timestamp time{};
    qint64 accepted = 0;
    qint64 delivered = 0;
    qint64 failed = 0; ///< Attempts.
    qint64 deadLettered = 0;
    qint64 requests = 0; ///< Answered on the public endpoint.
    Buckets deliveryTimes{}; ///< From acceptance to delivery.
    qint64 connections = 0;
    qint64 inFlight = 0;
    qint64 bufferDepth = 0;
};

/// Where the readings come from. Thread: any. Ownership: references into the registry, which outlives this.
class OverviewMeter
{
public:
    explicit OverviewMeter(MetricsRegistry &metrics);
    OverviewReading read(const Clock &clock) const;

private:
    std::vector<const Counter *> m_failures;
    std::vector<const Counter *> m_deadLetters;
    std::vector<const Counter *> m_requests;
    const Counter &m_accepted;
    const Counter &m_delivered;
    const DurationHistogram &m_deliveryTimes;
    const Gauge &m_connections;
    const Gauge &m_inFlight;
    const Gauge &m_bufferDepth;
};

/// What happened between two readings.
struct OverviewSpan
{
    double seconds = 0;
    qint64 accepted = 0;
    qint64 delivered = 0;
    qint64 failed = 0;
    qint64 deadLettered = 0;
    qint64 requests = 0;
    OverviewReading::Buckets deliveryTimes{};
};
OverviewSpan spanBetween(const OverviewReading &from, const OverviewReading &to);
/// The time within which that share was delivered, estimated within its bucket; nothing when nothing was.
std::optional<double> quantileSeconds(const OverviewReading::Buckets &buckets, double share);

/// The readings of the last hour: by seconds for five minutes, by ten seconds for the rest. Thread: one.
class OverviewHistory
{
public:
    static constexpr std::size_t SecondsKept = 300;
    static constexpr std::size_t TensKept = 360;

    /// `undelivered` and `deadLetters`: as the store said last. Once a second.
    void add(const OverviewReading &reading, qint64 undelivered, qint64 deadLetters);
    /// What happened since a reading about so long ago, or since the first one.
    OverviewSpan latest(std::chrono::seconds within) const;
    const std::deque<admin::Sample> &seconds() const { return m_seconds; }
    const std::deque<admin::Sample> &tens() const { return m_tens; }

private:
    std::deque<OverviewReading> m_readings; ///< One more than `m_seconds`.
    std::optional<OverviewReading> m_lastTen;
    std::deque<admin::Sample> m_seconds;
    std::deque<admin::Sample> m_tens;
};

} // namespace hudhud
