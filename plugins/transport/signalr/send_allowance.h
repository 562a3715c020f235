// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <algorithm>

namespace hudhud {

/// How many messages one connection may still send: a token bucket, kept as the time at which it will be full again
/// (the generic cell rate algorithm). Thread: the connection's I/O thread.
class SendAllowance
{
public:
    /// Begins full. `perSecond` and `burst` are at least 1.
    SendAllowance(int perSecond, int burst)
        : m_interval(std::chrono::nanoseconds(std::chrono::seconds(1)) / perSecond)
        , m_tolerance(m_interval * (burst - 1))
    {
    }

    /// Takes one message's allowance. Result: zero if there was one, else how long until there will be.
    std::chrono::nanoseconds take(SteadyTime now)
    {
        const SteadyTime fullAt = std::max(m_fullAt, now);
        if (fullAt - now > m_tolerance)
            return fullAt - now - m_tolerance;
        m_fullAt = fullAt + m_interval;
        return {};
    }

private:
    std::chrono::nanoseconds m_interval;
    std::chrono::nanoseconds m_tolerance;
    SteadyTime m_fullAt{};
};

} // namespace hudhud
