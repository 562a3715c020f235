// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/recipient.h"

#include <QTimer>

#include <functional>
#include <queue>
#include <vector>

namespace hudhud {

/// When to look at which channel: a heap with one timer. A channel enters it at most once per time it names,
/// not once per message, so a busy channel costs one entry per time-out. Entries that a channel no longer
/// wants are skipped by the one who looks. Thread: the thread that made it.
class ChannelDeadlines
{
public:
    ChannelDeadlines(const Clock &clock, std::function<void()> due);

    void add(SteadyTime at, const Recipient &recipient);

    struct Deadline
    {
        SteadyTime at;
        Recipient recipient;
        friend bool operator>(const Deadline &a, const Deadline &b) { return a.at > b.at; }
    };
    /// Takes the next entry that is due by `now`.
    std::optional<Deadline> takeDue(SteadyTime now);
    /// Sets the timer for the next entry; call after taking what was due.
    void arm();

private:
    const Clock &m_clock;
    QTimer m_timer;
    std::priority_queue<Deadline, std::vector<Deadline>, std::greater<>> m_heap;
};

} // namespace hudhud
