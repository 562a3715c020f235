// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "local_event_bus.h"
#include "redis_bus.h"
#include "redis_router.h"

#include <QThread>

#include <atomic>

namespace hudhud {

/// A cache and event bus in one Redis server or a Redis Cluster, on a thread of its own.
/// A call of many keys becomes one command for each hash slot, all sent at once; a server that is no cluster has one slot.
/// `metrics` asks the servers and waits for the answer, up to the command time-out: not for I/O threads.
class RedisCache final : public Cache
{
public:
    ~RedisCache() override { stop(std::chrono::seconds(1)); }

    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    /// Does not wait for the server: until it is there, calls fail.
    Result<void> start() override;
    void stop(std::chrono::milliseconds deadline) override;

    void get(std::vector<QByteArray> keys, Completion<std::vector<std::optional<CacheEntry>>> completion) override;
    void set(std::vector<std::pair<QByteArray, QByteArray>> items, TimeToLive timeToLive,
             Completion<void> completion) override;
    void remove(std::vector<QByteArray> keys, Completion<qint64> completion) override;
    void invalidatePattern(const QByteArray &pattern, Completion<qint64> completion) override;
    void increment(const QByteArray &key, qint64 amount, TimeToLive timeToLive, Completion<qint64> completion) override;
    CacheMetrics metrics() const override;

    void publish(const QByteArray &channel, const QByteArray &payload) override;
    quint64 subscribe(const QByteArray &channel, Subscriber subscriber) override;
    void unsubscribe(quint64 handle) override { m_subscribers.unsubscribe(handle); }

private:
    /// A command of a call, and where its keys are in that call.
    struct Part
    {
        RedisScriptCall call;
        std::vector<std::size_t> positions;
    };
    struct PatternRemoval
    {
        QByteArray pattern;
        std::vector<RedisEndpoint> masters; ///< That still have to be scanned, the current one at the end.
        QByteArray cursor = "0";
        qint64 count = 0;
        std::function<void(Result<qint64>)> done;
    };
    /// Adds the reply to a command to the result of the call.
    template <typename T>
    using Reader = std::function<void(T &, const std::vector<std::size_t> &positions, const redisReply &)>;

    /// `storedKeys` by slot. The arguments of the script follow.
    std::vector<Part> split(const RedisScript &script, std::vector<QByteArray> storedKeys) const;
    template <typename T> void run(std::vector<Part> parts, T initial, Reader<T> reader, Completion<T> completion);
    template <typename T>
    void join(std::vector<Part> parts, T initial, Reader<T> reader, std::function<void(Result<T>)> done);
    bool reserve();
    bool post(std::move_only_function<void()> task);
    void scan(const std::shared_ptr<PatternRemoval> &removal);
    void removeFound(const std::shared_ptr<PatternRemoval> &removal, const redisReply &found);
    QByteArray stored(const QByteArray &key) const { return m_prefix + key; }
    QByteArray now() const { return QByteArray::number(qint64(m_clock->now().time_since_epoch().count())); }

    RedisOptions m_options;
    QByteArray m_prefix;
    int m_maximumInFlight = 10'000;
    const Clock *m_clock = &Clock::system();
    QThread m_thread;
    std::atomic<bool> m_isRunning = false;
    MetricsRegistry *m_registry = nullptr;
    RedisRouter *m_router = nullptr; ///< On the thread, from start to stop.
    RedisBus *m_bus = nullptr;       ///< The same.
    LocalEventBus m_subscribers;
    std::atomic<int> m_inFlight = 0;
    std::atomic<qint64> m_hits = 0;
    std::atomic<qint64> m_misses = 0;
};

class RedisCacheFactory final : public QObject, public CacheFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudCacheFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::CacheFactory)

public:
    std::unique_ptr<Cache> create() override { return std::make_unique<RedisCache>(); }
};

} // namespace hudhud
