// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/channel_deadlines.h"

namespace hudhud {

ChannelDeadlines::ChannelDeadlines(const Clock &clock, std::function<void()> due)
    : m_clock(clock)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, std::move(due));
}

void ChannelDeadlines::add(SteadyTime at, const Recipient &recipient)
{
    const bool isEarliest = m_heap.empty() || at < m_heap.top().at;
    m_heap.push({at, recipient});
    if (isEarliest)
        arm();
}

std::optional<ChannelDeadlines::Deadline> ChannelDeadlines::takeDue(SteadyTime now)
{
    if (m_heap.empty() || m_heap.top().at > now)
        return std::nullopt;
    const Deadline deadline = m_heap.top();
    m_heap.pop();
    return deadline;
}

void ChannelDeadlines::arm()
{
    if (m_heap.empty()) {
        m_timer.stop();
        return;
    }
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(m_heap.top().at - m_clock.steadyNow());
    m_timer.start(
        std::clamp(wait, std::chrono::milliseconds(0), std::chrono::milliseconds(std::chrono::hours(24))));
}

} // namespace hudhud
