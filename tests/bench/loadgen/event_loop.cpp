// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/event_loop.h"

#include <unistd.h>

#include <algorithm>

namespace hudhud::loadgen {

EventLoop::EventLoop()
    : m_epoll(epoll_create1(EPOLL_CLOEXEC))
{
}

EventLoop::~EventLoop()
{
    ::close(m_epoll);
}

void EventLoop::watch(int descriptor, std::uint32_t events, EventHandler *handler)
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = handler;
    epoll_ctl(m_epoll, EPOLL_CTL_ADD, descriptor, &event);
}

void EventLoop::change(int descriptor, std::uint32_t events, EventHandler *handler)
{
    epoll_event event{};
    event.events = events;
    event.data.ptr = handler;
    epoll_ctl(m_epoll, EPOLL_CTL_MOD, descriptor, &event);
}

void EventLoop::forget(int descriptor, EventHandler *handler)
{
    epoll_ctl(m_epoll, EPOLL_CTL_DEL, descriptor, nullptr);
    for (int i = 0; i < m_readyCount; ++i) {
        if (m_ready[i].data.ptr == handler)
            m_ready[i].data.ptr = nullptr;
    }
}

void EventLoop::turn(std::chrono::nanoseconds timeout)
{
    // Nanoseconds, because a millisecond timer would add up to a millisecond to every open-loop latency.
    timespec wait{};
    wait.tv_sec = timeout.count() / 1'000'000'000;
    wait.tv_nsec = timeout.count() % 1'000'000'000;
    m_readyCount = epoll_pwait2(m_epoll, m_ready.data(), static_cast<int>(m_ready.size()), &wait, nullptr);
    for (int i = 0; i < m_readyCount; ++i) {
        if (auto *handler = static_cast<EventHandler *>(m_ready[i].data.ptr))
            handler->handleEvents(m_ready[i].events);
    }
    m_readyCount = 0;
}

bool EventLoop::runUntil(const std::function<bool()> &done, std::chrono::milliseconds limit)
{
    constexpr std::chrono::milliseconds Longest{20};
    const auto end = SteadyClock::now() + limit;
    while (!done()) {
        const auto left = end - SteadyClock::now();
        if (left <= left.zero())
            return false;
        turn(std::min<std::chrono::nanoseconds>(left, Longest));
    }
    return true;
}

} // namespace hudhud::loadgen
