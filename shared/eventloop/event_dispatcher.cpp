// SPDX-License-Identifier: GPL-3.0-or-later
#include "eventloop/event_dispatcher.h"

#ifdef HUDHUD_HAS_EPOLL
#include "eventloop/epoll_event_dispatcher.h"
#endif

#include <QCoreApplication>

namespace hudhud {

std::unique_ptr<QAbstractEventDispatcher> createEventDispatcher()
{
#ifdef HUDHUD_HAS_EPOLL
    return std::make_unique<EpollEventDispatcher>();
#else
    return nullptr;
#endif
}

void installEventDispatcher()
{
    if (auto dispatcher = createEventDispatcher())
        QCoreApplication::setEventDispatcher(dispatcher.release());
}

} // namespace hudhud
