// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>

#include <chrono>

namespace hudhud {

/// Stored and transmitted times: UTC, milliseconds.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
/// Deadlines and durations inside one process: never jumps.
using SteadyTime = std::chrono::steady_clock::time_point;

/// Source of time, passed in so that tests can hold it. Thread: any; implementations are thread-safe.
class Clock
{
public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;
    virtual SteadyTime steadyNow() const = 0;

    /// The machine's clocks.
    static const Clock &system();
};

/// RFC 3339 in UTC with milliseconds: "2026-11-23T18:04:27.123Z".
QByteArray toRfc3339(Timestamp time);

} // namespace hudhud
