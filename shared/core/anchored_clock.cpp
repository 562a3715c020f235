// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/anchored_clock.h"

#include <QLoggingCategory>

#include <algorithm>
#include <utility>

Q_LOGGING_CATEGORY(lcClock, "hudhud.core.clock")

namespace hudhud {

namespace {

using std::chrono::milliseconds;

} // namespace

AnchoredClock::AnchoredClock(const Clock &source)
    : m_source(source)
    , m_offset(source.now().time_since_epoch() - source.steadyNow().time_since_epoch())
{
}

Timestamp AnchoredClock::now() const
{
    const auto wall = m_source.steadyNow().time_since_epoch() + m_offset.load(std::memory_order_relaxed);
    return Timestamp(std::chrono::floor<milliseconds>(wall));
}

void AnchoredClock::follow()
{
    const milliseconds ahead = m_source.now() - now();
    if (ahead > JumpLimit) {
        followJump(ahead);
        return;
    }
    if (std::exchange(m_aheadSince, std::nullopt))
        qCInfo(lcClock, "the machine's clock is back");
    const bool isBehind = ahead < -JumpLimit;
    if (isBehind && !m_isBehind)
        qCWarning(lcClock, "the machine's clock is behind by %lld ms; due times follow it slowly",
                  static_cast<long long>(-ahead.count()));
    m_isBehind = isBehind;
    m_offset = m_offset.load() + std::clamp(ahead, -MaximumStep, MaximumStep);
}

void AnchoredClock::followJump(milliseconds ahead)
{
    const SteadyTime steady = m_source.steadyNow();
    if (!m_aheadSince) {
        m_aheadSince = steady;
        qCWarning(lcClock, "the machine's clock is ahead by %lld ms; due times follow it in %lld ms unless it comes back",
                  static_cast<long long>(ahead.count()), static_cast<long long>(GracePeriod.count()));
    }
    if (steady - *m_aheadSince < GracePeriod)
        return;
    m_aheadSince.reset();
    m_offset = m_offset.load() + ahead;
    qCWarning(lcClock, "due times are ahead by %lld ms now, as the machine's clock", static_cast<long long>(ahead.count()));
}

} // namespace hudhud
