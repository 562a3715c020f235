// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/recipient_queues.h"

#include <algorithm>
#include <limits>

namespace hudhud {

namespace {

constexpr std::size_t SlotCount = 65'536;
constexpr std::size_t MostWatched = 10'000;
/// A watched recipient is counted anew after this.
constexpr std::chrono::seconds Freshness{1};
/// One that got no message for this long makes room for others.
constexpr std::chrono::seconds Quiet{60};

quint32 strideOf(qint64 limit)
{
    return static_cast<quint32>(std::clamp<qint64>(limit / 10, 1, std::numeric_limits<qint32>::max()));
}

} // namespace

RecipientQueues::RecipientQueues(qint64 limit)
    : m_limit(limit)
    , m_stride(strideOf(limit))
    , m_slots(limit > 0 ? SlotCount : 0)
{
}

bool RecipientQueues::note(const Recipient &recipient, SteadyTime now)
{
    if (!isLimited())
        return false;
    if (m_watchedCount.load(std::memory_order_relaxed) > 0) {
        const std::lock_guard lock(m_mutex);
        const auto watched = m_watched.find(recipient);
        if (watched != m_watched.end()) {
            ++watched->second.pending;
            if (now - watched->second.askedAt < Freshness)
                return false;
            watched->second.askedAt = now;
            return true;
        }
    }
    std::atomic<quint32> &slot = m_slots[std::hash<Recipient>()(recipient) % SlotCount];
    if (slot.fetch_add(1, std::memory_order_relaxed) + 1 < m_stride)
        return false;
    slot.store(0, std::memory_order_relaxed);
    return true;
}

void RecipientQueues::learn(const Recipient &recipient, qint64 pending, SteadyTime now)
{
    const std::lock_guard lock(m_mutex);
    if (pending < m_limit - static_cast<qint64>(m_stride)) {
        m_watched.erase(recipient);
    } else if (const auto watched = m_watched.find(recipient); watched != m_watched.end()) {
        watched->second.pending = pending;
    } else {
        if (m_watched.size() >= MostWatched)
            std::erase_if(m_watched, [now](const auto &entry) { return now - entry.second.askedAt > Quiet; });
        if (m_watched.size() < MostWatched)
            m_watched.emplace(recipient, Watched{.pending = pending, .askedAt = now});
    }
    m_watchedCount.store(m_watched.size(), std::memory_order_relaxed);
}

bool RecipientQueues::isWatchedFull(const Recipient &recipient) const
{
    const std::lock_guard lock(m_mutex);
    const auto watched = m_watched.find(recipient);
    return watched != m_watched.end() && watched->second.pending >= m_limit;
}

} // namespace hudhud
