// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_cache.h"

#include "caller_thread.h"
#include "glob_pattern.h"

#include <QTimer>
#include <QUuid>

#include <algorithm>
#include <future>
#include <tuple>

namespace hudhud {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds TidyInterval = 10s;

Error tooBusy()
{
    return {ErrorCode::BufferFull, QStringLiteral("Too many calls wait for PostgreSQL, or the cache has stopped.")};
}

} // namespace

Result<void> PostgresqlCache::configure(const QJsonObject &settings, const PluginContext &context)
{
    const auto value = [&settings](const char *key) { return settings.value(QLatin1StringView(key)); };
    m_options.host = value("host").toString();
    m_options.port = value("port").toInt(m_options.port);
    m_options.database = value("database").toString(QStringLiteral("hudhud"));
    m_options.user = value("user").toString();
    m_options.password = value("password").toString();
    m_options.tls = value("tls").toString(QStringLiteral("require"));
    m_options.tlsRootCertificate = value("tls_root_certificate").toString();
    m_options.timeout = std::chrono::milliseconds(value("timeout").toInteger(m_options.timeout.count()));
    m_options.reconnectDelay
        = std::chrono::milliseconds(value("reconnect_delay").toInteger(m_options.reconnectDelay.count()));
    m_options.maximumEntries = value("maximum_entries").toInteger(m_options.maximumEntries);
    m_maximumQueued = value("maximum_queued").toInt(m_maximumQueued);
    m_bus.setMaximumUndelivered(value("maximum_undelivered_events").toInt(10'000));
    m_sender = QUuid::createUuid().toByteArray(QUuid::Id128);
    if (context.clock)
        m_clock = context.clock;
    return {};
}

Result<void> PostgresqlCache::start()
{
    m_thread.setObjectName(QStringLiteral("cache-postgresql"));
    m_thread.start();
    m_database = new CacheDatabase(m_options);
    m_database->moveToThread(&m_thread);
    Result<void> opened;
    QMetaObject::invokeMethod(
        m_database,
        [this, &opened] {
            opened = m_database->open();
            QObject::connect(m_database, &CacheDatabase::notified, m_database,
                             [this](const QByteArray &name, const QByteArray &frame) { received(name, frame); });
            auto *timer = new QTimer(m_database);
            QObject::connect(timer, &QTimer::timeout, m_database, [this] { tidy(); });
            timer->start(TidyInterval);
        },
        Qt::BlockingQueuedConnection);
    m_isRunning = true;
    if (!opened)
        stop(1s);
    return opened;
}

void PostgresqlCache::stop(std::chrono::milliseconds deadline)
{
    m_bus.clear();
    if (!m_isRunning.exchange(false))
        return;
    m_database->deleteLater(); // Runs before the thread ends.
    m_thread.quit();
    m_thread.wait(QDeadlineTimer(deadline));
}

bool PostgresqlCache::post(std::move_only_function<void(CacheDatabase &)> task)
{
    if (!m_isRunning)
        return false;
    if (m_queued.fetch_add(1) >= m_maximumQueued) {
        --m_queued;
        return false;
    }
    const auto shared = std::make_shared<std::move_only_function<void(CacheDatabase &)>>(std::move(task));
    QMetaObject::invokeMethod(
        m_database,
        [this, database = m_database, shared] {
            --m_queued;
            (*shared)(*database);
        },
        Qt::QueuedConnection);
    return true;
}

template <typename T>
void PostgresqlCache::run(std::move_only_function<Result<T>(CacheDatabase &)> task, Completion<T> completion)
{
    const auto complete = onThisThread<T>(std::move(completion));
    const bool isPosted = post([task = std::move(task), complete](CacheDatabase &database) mutable { complete(task(database)); });
    if (!isPosted)
        complete(std::unexpected(tooBusy()));
}

void PostgresqlCache::get(std::vector<QByteArray> keys, Completion<std::vector<std::optional<CacheEntry>>> completion)
{
    run<std::vector<std::optional<CacheEntry>>>(
        [this, keys = std::move(keys), time = now()](CacheDatabase &database) {
            auto entries = database.get(keys, time);
            if (entries) {
                const auto hits = std::ranges::count_if(*entries, [](const auto &entry) { return entry.has_value(); });
                m_hits += hits;
                m_misses += std::ssize(*entries) - hits;
            }
            return entries;
        },
        std::move(completion));
}

void PostgresqlCache::set(std::vector<std::pair<QByteArray, QByteArray>> items, TimeToLive timeToLive,
                          Completion<void> completion)
{
    run<void>([items = std::move(items), expiresAt = expiry(timeToLive), time = now()](
                  CacheDatabase &database) { return database.set(items, expiresAt, time); },
              std::move(completion));
}

void PostgresqlCache::remove(std::vector<QByteArray> keys, Completion<qint64> completion)
{
    run<qint64>([keys = std::move(keys), time = now()](CacheDatabase &database) { return database.remove(keys, time); },
                std::move(completion));
}

void PostgresqlCache::invalidatePattern(const QByteArray &pattern, Completion<qint64> completion)
{
    run<qint64>(
        [pattern, time = now()](CacheDatabase &database) -> Result<qint64> {
            auto keys = database.keys(time);
            if (!keys)
                return std::unexpected(keys.error());
            std::erase_if(*keys, [&](const QByteArray &key) { return !globMatches(pattern, key); });
            return keys->empty() ? Result<qint64>(0) : database.remove(*keys, time);
        },
        std::move(completion));
}

void PostgresqlCache::increment(const QByteArray &key, qint64 amount, TimeToLive timeToLive,
                                Completion<qint64> completion)
{
    run<qint64>([key, amount, expiresAt = expiry(timeToLive), time = now()](
                    CacheDatabase &database) { return database.increment(key, amount, expiresAt, time); },
                std::move(completion));
}

CacheMetrics PostgresqlCache::metrics() const
{
    CacheMetrics metrics{.hits = m_hits, .misses = m_misses};
    if (!m_isRunning)
        return metrics;
    const auto counted = std::make_shared<std::promise<std::pair<qint64, qint64>>>();
    auto answer = counted->get_future();
    QMetaObject::invokeMethod(
        m_database,
        [database = m_database, counted] { counted->set_value(database->size().value_or(std::pair<qint64, qint64>())); },
        Qt::QueuedConnection);
    if (answer.wait_for(m_options.timeout) == std::future_status::ready)
        std::tie(metrics.entries, metrics.sizeBytes) = answer.get();
    return metrics;
}

void PostgresqlCache::tidy()
{
    static_cast<void>(m_database->tidy(now())); // What failed is tried again.
}

void PostgresqlCache::publish(const QByteArray &channel, const QByteArray &payload)
{
    post([frames = toFrames(m_sender, ++m_lastEvent, payload), name = notificationName(channel)](CacheDatabase &database) {
        static_cast<void>(database.notify(name, frames)); // Lost while the bus is down.
    });
}

quint64 PostgresqlCache::subscribe(const QByteArray &channel, Subscriber subscriber)
{
    const quint64 handle = m_bus.subscribe(channel, std::move(subscriber));
    // It stays listened to: few channels, each for as long as the node runs.
    post([this, channel](CacheDatabase &database) {
        const QByteArray name = notificationName(channel);
        if (m_channels.contains(name))
            return;
        m_channels.insert(name, channel);
        database.listen(name);
    });
    return handle;
}

void PostgresqlCache::received(const QByteArray &name, const QByteArray &frame)
{
    if (const auto payload = m_frames.read(name, frame))
        m_bus.publish(m_channels.value(name), *payload);
}

} // namespace hudhud
