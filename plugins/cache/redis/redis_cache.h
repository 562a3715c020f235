// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "local_event_bus.h"
#include "redis_connection.h"

#include <QSet>
#include <QThread>

#include <atomic>

namespace hudhud {

/// A cache and event bus in one Redis server: two connections on a thread of its own, the second for the bus.
/// `metrics` asks the server and waits for the answer, up to the command time-out: not for I/O threads.
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
    void unsubscribe(quint64 handle) override { m_bus.unsubscribe(handle); }

private:
    using Command = RedisConnection::Command;
    template <typename T>
    using Reader = std::move_only_function<Result<T>(const redisReply &)>;

    template <typename T> void run(Command command, Reader<T> reader, Completion<T> completion);
    bool post(std::move_only_function<void()> task);
    void scan(const QByteArray &pattern, const QByteArray &cursor, qint64 count, std::function<void(Result<qint64>)> done);
    void received(const redisReply &reply);
    void sendHeld();
    QByteArray stored(const QByteArray &key) const { return m_prefix + key; }
    QByteArray now() const { return QByteArray::number(qint64(m_clock->now().time_since_epoch().count())); }

    RedisOptions m_options;
    QByteArray m_prefix;
    int m_maximumInFlight = 10'000;
    const Clock *m_clock = &Clock::system();
    QThread m_thread;
    std::atomic<bool> m_isRunning = false;
    RedisConnection *m_commands = nullptr;   ///< On the thread, from start to stop.
    RedisConnection *m_listening = nullptr;  ///< The same.
    std::atomic<int> m_inFlight = 0;
    LocalEventBus m_bus;
    QSet<QByteArray> m_channels;             ///< The connections' thread, as the two below.
    int m_unconfirmed = 0;                   ///< Subscriptions that the server has not confirmed yet.
    std::vector<Command> m_held;             ///< Events that wait for them, so that a subscriber gets what follows it.
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
