// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/loop_port.h"

#include <utility>

namespace hudhud {

LoopPort::LoopPort()
    : m_mailbox(std::make_unique<Mailbox<Work>>([](std::vector<Work> &&batch) {
        for (Work &work : batch)
            work();
    }))
{
}

void LoopPort::post(Work work)
{
    const std::scoped_lock lock(m_mutex);
    if (m_mailbox)
        m_mailbox->post(std::move(work));
}

void LoopPort::close()
{
    std::unique_ptr<Mailbox<Work>> closed;
    const std::scoped_lock lock(m_mutex);
    closed.swap(m_mailbox);
}

} // namespace hudhud
