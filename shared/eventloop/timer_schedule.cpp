// SPDX-License-Identifier: GPL-3.0-or-later
#include "eventloop/timer_schedule.h"

#include <algorithm>
#include <array>

namespace hudhud {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using TimePoint = TimerSchedule::TimePoint;

namespace {

constexpr milliseconds MaximumInterval = 24h * 365 * 30;
/// Outside of these, 5 % is less than a millisecond or more than a second.
constexpr milliseconds CoarseFrom = 20ms;
constexpr milliseconds CoarseBelow = 20s;

TimePoint nearestMultiple(TimePoint time, milliseconds step)
{
    const auto sinceStart = time.time_since_epoch() + step / 2;
    return TimePoint(sinceStart - sinceStart % step);
}

/// The roundest fraction of a second within `tolerance` of `time`.
TimePoint roundestWithin(TimePoint time, milliseconds tolerance)
{
    static constexpr std::array<milliseconds, 9> steps{1000ms, 500ms, 250ms, 200ms, 100ms,
                                                       50ms,   25ms,  10ms,  4ms};
    for (const milliseconds step : steps) {
        const TimePoint candidate = nearestMultiple(time, step);
        if (std::chrono::abs(candidate - time) <= tolerance)
            return candidate;
    }
    return time;
}

} // namespace

TimerSchedule::TimerSchedule(milliseconds interval, Qt::TimerType type, TimePoint now)
    : m_interval(std::clamp(interval, 0ms, MaximumInterval))
    , m_ideal(now + m_interval)
    , m_type(type)
{
    round(now);
}

void TimerSchedule::advance(TimePoint now)
{
    m_ideal += m_interval;
    if (m_ideal < now)
        m_ideal = now + m_interval;
    round(now);
}

void TimerSchedule::round(TimePoint now)
{
    const bool isExact = m_interval == 0ms || m_type == Qt::PreciseTimer
        || (m_type == Qt::CoarseTimer && m_interval <= CoarseFrom);
    if (isExact) {
        m_due = m_ideal;
        return;
    }
    if (m_type == Qt::CoarseTimer && m_interval < CoarseBelow) {
        const TimePoint due = roundestWithin(m_ideal, m_interval / 20);
        m_due = due > now ? due : m_ideal;
        return;
    }
    // A very coarse timer of less than a second must not spin.
    const TimePoint due = nearestMultiple(m_ideal, 1s);
    m_due = due > now ? due : due + 1s;
}

} // namespace hudhud
