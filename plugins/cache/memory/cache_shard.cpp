// SPDX-License-Identifier: GPL-3.0-or-later
#include "cache_shard.h"

#include "glob_pattern.h"

namespace hudhud {

void CacheShard::setLimits(const Limits &limits)
{
    const std::scoped_lock lock(m_mutex);
    m_limits = limits;
}

std::optional<CacheEntry> CacheShard::get(const QByteArray &key, const Moment &now)
{
    const std::scoped_lock lock(m_mutex);
    Node *node = findLocked(key, now);
    if (!node) {
        ++m_metrics.misses;
        return std::nullopt;
    }
    ++m_metrics.hits;
    ++node->entry.hitCount;
    return node->entry;
}

void CacheShard::set(const QByteArray &key, const QByteArray &value, Cache::TimeToLive timeToLive,
                     quint64 version, const Moment &now)
{
    const std::scoped_lock lock(m_mutex);
    setLocked(key, value, timeToLive, version, now);
}

bool CacheShard::remove(const QByteArray &key, const Moment &now)
{
    const std::scoped_lock lock(m_mutex);
    if (!findLocked(key, now))
        return false;
    eraseLocked(m_nodes.begin());
    return true;
}

qint64 CacheShard::removeMatching(const QByteArray &pattern, const Moment &now)
{
    const std::scoped_lock lock(m_mutex);
    qint64 count = 0;
    for (auto node = m_nodes.begin(); node != m_nodes.end();) {
        const auto candidate = node++;
        if (!globMatches(pattern, candidate->key))
            continue;
        if (candidate->expiresAt > now.steady)
            ++count;
        else
            ++m_metrics.expirations;
        eraseLocked(candidate);
    }
    return count;
}

Result<qint64> CacheShard::increment(const QByteArray &key, qint64 amount, Cache::TimeToLive timeToLive,
                                     quint64 version, const Moment &now)
{
    const std::scoped_lock lock(m_mutex);
    Node *node = findLocked(key, now);
    if (!node) {
        setLocked(key, QByteArray::number(amount), timeToLive, version, now);
        return amount;
    }
    bool isNumber = false;
    const qint64 old = node->entry.value.toLongLong(&isNumber);
    qint64 sum = 0;
    if (!isNumber || __builtin_add_overflow(old, amount, &sum))
        return std::unexpected(
            Error(ErrorCode::InvalidRequest,
                  isNumber ? QStringLiteral("The counter would exceed 64 bits; remove it to start again.")
                           : QStringLiteral("The value of this key is not a counter.")));
    m_metrics.sizeBytes -= sizeOf(*node);
    node->entry.value = QByteArray::number(sum);
    node->entry.version = version;
    m_metrics.sizeBytes += sizeOf(*node);
    evictLocked(now);
    return sum;
}

void CacheShard::addTo(CacheMetrics &sum) const
{
    const std::scoped_lock lock(m_mutex);
    sum.entries += static_cast<qint64>(m_nodes.size());
    sum.sizeBytes += m_metrics.sizeBytes;
    sum.hits += m_metrics.hits;
    sum.misses += m_metrics.misses;
    sum.evictions += m_metrics.evictions;
    sum.expirations += m_metrics.expirations;
}

void CacheShard::clear()
{
    const std::scoped_lock lock(m_mutex);
    m_index.clear();
    m_nodes.clear();
    m_metrics.sizeBytes = 0;
}

CacheShard::Node *CacheShard::findLocked(const QByteArray &key, const Moment &now)
{
    const auto found = m_index.constFind(key);
    if (found == m_index.constEnd())
        return nullptr;
    const Nodes::iterator node = *found;
    if (node->expiresAt <= now.steady) {
        ++m_metrics.expirations;
        eraseLocked(node);
        return nullptr;
    }
    m_nodes.splice(m_nodes.begin(), m_nodes, node);
    return &*node;
}

void CacheShard::setLocked(const QByteArray &key, const QByteArray &value, Cache::TimeToLive timeToLive,
                           quint64 version, const Moment &now)
{
    Node *node = findLocked(key, now);
    if (node) {
        m_metrics.sizeBytes -= sizeOf(*node);
    } else {
        node = &m_nodes.emplace_front();
        node->key = key;
        m_index.insert(key, m_nodes.begin());
    }
    node->entry = {value, now.time, timeToLive ? now.time + *timeToLive : Timestamp::max(), version, 0};
    node->expiresAt = timeToLive ? now.steady + *timeToLive : SteadyTime::max();
    m_metrics.sizeBytes += sizeOf(*node);
    evictLocked(now);
}

void CacheShard::eraseLocked(Nodes::iterator node)
{
    m_metrics.sizeBytes -= sizeOf(*node);
    m_index.remove(node->key);
    m_nodes.erase(node);
}

void CacheShard::evictLocked(const Moment &now)
{
    while (!m_nodes.empty()) {
        const auto oldest = std::prev(m_nodes.end());
        const bool isExpired = oldest->expiresAt <= now.steady;
        const bool isOverLimit
            = static_cast<qint64>(m_nodes.size()) > m_limits.entries || m_metrics.sizeBytes > m_limits.bytes;
        if (!isExpired && !isOverLimit)
            return;
        ++(isExpired ? m_metrics.expirations : m_metrics.evictions);
        eraseLocked(oldest);
    }
}

} // namespace hudhud
