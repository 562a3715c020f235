// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

namespace hudhud {

/// A clock that moves when the test says so.
class ManualClock : public Clock
{
public:
    Timestamp now() const override { return m_now; }
    SteadyTime steadyNow() const override { return m_steadyNow; }
    void advance(std::chrono::milliseconds duration)
    {
        m_now += duration;
        m_steadyNow += duration;
    }

private:
    Timestamp m_now{std::chrono::seconds(1'800'000'000)};
    SteadyTime m_steadyNow{std::chrono::hours(1)};
};

} // namespace hudhud
