// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

namespace hudhud {

/// A clock that moves only when the test says so.
class SteppedClock final : public Clock
{
public:
    Timestamp now() const override { return Timestamp(std::chrono::milliseconds(1'700'000'000'000) + passed); }
    SteadyTime steadyNow() const override { return SteadyTime(std::chrono::hours(1) + passed); }

    std::chrono::milliseconds passed{0};
};

} // namespace hudhud
