// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eventloop/timer_schedule.h"

#include <QAbstractEventDispatcher>
#include <QHash>

#include <vector>

namespace hudhud {

/// The timers of one event loop: a binary heap by due time, with an index by id and a list per object.
/// Starting and stopping take O(log n) and do not allocate once the tables have grown. Thread: the loop's
/// thread.
class TimerQueue
{
public:
    using TimePoint = TimerSchedule::TimePoint;

    void insert(int id, std::chrono::milliseconds interval, Qt::TimerType type, QObject *object);
    bool remove(int id);
    bool removeAll(QObject *object);
    QList<QAbstractEventDispatcher::TimerInfo> timersOf(const QObject *object) const;
    /// Milliseconds until `id` is due, rounded up; 0 when overdue, -1 when unknown.
    int remainingTime(int id) const;
    /// Milliseconds until the next one is due, rounded up; -1 without timers. Timers whose handler runs right
    /// now do not count.
    int timeToNext() const;
    /// Sends a QTimerEvent for each timer that is due, at most one per timer; timers started meanwhile wait
    /// for the next call. May be entered again from a handler. Returns how many fired, not counting zero
    /// timers, as Qt does.
    int activate();

private:
    static constexpr int None = -1;

    struct Timer
    {
        TimerSchedule schedule;
        QObject *object = nullptr;
        quint64 serial = 0; ///< Tells a timer from a later one in the same place; 0 when free.
        int id = 0;
        int heapPosition = None; ///< None while its handler runs.
        int previous = None; ///< Neighbours in the list of the object.
        int next = None; ///< Also links the free places.
    };
    struct HeapEntry
    {
        TimePoint due;
        quint64 order; ///< First in, first out among equals.
        int place; ///< In m_timers.
        bool operator<(const HeapEntry &other) const
        {
            return due != other.due ? due < other.due : order < other.order;
        }
    };

    int takePlace();
    void release(int place);
    void linkToObject(int place);
    void unlinkFromObject(int place);
    void push(int place);
    void erase(int heapPosition);
    void siftUp(int position, const HeapEntry &entry);
    void siftDown(int position, const HeapEntry &entry);
    void put(int position, const HeapEntry &entry);
    void fire(int place, TimePoint now);

    std::vector<Timer> m_timers;
    std::vector<HeapEntry> m_heap;
    QHash<int, int> m_placeOfId;
    QHash<const QObject *, int> m_firstOfObject;
    int m_firstFree = None;
    quint64 m_lastSerial = 0;
    quint64 m_lastOrder = 0;
    quint64 m_activations = 0;
};

} // namespace hudhud
