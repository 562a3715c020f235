// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Qt>

#include <chrono>

namespace hudhud {

/// When one timer is due: the three accuracies of Qt::TimerType. Precise timers keep to the millisecond;
/// coarse ones move by at most 5 % so that many of them fall due together; very coarse ones keep to the full
/// second.
class TimerSchedule
{
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    TimerSchedule() = default;
    /// `interval` is at least 0 and is cut to about 30 years.
    TimerSchedule(std::chrono::milliseconds interval, Qt::TimerType type, TimePoint now);

    std::chrono::milliseconds interval() const { return m_interval; }
    Qt::TimerType type() const { return m_type; }
    TimePoint due() const { return m_due; }
    /// Moves on by one interval. Missed ones are skipped: the result is not before `now`.
    void advance(TimePoint now);

private:
    void round(TimePoint now);

    std::chrono::milliseconds m_interval{};
    TimePoint m_ideal{}; ///< Before rounding, so that rounding does not add up over the repetitions.
    TimePoint m_due{};
    Qt::TimerType m_type = Qt::CoarseTimer;
};

} // namespace hudhud
