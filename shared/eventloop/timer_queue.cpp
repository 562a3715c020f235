// SPDX-License-Identifier: GPL-3.0-or-later
#include "eventloop/timer_queue.h"

#include <QCoreApplication>
#include <QTimerEvent>

#include <algorithm>
#include <limits>

namespace hudhud {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

int millisecondsUntil(TimerQueue::TimePoint due)
{
    const auto left = std::chrono::ceil<milliseconds>(due - steady_clock::now()).count();
    return static_cast<int>(std::clamp<qint64>(left, 0, std::numeric_limits<int>::max()));
}

} // namespace

void TimerQueue::insert(int id, milliseconds interval, Qt::TimerType type, QObject *object)
{
    const int place = takePlace();
    Timer &timer = m_timers[place];
    timer.schedule = TimerSchedule(interval, type, steady_clock::now());
    timer.object = object;
    timer.serial = ++m_lastSerial;
    timer.id = id;
    m_placeOfId.insert(id, place);
    linkToObject(place);
    push(place);
}

bool TimerQueue::remove(int id)
{
    const auto found = m_placeOfId.constFind(id);
    if (found == m_placeOfId.cend())
        return false;
    release(*found);
    return true;
}

bool TimerQueue::removeAll(QObject *object)
{
    const auto found = m_firstOfObject.constFind(object);
    if (found == m_firstOfObject.cend())
        return false;
    for (int place = *found; place != None;) {
        const int next = m_timers[place].next;
        release(place);
        place = next;
    }
    return true;
}

QList<QAbstractEventDispatcher::TimerInfo> TimerQueue::timersOf(const QObject *object) const
{
    QList<QAbstractEventDispatcher::TimerInfo> timers;
    for (int place = m_firstOfObject.value(object, None); place != None; place = m_timers[place].next) {
        const TimerSchedule &schedule = m_timers[place].schedule;
        const auto interval = std::min<qint64>(schedule.interval().count(), std::numeric_limits<int>::max());
        timers.emplace_back(m_timers[place].id, static_cast<int>(interval), schedule.type());
    }
    return timers;
}

int TimerQueue::remainingTime(int id) const
{
    const auto found = m_placeOfId.constFind(id);
    return found == m_placeOfId.cend() ? -1 : millisecondsUntil(m_timers[*found].schedule.due());
}

int TimerQueue::timeToNext() const
{
    return m_heap.empty() ? -1 : millisecondsUntil(m_heap.front().due);
}

int TimerQueue::activate()
{
    if (m_heap.empty())
        return 0;
    ++m_activations;
    const TimePoint now = steady_clock::now();
    const quint64 lastOrder = m_lastOrder;
    int fired = 0;
    // What is pushed from here on is due no earlier than now, so it stands behind everything that is due
    // already.
    while (!m_heap.empty() && m_heap.front().due <= now && m_heap.front().order <= lastOrder) {
        const int place = m_heap.front().place;
        fired += m_timers[place].schedule.interval() > milliseconds::zero();
        fire(place, now);
    }
    return fired;
}

/// While the handler runs, the timer is out of the heap: a nested loop neither fires it nor waits for it.
void TimerQueue::fire(int place, TimePoint now)
{
    erase(m_timers[place].heapPosition);
    m_timers[place].schedule.advance(now);
    const quint64 serial = m_timers[place].serial;
    const quint64 activations = m_activations;

    QTimerEvent event(m_timers[place].id);
    QCoreApplication::sendEvent(m_timers[place].object, &event);

    Timer &timer = m_timers[place];
    if (timer.serial != serial)
        return;
    if (m_activations != activations) {
        // A nested loop ran timers: what fell due in it is missed, not late.
        const TimePoint later = steady_clock::now();
        if (timer.schedule.due() < later)
            timer.schedule.advance(later);
    }
    push(place);
}

int TimerQueue::takePlace()
{
    if (m_firstFree == None) {
        m_timers.emplace_back();
        return static_cast<int>(m_timers.size()) - 1;
    }
    const int place = m_firstFree;
    m_firstFree = m_timers[place].next;
    return place;
}

void TimerQueue::release(int place)
{
    Timer &timer = m_timers[place];
    if (timer.heapPosition != None)
        erase(timer.heapPosition);
    m_placeOfId.remove(timer.id);
    unlinkFromObject(place);
    timer = Timer();
    timer.next = m_firstFree;
    m_firstFree = place;
}

void TimerQueue::linkToObject(int place)
{
    auto found = m_firstOfObject.find(m_timers[place].object);
    if (found == m_firstOfObject.end())
        found = m_firstOfObject.insert(m_timers[place].object, None);
    int &first = *found;
    m_timers[place].previous = None;
    m_timers[place].next = first;
    if (first != None)
        m_timers[first].previous = place;
    first = place;
}

void TimerQueue::unlinkFromObject(int place)
{
    const Timer &timer = m_timers[place];
    if (timer.next != None)
        m_timers[timer.next].previous = timer.previous;
    if (timer.previous != None)
        m_timers[timer.previous].next = timer.next;
    else if (timer.next != None)
        m_firstOfObject[timer.object] = timer.next;
    else
        m_firstOfObject.remove(timer.object);
}

void TimerQueue::push(int place)
{
    m_heap.emplace_back();
    siftUp(static_cast<int>(m_heap.size()) - 1, {m_timers[place].schedule.due(), ++m_lastOrder, place});
}

void TimerQueue::erase(int heapPosition)
{
    m_timers[m_heap[heapPosition].place].heapPosition = None;
    const HeapEntry last = m_heap.back();
    m_heap.pop_back();
    if (heapPosition == static_cast<int>(m_heap.size()))
        return;
    if (heapPosition > 0 && last < m_heap[(heapPosition - 1) / 2])
        siftUp(heapPosition, last);
    else
        siftDown(heapPosition, last);
}

void TimerQueue::siftUp(int position, const HeapEntry &entry)
{
    while (position > 0) {
        const int parent = (position - 1) / 2;
        if (!(entry < m_heap[parent]))
            break;
        put(position, m_heap[parent]);
        position = parent;
    }
    put(position, entry);
}

void TimerQueue::siftDown(int position, const HeapEntry &entry)
{
    const int size = static_cast<int>(m_heap.size());
    for (int child = 2 * position + 1; child < size; child = 2 * position + 1) {
        if (child + 1 < size && m_heap[child + 1] < m_heap[child])
            ++child;
        if (!(m_heap[child] < entry))
            break;
        put(position, m_heap[child]);
        position = child;
    }
    put(position, entry);
}

void TimerQueue::put(int position, const HeapEntry &entry)
{
    m_heap[position] = entry;
    m_timers[entry.place].heapPosition = position;
}

} // namespace hudhud
