// SPDX-License-Identifier: GPL-3.0-or-later
#include "eventloop/epoll_event_dispatcher.h"

#include <QCoreApplication>

namespace hudhud {

EpollEventDispatcher::EpollEventDispatcher(QObject *parent)
    : QAbstractEventDispatcher(parent)
    , m_notifiers(m_wakeUp.descriptor())
{
}

bool EpollEventDispatcher::processEvents(QEventLoop::ProcessEventsFlags flags)
{
    const bool includeNotifiers = !flags.testFlag(QEventLoop::ExcludeSocketNotifiers);
    const bool includeTimers = !flags.testFlag(QEventLoop::X11ExcludeTimers);

    m_isInterrupted.store(false, std::memory_order_relaxed);
    Q_EMIT awake();
    QCoreApplication::sendPostedEvents();

    // A pending wake-up stands for events posted meanwhile, or for a loop told to exit before it got here. It
    // is used up by the wait below, and the next turn begins with the posted events: none is slept over.
    const bool canWait = flags.testFlag(QEventLoop::WaitForMoreEvents) && !m_wakeUp.isPending();
    if (canWait)
        Q_EMIT aboutToBlock();
    if (m_isInterrupted.load(std::memory_order_relaxed))
        return false;

    int timeout = 0;
    if (canWait)
        timeout = includeTimers ? m_timers.timeToNext() : -1;
    wait(timeout, includeNotifiers);

    int handled = m_wakeUp.awaken();
    if (includeNotifiers)
        handled += m_notifiers.activate();
    if (includeTimers)
        handled += m_timers.activate();
    return handled > 0;
}

void EpollEventDispatcher::wait(int timeout, bool includeNotifiers)
{
    if (timeout != 0 && !m_wakeUp.prepareToSleep())
        timeout = 0;
    if (includeNotifiers)
        m_notifiers.wait(timeout);
    else if (timeout != 0)
        m_wakeUp.sleep(timeout);
}

void EpollEventDispatcher::registerSocketNotifier(QSocketNotifier *notifier)
{
    m_notifiers.add(notifier);
}

void EpollEventDispatcher::unregisterSocketNotifier(QSocketNotifier *notifier)
{
    m_notifiers.remove(notifier);
}

void EpollEventDispatcher::registerTimer(int id, qint64 interval, Qt::TimerType type, QObject *object)
{
    m_timers.insert(id, std::chrono::milliseconds(interval), type, object);
}

bool EpollEventDispatcher::unregisterTimer(int id)
{
    return m_timers.remove(id);
}

bool EpollEventDispatcher::unregisterTimers(QObject *object)
{
    return m_timers.removeAll(object);
}

QList<EpollEventDispatcher::TimerInfo> EpollEventDispatcher::registeredTimers(QObject *object) const
{
    return m_timers.timersOf(object);
}

int EpollEventDispatcher::remainingTime(int id)
{
    return m_timers.remainingTime(id);
}

void EpollEventDispatcher::wakeUp()
{
    m_wakeUp.wakeUp();
}

void EpollEventDispatcher::interrupt()
{
    m_isInterrupted.store(true, std::memory_order_relaxed);
    wakeUp();
}

} // namespace hudhud
