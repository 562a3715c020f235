// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eventloop/notifier_table.h"
#include "eventloop/timer_queue.h"
#include "eventloop/wake_up.h"

#include <QAbstractEventDispatcher>

#include <atomic>

namespace hudhud {

/// A Qt event loop on Linux epoll. It keeps what Qt's own Unix dispatcher promises, but a turn costs in
/// proportion to what is ready instead of to all descriptors and timers there are. Differences: a descriptor
/// that is closed before its notifiers are disabled is not reported, it falls silent; timers of the coarse
/// types keep their average period exact; `TimerInfo` gives interval and type as they were asked for. Thread:
/// lives on the thread it serves; `wakeUp` and `interrupt` from any thread. Ownership: give it to
/// QThread::setEventDispatcher or QCoreApplication::setEventDispatcher, which take it.
class EpollEventDispatcher final : public QAbstractEventDispatcher
{
    Q_OBJECT

public:
    explicit EpollEventDispatcher(QObject *parent = nullptr);

    bool processEvents(QEventLoop::ProcessEventsFlags flags) override;

    void registerSocketNotifier(QSocketNotifier *notifier) override;
    void unregisterSocketNotifier(QSocketNotifier *notifier) override;

    using QAbstractEventDispatcher::registerTimer;
    void registerTimer(int id, qint64 interval, Qt::TimerType type, QObject *object) override;
    bool unregisterTimer(int id) override;
    bool unregisterTimers(QObject *object) override;
    QList<TimerInfo> registeredTimers(QObject *object) const override;
    int remainingTime(int id) override;

    void wakeUp() override;
    void interrupt() override;

private:
    void wait(int timeout, bool includeNotifiers);

    WakeUp m_wakeUp;
    NotifierTable m_notifiers;
    TimerQueue m_timers;
    std::atomic<bool> m_isInterrupted{false};
};

} // namespace hudhud
