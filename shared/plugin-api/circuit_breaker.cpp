// SPDX-License-Identifier: GPL-3.0-or-later
#include "plugin-api/circuit_breaker.h"

namespace hudhud {

const char *breakerStateName(BreakerState state)
{
    switch (state) {
    case BreakerState::Closed:
        return "closed";
    case BreakerState::Open:
        return "open";
    case BreakerState::HalfOpen:
        return "half-open";
    }
    return "open";
}

} // namespace hudhud
