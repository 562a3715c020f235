// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bus_frames.h"
#include "cache_database.h"
#include "local_event_bus.h"

#include <QThread>

#include <atomic>

namespace hudhud {

/// A cache in a table of PostgreSQL and a bus over its notifications, on one connection with a thread of its own. For
/// nodes that have no other server beside it; a busy cluster is better served by Redis.
/// `metrics` asks the database and waits for the answer, up to the time-out: not for I/O threads.
class PostgresqlCache final : public Cache
{
public:
    ~PostgresqlCache() override { stop(std::chrono::seconds(1)); }

    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
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
    /// Runs `task` on the connection's thread and `completion` with its result on the caller's.
    template <typename T>
    void run(std::move_only_function<Result<T>(CacheDatabase &)> task, Completion<T> completion);
    /// Only on the connection's thread. False when too many wait or it has stopped.
    bool post(std::move_only_function<void(CacheDatabase &)> task);
    void received(const QByteArray &name, const QByteArray &frame);
    void tidy();
    Timestamp now() const { return m_clock->now(); }
    std::optional<Timestamp> expiry(const TimeToLive &timeToLive) const
    {
        return timeToLive ? std::optional(now() + *timeToLive) : std::nullopt;
    }

    CacheDatabaseOptions m_options;
    int m_maximumQueued = 10'000;
    QByteArray m_sender;
    const Clock *m_clock = &Clock::system();
    QThread m_thread;
    std::atomic<bool> m_isRunning = false;
    CacheDatabase *m_database = nullptr; ///< On the thread, from start to stop.
    std::atomic<int> m_queued = 0;
    std::atomic<quint64> m_lastEvent = 0;
    LocalEventBus m_bus;
    FrameReader m_frames;                    ///< The connection's thread.
    QHash<QByteArray, QByteArray> m_channels; ///< By notification name; the connection's thread.
    mutable std::atomic<qint64> m_hits = 0;
    mutable std::atomic<qint64> m_misses = 0;
};

class PostgresqlCacheFactory final : public QObject, public CacheFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudCacheFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::CacheFactory)

public:
    std::unique_ptr<Cache> create() override { return std::make_unique<PostgresqlCache>(); }
};

} // namespace hudhud
