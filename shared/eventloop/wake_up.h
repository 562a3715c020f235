// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>

namespace hudhud {

/// Wakes one sleeping loop from any thread. The eventfd is written only while the loop sleeps, so posting to
/// a busy loop costs no system call. Its descriptor is meant for an edge-triggered epoll entry and is never
/// read there. Thread: `wakeUp` from any thread; everything else on the loop's thread.
class WakeUp
{
public:
    WakeUp();
    ~WakeUp();
    WakeUp(const WakeUp &) = delete;
    WakeUp &operator=(const WakeUp &) = delete;

    int descriptor() const { return m_descriptor; }
    void wakeUp();
    /// A wake-up came since the last `awaken`.
    bool isPending() const { return m_state.load(std::memory_order_acquire) == State::Woken; }
    /// False if a wake-up is pending: do not sleep.
    bool prepareToSleep();
    /// Ends the sleep, also one that was never entered. True if there was a wake-up, which is used up by
    /// this.
    bool awaken();
    /// Waits for a wake-up alone, after `prepareToSleep`. Milliseconds; -1 for ever, 0 not at all.
    void sleep(int timeout);

private:
    enum class State { Awake, Sleeping, Woken };

    int m_descriptor;
    std::atomic<State> m_state{State::Awake};
};

} // namespace hudhud
