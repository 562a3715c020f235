// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/deadline_wheel.h"

namespace hudhud {

void DeadlineEntry::unlink()
{
    if (!m_next)
        return;
    m_previous->m_next = m_next;
    m_next->m_previous = m_previous;
    m_previous = m_next = nullptr;
}

void DeadlineEntry::linkBefore(DeadlineEntry &position)
{
    m_next = &position;
    m_previous = position.m_previous;
    m_previous->m_next = this;
    position.m_previous = this;
}

DeadlineWheel::Anchor::Anchor()
{
    m_previous = m_next = this;
}

bool DeadlineWheel::Anchor::isEmpty() const
{
    return m_next == this;
}

DeadlineWheel::DeadlineWheel() = default;

DeadlineWheel::~DeadlineWheel()
{
    for (Anchor &bucket : m_buckets) {
        while (!bucket.isEmpty())
            bucket.m_next->unlink();
    }
}

void DeadlineWheel::set(DeadlineEntry &entry, std::chrono::milliseconds fromNow)
{
    // One tick more, because the current one may be nearly over.
    const quint64 due = m_tick + quint64(qMax<qint64>(0, fromNow.count()) / Tick.count()) + 2;
    if (entry.m_next && entry.m_dueTick == due)
        return;
    entry.unlink();
    entry.m_dueTick = due;
    entry.linkBefore(m_buckets[due % m_buckets.size()]);
}

void DeadlineWheel::advance(std::chrono::steady_clock::time_point now)
{
    const auto target = quint64(std::chrono::duration_cast<std::chrono::milliseconds>(now - m_start).count()
                                / Tick.count());
    Anchor due;
    // After a long pause each bucket needs to be seen only once.
    const quint64 first = target > m_tick + m_buckets.size() ? target - m_buckets.size() : m_tick;
    if (target <= m_tick)
        return;
    m_tick = target;
    for (quint64 tick = first + 1; tick <= target; ++tick)
        collectDue(m_buckets[tick % m_buckets.size()], due);
    while (!due.isEmpty()) {
        DeadlineEntry &entry = *due.m_next;
        entry.unlink();
        entry.deadlineExpired();
    }
}

void DeadlineWheel::collectDue(Anchor &bucket, Anchor &due)
{
    for (DeadlineEntry *entry = bucket.m_next; entry != &bucket;) {
        DeadlineEntry *next = entry->m_next;
        if (entry->m_dueTick <= m_tick) {
            entry->unlink();
            entry->linkBefore(due);
        }
        entry = next;
    }
}

} // namespace hudhud
