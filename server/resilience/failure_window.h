// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <algorithm>
#include <array>

namespace hudhud {

/// Counts calls and failures of the last while in a ring of slots: fixed memory, no list of calls.
/// Thread: one at a time.
class FailureWindow
{
public:
    struct Counts
    {
        qint64 calls = 0;
        qint64 failures = 0;
    };

    explicit FailureWindow(std::chrono::milliseconds length)
        : m_slotLength(std::max<SteadyTime::duration>(length / SlotCount, std::chrono::milliseconds(1)))
    {
    }

    void add(SteadyTime now, bool isFailure)
    {
        const qint64 number = slotNumber(now);
        Slot &slot = m_slots[static_cast<std::size_t>(number) % SlotCount];
        if (slot.number != number)
            slot = {.number = number, .counts = {}};
        ++slot.counts.calls;
        slot.counts.failures += isFailure ? 1 : 0;
    }
    Counts counts(SteadyTime now) const
    {
        const qint64 newest = slotNumber(now);
        Counts sum;
        for (const Slot &slot : m_slots) {
            if (slot.number > newest - SlotCount && slot.number <= newest) {
                sum.calls += slot.counts.calls;
                sum.failures += slot.counts.failures;
            }
        }
        return sum;
    }
    void clear() { m_slots.fill({}); }

private:
    static constexpr int SlotCount = 10;
    struct Slot
    {
        qint64 number = -SlotCount; ///< Of a time before the clock began.
        Counts counts;
    };

    qint64 slotNumber(SteadyTime time) const { return time.time_since_epoch() / m_slotLength; }

    SteadyTime::duration m_slotLength;
    std::array<Slot, SlotCount> m_slots{};
};

} // namespace hudhud
