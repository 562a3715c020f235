// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace hudhud {

/// Calls `onOverrun` on a thread of its own when it still lives after `limit`: watches a call that may never
/// return. The destructor ends the watch and joins. Thread: any.
class OverrunWatchdog
{
public:
    OverrunWatchdog(std::chrono::milliseconds limit, std::function<void()> onOverrun)
        : m_thread([this, limit, action = std::move(onOverrun)](const std::stop_token &ended) {
            std::unique_lock lock(m_mutex);
            const bool isInTime
                = m_condition.wait_for(lock, ended, limit, [&] { return ended.stop_requested(); });
            lock.unlock();
            if (!isInTime)
                action();
        })
    {
    }

private:
    std::mutex m_mutex; ///< Guards nothing; the condition wants one.
    std::condition_variable_any m_condition;
    std::jthread m_thread; ///< Last, so that the others outlive it.
};

} // namespace hudhud
