// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "signalr/hub_close.h"

#include <QTimer>

#include <memory>
#include <vector>

namespace hudhud {

class HubConnection;

/// Closes connections evenly within a time, so that the servers they turn to are not stormed. Thread: one, with an event
/// loop. Ownership: connections that end meanwhile are not kept; what is left is not closed when this is destroyed.
class GradualClose
{
public:
    GradualClose(std::vector<std::weak_ptr<HubConnection>> connections, HubCloseCause cause,
                 std::chrono::milliseconds within, const Clock &clock);

private:
    void closeDue();

    std::vector<std::weak_ptr<HubConnection>> m_open;
    double m_count;
    HubCloseCause m_cause;
    std::chrono::milliseconds m_within;
    const Clock &m_clock;
    SteadyTime m_end;
    QTimer m_timer;
};

} // namespace hudhud
