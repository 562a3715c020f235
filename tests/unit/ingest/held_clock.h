// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

namespace hudhud::fakes {

/// Moves only when told to.
class HeldClock final : public Clock
{
public:
    Timestamp now() const override { return wall; }
    SteadyTime steadyNow() const override { return steady; }

    Timestamp wall{std::chrono::milliseconds(1'790'000'000'123)};
    SteadyTime steady{std::chrono::seconds(1'000)};
};

} // namespace hudhud::fakes
