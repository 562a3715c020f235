// SPDX-License-Identifier: GPL-3.0-or-later
#include "security/api_key_cache.h"

#include "security/secrets.h"

#include <algorithm>
#include <cstring>

namespace hudhud {

std::size_t ApiKeyCache::HashOfHash::operator()(const QByteArray &hash) const
{
    // The key is a SHA-256 already: its first bytes are as good as any hash of it.
    std::size_t value = 0;
    std::memcpy(&value, hash.constData(),
                std::min<std::size_t>(sizeof value, static_cast<std::size_t>(hash.size())));
    return value;
}

bool ApiKeyCache::ConstantTimeEqual::operator()(const QByteArray &one, const QByteArray &other) const
{
    return equalInConstantTime(one, other);
}

std::optional<const ApiKeyRecord *> ApiKeyCache::find(const QByteArray &hash, SteadyTime now)
{
    if (const std::optional<ApiKeyRecord> *known = m_known.find(hash, now))
        return &**known;
    if (m_unknown.find(hash, now))
        return nullptr;
    return std::nullopt;
}

void ApiKeyCache::insert(const QByteArray &hash, const std::optional<ApiKeyRecord> &record, SteadyTime now)
{
    (record ? m_unknown : m_known).remove(hash);
    (record ? m_known : m_unknown).insert(hash, record, now);
}

const std::optional<ApiKeyRecord> *ApiKeyCache::Room::find(const QByteArray &hash, SteadyTime now)
{
    while (!m_expiries.empty() && m_expiries.front().expiresAt <= now)
        removeOldest();
    const auto entry = m_entries.find(hash);
    return entry == m_entries.end() ? nullptr : &entry->second.record;
}

void ApiKeyCache::Room::insert(const QByteArray &hash, const std::optional<ApiKeyRecord> &record,
                               SteadyTime now)
{
    while (m_expiries.size() >= m_capacity)
        removeOldest();
    const SteadyTime expiresAt = now + m_timeToLive;
    m_entries.insert_or_assign(hash, Entry{record, expiresAt});
    m_expiries.push_back({hash, expiresAt});
}

void ApiKeyCache::Room::removeOldest()
{
    const Expiry oldest = std::move(m_expiries.front());
    m_expiries.pop_front();
    const auto entry = m_entries.find(oldest.hash);
    if (entry != m_entries.end() && entry->second.expiresAt == oldest.expiresAt)
        m_entries.erase(entry);
}

} // namespace hudhud
