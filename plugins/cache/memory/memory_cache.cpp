// SPDX-License-Identifier: GPL-3.0-or-later
#include "memory_cache.h"

#include <algorithm>

namespace hudhud {

namespace {

/// Small caches have one shard, so that their limits hold to the entry; large ones several, against
/// contention.
constexpr qint64 MaximumShards = 16;
constexpr qint64 EntriesPerShard = 4'096;
constexpr qint64 BytesPerShard = 1024 * 1024;

} // namespace

Result<void> MemoryCache::configure(const QJsonObject &settings, const PluginContext &context)
{
    const qint64 entries = settings.value(QLatin1String("maximum_entries")).toInteger();
    const qint64 bytes = settings.value(QLatin1String("maximum_size")).toInteger();
    if (context.clock)
        m_clock = context.clock;
    const qint64 shards
        = std::clamp(std::min(entries / EntriesPerShard, bytes / BytesPerShard), qint64(1), MaximumShards);
    m_shards = std::vector<CacheShard>(static_cast<std::size_t>(shards));
    for (CacheShard &part : m_shards)
        part.setLimits({entries / shards, bytes / shards});
    m_bus.setMaximumUndelivered(settings.value(QLatin1String("maximum_undelivered_events")).toInt());
    return {};
}

void MemoryCache::stop(std::chrono::milliseconds)
{
    m_bus.clear();
    for (CacheShard &part : m_shards)
        part.clear();
}

void MemoryCache::get(std::vector<QByteArray> keys,
                      Completion<std::vector<std::optional<CacheEntry>>> completion)
{
    const CacheShard::Moment moment = now();
    std::vector<std::optional<CacheEntry>> entries;
    entries.reserve(keys.size());
    for (const QByteArray &key : keys)
        entries.push_back(shard(key).get(key, moment));
    if (completion)
        completion(std::move(entries));
}

void MemoryCache::set(std::vector<std::pair<QByteArray, QByteArray>> items, TimeToLive timeToLive,
                      Completion<void> completion)
{
    const CacheShard::Moment moment = now();
    for (const auto &[key, value] : items)
        shard(key).set(key, value, timeToLive, ++m_lastVersion, moment);
    if (completion)
        completion({});
}

void MemoryCache::remove(std::vector<QByteArray> keys, Completion<qint64> completion)
{
    const CacheShard::Moment moment = now();
    qint64 count = 0;
    for (const QByteArray &key : keys)
        count += shard(key).remove(key, moment) ? 1 : 0;
    if (completion)
        completion(count);
}

void MemoryCache::invalidatePattern(const QByteArray &pattern, Completion<qint64> completion)
{
    const CacheShard::Moment moment = now();
    qint64 count = 0;
    for (CacheShard &part : m_shards)
        count += part.removeMatching(pattern, moment);
    if (completion)
        completion(count);
}

void MemoryCache::increment(const QByteArray &key, qint64 amount, TimeToLive timeToLive,
                            Completion<qint64> completion)
{
    Result<qint64> value = shard(key).increment(key, amount, timeToLive, ++m_lastVersion, now());
    if (completion)
        completion(std::move(value));
}

CacheMetrics MemoryCache::metrics() const
{
    CacheMetrics sum;
    for (const CacheShard &part : m_shards)
        part.addTo(sum);
    return sum;
}

} // namespace hudhud
