// SPDX-License-Identifier: GPL-3.0-or-later
#include "queue_tail.h"

#include <algorithm>

namespace hudhud {

void QueueTail::publish(std::span<const Change> changes, qint64 version)
{
    const std::scoped_lock lock(m_mutex);
    m_version = version;
    for (const auto &[entry, isAdded] : changes) {
        if (isAdded) {
            m_size += m_places[entry.recipient].insert(entry.place).second ? 1 : 0;
            continue;
        }
        const auto places = m_places.find(entry.recipient);
        if (places == m_places.end())
            continue;
        m_size -= static_cast<qint64>(places->second.erase(entry.place));
        if (places->second.empty())
            m_places.erase(places);
    }
}

QueueTail::View QueueTail::view(qint64 recipient) const
{
    View view;
    const std::scoped_lock lock(m_mutex);
    if (const auto places = m_places.find(recipient); places != m_places.end())
        view.places.assign(places->second.begin(), places->second.end());
    view.size = m_size;
    view.version = m_version;
    return view;
}

QueueTail::View QueueTail::view() const
{
    const std::scoped_lock lock(m_mutex);
    return {{}, m_size, m_version};
}

QueueTail::View QueueTail::wholeView() const
{
    View view;
    {
        const std::scoped_lock lock(m_mutex);
        view.size = m_size;
        view.version = m_version;
        view.places.reserve(static_cast<std::size_t>(m_size));
        for (const auto &[recipient, places] : m_places)
            view.places.insert(view.places.end(), places.begin(), places.end());
    }
    std::ranges::sort(view.places, {}, &QueuePlace::key);
    return view;
}

std::set<QueueEntry> QueueTail::entriesUpTo(qint64 key) const
{
    std::vector<QueueEntry> entries;
    for (const auto &[recipient, places] : m_places) {
        for (const QueuePlace &place : places) {
            if (place.key <= key)
                entries.push_back({recipient, place});
        }
    }
    std::ranges::sort(entries);
    return {entries.begin(), entries.end()};
}

bool QueueTail::contains(const QueueEntry &entry) const
{
    const std::scoped_lock lock(m_mutex);
    const auto places = m_places.find(entry.recipient);
    return places != m_places.end() && places->second.contains(entry.place);
}

} // namespace hudhud
