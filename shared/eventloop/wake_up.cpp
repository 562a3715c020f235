// SPDX-License-Identifier: GPL-3.0-or-later
#include "eventloop/wake_up.h"

#include <QtGlobal>

#include <cerrno>
#include <cstring>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace hudhud {

WakeUp::WakeUp()
    : m_descriptor(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
{
    if (m_descriptor < 0)
        qFatal("The event loop cannot create its eventfd: %s", std::strerror(errno));
}

WakeUp::~WakeUp()
{
    ::close(m_descriptor);
}

void WakeUp::wakeUp()
{
    if (m_state.exchange(State::Woken, std::memory_order_acq_rel) != State::Sleeping)
        return;
    while (::eventfd_write(m_descriptor, 1) < 0 && errno == EINTR) {}
}

bool WakeUp::prepareToSleep()
{
    State expected = State::Awake;
    return m_state.compare_exchange_strong(expected, State::Sleeping, std::memory_order_acq_rel);
}

bool WakeUp::awaken()
{
    return m_state.exchange(State::Awake, std::memory_order_acq_rel) == State::Woken;
}

void WakeUp::sleep(int timeout)
{
    // Empties what earlier wake-ups left. One that comes in between has set the state before it wrote.
    eventfd_t count = 0;
    ::eventfd_read(m_descriptor, &count);
    if (isPending())
        return;
    pollfd entry{m_descriptor, POLLIN, 0};
    ::poll(&entry, 1, timeout);
}

} // namespace hudhud
