// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <sys/epoll.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>

namespace hudhud::loadgen {

using SteadyClock = std::chrono::steady_clock;

class EventHandler
{
public:
    virtual ~EventHandler() = default;
    virtual void handleEvents(std::uint32_t events) = 0;
};

/// Level-triggered epoll, one thread, nothing else: the generator shares its cores with the server under
/// test.
class EventLoop
{
public:
    EventLoop();
    ~EventLoop();
    EventLoop(const EventLoop &) = delete;
    EventLoop &operator=(const EventLoop &) = delete;

    void watch(int descriptor, std::uint32_t events, EventHandler *handler);
    void change(int descriptor, std::uint32_t events, EventHandler *handler);
    /// After this no event reaches `handler`, not even one of the turn under way.
    void forget(int descriptor, EventHandler *handler);
    /// Waits at most `timeout` for events and handles them.
    void turn(std::chrono::nanoseconds timeout);
    /// Turns until `done` says so. Result: false when `limit` passed before.
    bool runUntil(const std::function<bool()> &done, std::chrono::milliseconds limit);

private:
    int m_epoll;
    int m_readyCount = 0;
    std::array<epoll_event, 512> m_ready{};
};

} // namespace hudhud::loadgen
