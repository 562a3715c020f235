// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <atomic>
#include <optional>

namespace hudhud {

/// Wall time that does not jump. It starts at the source's wall time and then runs with the source's steady time; due
/// times of messages are compared with it, so that setting the machine's clock fires neither everything nor nothing.
/// `follow`, called every FollowInterval, brings it back to the source's wall time:
/// - small differences, and a source that is behind by any amount, by at most MaximumStep at a time, so that due times
///   are late by a tenth at most while it slows down;
/// - a source that is ahead by more than JumpLimit is not believed before it has been so for GracePeriod; then its time
///   is taken, and what has become due by it fires.
/// A restart takes the source's time as it is. Each jump is logged. Thread: any; `follow` one. Ownership: the source
/// outlives it.
class AnchoredClock final : public Clock
{
public:
    static constexpr std::chrono::milliseconds FollowInterval{1'000};
    static constexpr std::chrono::milliseconds MaximumStep{100};
    static constexpr std::chrono::milliseconds JumpLimit{5'000};
    static constexpr std::chrono::milliseconds GracePeriod{60'000};

    explicit AnchoredClock(const Clock &source);

    Timestamp now() const override;
    SteadyTime steadyNow() const override { return m_source.steadyNow(); }
    void follow();

private:
    void followJump(std::chrono::milliseconds ahead);

    const Clock &m_source;
    std::atomic<std::chrono::nanoseconds> m_offset; ///< From steady to wall time.
    std::optional<SteadyTime> m_aheadSince; ///< Since when the source has been ahead by more than the limit.
    bool m_isBehind = false; ///< The source is behind by more than the limit.
};

} // namespace hudhud
