// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <algorithm>

namespace hudhud {

/// Paces a stream to a rate that may change at any time. It holds a quarter of a second's worth at most (two at low
/// rates), so a stall is made up for only that far. Thread: one.
class TokenBucket
{
public:
    /// `perSecond` 0: no limit. Begins with one token.
    void setRate(int perSecond, SteadyTime now)
    {
        refill(now);
        m_rate = perSecond;
        m_tokens = std::min(m_tokens, capacity());
    }

    /// How many may go now, at most `maximum`.
    int available(SteadyTime now, int maximum)
    {
        if (m_rate == 0)
            return maximum;
        refill(now);
        return std::min(maximum, static_cast<int>(m_tokens));
    }
    /// Negative gives back.
    void take(int count)
    {
        if (m_rate > 0)
            m_tokens = std::min(m_tokens - count, capacity());
    }
    /// Until the next token is there.
    std::chrono::milliseconds wait(SteadyTime now)
    {
        refill(now);
        if (m_rate == 0 || m_tokens >= 1)
            return std::chrono::milliseconds(0);
        return std::chrono::milliseconds(static_cast<qint64>((1 - m_tokens) * 1'000 / m_rate) + 1);
    }

private:
    double capacity() const { return std::max(2.0, m_rate / 4.0); }
    void refill(SteadyTime now)
    {
        const std::chrono::duration<double> passed = now - m_filled;
        m_filled = now;
        if (m_rate > 0)
            m_tokens = std::min(m_tokens + passed.count() * m_rate, capacity());
    }

    int m_rate = 0;
    double m_tokens = 1;
    SteadyTime m_filled{};
};

} // namespace hudhud
