// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cache_shard.h"
#include "local_event_bus.h"

#include <QObject>

#include <vector>

namespace hudhud {

/// A cache and event bus inside the process. Completions come before the call returns, with no lock held.
class MemoryCache final : public Cache
{
public:
    ~MemoryCache() override { stop({}); }

    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds deadline) override;

    void get(std::vector<QByteArray> keys,
             Completion<std::vector<std::optional<CacheEntry>>> completion) override;
    void set(std::vector<std::pair<QByteArray, QByteArray>> items, TimeToLive timeToLive,
             Completion<void> completion) override;
    void remove(std::vector<QByteArray> keys, Completion<qint64> completion) override;
    void invalidatePattern(const QByteArray &pattern, Completion<qint64> completion) override;
    void increment(const QByteArray &key, qint64 amount, TimeToLive timeToLive,
                   Completion<qint64> completion) override;
    CacheMetrics metrics() const override;

    void publish(const QByteArray &channel, const QByteArray &payload) override
    {
        m_bus.publish(channel, payload);
    }
    quint64 subscribe(const QByteArray &channel, Subscriber subscriber) override
    {
        return m_bus.subscribe(channel, std::move(subscriber));
    }
    void unsubscribe(quint64 handle) override { m_bus.unsubscribe(handle); }

private:
    CacheShard &shard(const QByteArray &key) { return m_shards[qHash(key) % m_shards.size()]; }
    CacheShard::Moment now() const { return {m_clock->now(), m_clock->steadyNow()}; }

    const Clock *m_clock = &Clock::system();
    std::vector<CacheShard> m_shards = std::vector<CacheShard>(1);
    std::atomic<quint64> m_lastVersion
        = 0; ///< One sequence for all keys, so that removing a key does not reset it.
    LocalEventBus m_bus;
};

class MemoryCacheFactory final : public QObject, public CacheFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudCacheFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::CacheFactory)

public:
    std::unique_ptr<Cache> create() override { return std::make_unique<MemoryCache>(); }
};

} // namespace hudhud
