// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/gradual_close.h"

#include "signalr/hub_connection.h"

#include <algorithm>
#include <utility>

namespace hudhud {

namespace {

constexpr std::chrono::milliseconds Interval{100};

} // namespace

GradualClose::GradualClose(std::vector<std::weak_ptr<HubConnection>> connections, HubCloseCause cause,
                           std::chrono::milliseconds within, const Clock &clock)
    : m_open(std::move(connections))
    , m_count(static_cast<double>(m_open.size()))
    , m_cause(cause)
    , m_within(std::max(within, Interval))
    , m_clock(clock)
    , m_end(clock.steadyNow() + m_within)
{
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { closeDue(); });
    m_timer.start(Interval);
}

void GradualClose::closeDue()
{
    // By the clock, so that a loop that was held up makes up for it.
    const double left = std::chrono::duration<double>(m_end - m_clock.steadyNow()) / m_within;
    const auto mayBeOpen = static_cast<std::size_t>(std::max(left, 0.0) * m_count);
    while (m_open.size() > mayBeOpen) {
        if (const auto connection = m_open.back().lock())
            connection->close(m_cause);
        m_open.pop_back();
    }
    if (m_open.empty())
        m_timer.stop();
}

} // namespace hudhud
