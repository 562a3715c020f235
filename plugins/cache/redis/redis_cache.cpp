// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis_cache.h"

#include "caller_thread.h"
#include "redis_replies.h"

#include <QFileInfo>
#include <QJsonArray>

#include <algorithm>
#include <future>
#include <unordered_map>
#include <variant>

namespace hudhud {

namespace {

QByteArray timeToLiveArgument(const Cache::TimeToLive &timeToLive)
{
    return QByteArray::number(timeToLive ? qint64(std::max(timeToLive->count(), decltype(timeToLive->count())(1))) : -1);
}

Error tooMany()
{
    return Error(ErrorCode::BufferFull, QStringLiteral("cache.redis.maximum_in_flight calls wait for Redis."))
        .withClass(ErrorClass::Transient);
}

Error stopped()
{
    return Error(ErrorCode::ShuttingDown, QStringLiteral("The cache has stopped."));
}

void addInteger(qint64 &sum, const std::vector<std::size_t> &, const redisReply &reply)
{
    sum += reply.integer;
}

Result<void> checkFile(const char *key, const QString &path)
{
    if (path.isEmpty() || QFileInfo(path).isReadable())
        return {};
    return std::unexpected(Error::invalidField(QString::fromLatin1(key), QStringLiteral("cannot read %1").arg(path)));
}

/// Of all masters.
struct Contents
{
    std::size_t unanswered = 0;
    qint64 entries = 0;
    qint64 bytes = 0;
    std::promise<std::pair<qint64, qint64>> counted;
};

Result<std::vector<RedisEndpoint>> seedsOf(const QJsonArray &nodes)
{
    std::vector<RedisEndpoint> seeds;
    for (const QJsonValue &node : nodes) {
        const auto seed = parseEndpoint(node.toString());
        if (!seed)
            return std::unexpected(Error::invalidField(QStringLiteral("cluster_nodes"), QStringLiteral("\"%1\" is not host:port").arg(node.toString())));
        seeds.push_back(*seed);
    }
    return seeds;
}

/// The prefix as it is, whatever it holds.
QByteArray escapedGlob(const QByteArray &text)
{
    QByteArray escaped;
    for (const char byte : text) {
        if (QByteArrayView("*?[]\\^-").contains(byte))
            escaped += '\\';
        escaped += byte;
    }
    return escaped;
}

} // namespace

Result<void> RedisCache::configure(const QJsonObject &settings, const PluginContext &context)
{
    const auto value = [&settings](const char *key) { return settings.value(QLatin1StringView(key)); };
    const auto duration = [&value](const char *key, std::chrono::milliseconds otherwise) {
        return std::chrono::milliseconds(value(key).toInteger(otherwise.count()));
    };
    auto seeds = seedsOf(value("cluster_nodes").toArray());
    if (!seeds)
        return std::unexpected(seeds.error());
    m_options.isCluster = !seeds->empty();
    if (!m_options.isCluster)
        seeds->push_back({value("host").toString(QStringLiteral("localhost")), static_cast<quint16>(value("port").toInt(6379))});
    m_options.seeds = std::move(*seeds);
    m_options.user = value("user").toString().toUtf8();
    m_options.password = value("password").toString().toUtf8();
    m_options.isTls = value("tls").toBool();
    m_options.tlsRootCertificate = value("tls_root_certificate").toString();
    m_options.tlsCertificate = value("tls_certificate").toString();
    m_options.tlsKey = value("tls_key").toString();
    m_options.tlsServerName = value("tls_server_name").toString();
    for (const auto &[key, path] : {std::pair<const char *, QString>("tls_root_certificate", m_options.tlsRootCertificate),
                                    {"tls_certificate", m_options.tlsCertificate},
                                    {"tls_key", m_options.tlsKey}}) {
        if (auto checked = checkFile(key, path); !checked)
            return checked;
    }
    m_options.timeout = duration("command_timeout", m_options.timeout);
    m_options.reconnectDelay = duration("reconnect_delay", m_options.reconnectDelay);
    m_options.maximumReconnectDelay = duration("maximum_reconnect_delay", m_options.maximumReconnectDelay);
    m_options.mapRefreshInterval = duration("map_refresh_interval", m_options.mapRefreshInterval);
    m_options.maximumRedirects = value("maximum_redirects").toInt(m_options.maximumRedirects);
    m_prefix = value("key_prefix").toString(QStringLiteral("hudhud:")).toUtf8();
    m_maximumInFlight = value("maximum_in_flight").toInt(m_maximumInFlight);
    m_subscribers.setMaximumUndelivered(value("maximum_undelivered_events").toInt(10'000));
    if (context.clock)
        m_clock = context.clock;
    m_registry = context.metrics;
    return {};
}

Result<void> RedisCache::start()
{
    m_thread.setObjectName(QStringLiteral("cache-redis"));
    m_thread.start();
    m_router = new RedisRouter(m_options, m_registry);
    m_bus = new RedisBus(m_options, *m_router, m_subscribers, m_prefix);
    m_router->moveToThread(&m_thread);
    m_bus->moveToThread(&m_thread);
    m_isRunning = true;
    QMetaObject::invokeMethod(m_router, &RedisRouter::open, Qt::QueuedConnection);
    return {};
}

void RedisCache::stop(std::chrono::milliseconds deadline)
{
    m_subscribers.clear();
    if (!m_isRunning.exchange(false))
        return;
    // In this order, and before the thread ends: the first uses the second. Nobody hears any more of what is under way.
    m_bus->deleteLater();
    m_router->deleteLater();
    m_thread.quit();
    m_thread.wait(QDeadlineTimer(deadline));
}

bool RedisCache::reserve()
{
    if (m_inFlight.fetch_add(1) < m_maximumInFlight)
        return true;
    --m_inFlight;
    return false;
}

bool RedisCache::post(std::move_only_function<void()> task)
{
    if (!m_isRunning)
        return false;
    const auto shared = std::make_shared<std::move_only_function<void()>>(std::move(task));
    return QMetaObject::invokeMethod(m_router, [shared] { (*shared)(); }, Qt::QueuedConnection);
}

std::vector<RedisCache::Part> RedisCache::split(const RedisScript &script, std::vector<QByteArray> storedKeys) const
{
    std::vector<Part> parts;
    std::unordered_map<int, std::size_t> partOfSlot;
    for (std::size_t i = 0; i < storedKeys.size(); ++i) {
        const int slot = m_options.isCluster ? SlotMap::slotOf(storedKeys[i]) : 0;
        const auto [found, isNew] = partOfSlot.try_emplace(slot, parts.size());
        if (isNew)
            parts.push_back({.call = {.script = &script, .slot = slot, .keys = {}, .arguments = {now()}}, .positions = {}});
        Part &part = parts[found->second];
        part.call.keys.push_back(std::move(storedKeys[i]));
        part.positions.push_back(i);
    }
    return parts;
}

template <typename T>
void RedisCache::join(std::vector<Part> parts, T initial, Reader<T> reader, std::function<void(Result<T>)> done)
{
    if (parts.empty()) {
        done(std::move(initial));
        return;
    }
    struct Joined
    {
        std::size_t unanswered;
        Result<T> result;
        Reader<T> reader;
        std::function<void(Result<T>)> done;
    };
    const auto joined = std::make_shared<Joined>(Joined{parts.size(), std::move(initial), std::move(reader), std::move(done)});
    for (Part &part : parts) {
        m_router->call(std::move(part.call), [joined, positions = std::move(part.positions)](Result<const redisReply *> reply) {
            if (!reply)
                joined->result = std::unexpected(reply.error());
            else if ((*reply)->type == REDIS_REPLY_ERROR)
                joined->result = std::unexpected(refusalOf(**reply));
            else if (joined->result)
                joined->reader(*joined->result, positions, **reply);
            if (--joined->unanswered == 0)
                joined->done(std::move(joined->result));
        });
    }
}

template <typename T>
void RedisCache::run(std::vector<Part> parts, T initial, Reader<T> reader, Completion<T> completion)
{
    auto done = onThisThread<T>(std::move(completion));
    if (!reserve()) {
        done(std::unexpected(tooMany()));
        return;
    }
    const bool isPosted = post(
        [this, parts = std::move(parts), initial = std::move(initial), reader = std::move(reader), done]() mutable {
            join<T>(std::move(parts), std::move(initial), std::move(reader), [this, done](Result<T> result) {
                --m_inFlight;
                done(std::move(result));
            });
        });
    if (!isPosted) {
        --m_inFlight;
        done(std::unexpected(stopped()));
    }
}

void RedisCache::get(std::vector<QByteArray> keys, Completion<RedisEntries> completion)
{
    for (QByteArray &key : keys)
        key = stored(key);
    RedisEntries none(keys.size());
    run<RedisEntries>(
        split(redis_scripts::Get, std::move(keys)), std::move(none),
        [this](RedisEntries &entries, const std::vector<std::size_t> &positions, const redisReply &reply) {
            readEntries(entries, positions, reply);
            const auto hits = std::ranges::count_if(positions, [&](std::size_t i) { return entries[i].has_value(); });
            m_hits += hits;
            m_misses += std::ssize(positions) - hits;
        },
        std::move(completion));
}

void RedisCache::set(std::vector<std::pair<QByteArray, QByteArray>> items, TimeToLive timeToLive, Completion<void> completion)
{
    std::vector<QByteArray> keys;
    for (const auto &item : items)
        keys.push_back(stored(item.first));
    auto parts = split(redis_scripts::Set, std::move(keys));
    for (Part &part : parts) {
        part.call.arguments.push_back(timeToLiveArgument(timeToLive));
        for (const std::size_t i : part.positions)
            part.call.arguments.push_back(std::move(items[i].second));
    }
    run<std::monostate>(
        std::move(parts), {}, [](std::monostate &, const std::vector<std::size_t> &, const redisReply &) {},
        [completion = std::move(completion)](const Result<std::monostate> &result) mutable {
            completion(result ? Result<void>() : std::unexpected(result.error()));
        });
}

void RedisCache::remove(std::vector<QByteArray> keys, Completion<qint64> completion)
{
    for (QByteArray &key : keys)
        key = stored(key);
    run<qint64>(split(redis_scripts::Remove, std::move(keys)), 0, addInteger, std::move(completion));
}

void RedisCache::increment(const QByteArray &key, qint64 amount, TimeToLive timeToLive, Completion<qint64> completion)
{
    auto parts = split(redis_scripts::Increment, {stored(key)});
    auto &arguments = parts.front().call.arguments;
    arguments.insert(arguments.end(), {timeToLiveArgument(timeToLive), QByteArray::number(amount)});
    run<qint64>(
        std::move(parts), 0,
        [](qint64 &sum, const std::vector<std::size_t> &, const redisReply &reply) { sum = numberOf(reply); },
        std::move(completion));
}

void RedisCache::invalidatePattern(const QByteArray &pattern, Completion<qint64> completion)
{
    auto done = onThisThread<qint64>(std::move(completion));
    if (!reserve()) {
        done(std::unexpected(tooMany()));
        return;
    }
    const auto removal = std::make_shared<PatternRemoval>();
    removal->pattern = escapedGlob(m_prefix) + pattern;
    removal->done = [this, done](Result<qint64> result) {
        --m_inFlight;
        done(std::move(result));
    };
    const bool isPosted = post([this, removal] {
        // SCAN is not redirected: a master that is not known yet would be passed over.
        m_router->withFreshMap([this, removal](Result<std::vector<RedisEndpoint>> masters) {
            if (!masters) {
                removal->done(std::unexpected(masters.error()));
                return;
            }
            removal->masters = std::move(*masters);
            scan(removal);
        });
    });
    if (!isPosted)
        removal->done(std::unexpected(stopped()));
}

void RedisCache::scan(const std::shared_ptr<PatternRemoval> &removal)
{
    if (removal->masters.empty()) {
        removal->done(removal->count);
        return;
    }
    m_router->sendTo(removal->masters.back(), {"SCAN", removal->cursor, "MATCH", removal->pattern, "COUNT", "500"},
                     [this, removal](Result<const redisReply *> found) {
                         if (!found)
                             removal->done(std::unexpected(found.error()));
                         else if ((*found)->type != REDIS_REPLY_ARRAY || (*found)->elements != 2)
                             removal->done(std::unexpected(refusalOf(**found)));
                         else
                             removeFound(removal, **found);
                     });
}

void RedisCache::removeFound(const std::shared_ptr<PatternRemoval> &removal, const redisReply &found)
{
    removal->cursor = bytesOf(*found.element[0]);
    if (removal->cursor == "0")
        removal->masters.pop_back();
    const redisReply &names = *found.element[1];
    std::vector<QByteArray> keys;
    for (std::size_t i = 0; i < names.elements; ++i)
        keys.push_back(bytesOf(*names.element[i]));
    join<qint64>(split(redis_scripts::Remove, std::move(keys)), 0, addInteger, [this, removal](Result<qint64> removed) {
        if (!removed) {
            removal->done(std::unexpected(removed.error()));
            return;
        }
        removal->count += *removed;
        scan(removal);
    });
}

CacheMetrics RedisCache::metrics() const
{
    CacheMetrics metrics{.hits = m_hits, .misses = m_misses};
    if (!m_isRunning)
        return metrics;
    const auto contents = std::make_shared<Contents>();
    auto answer = contents->counted.get_future();
    QMetaObject::invokeMethod(m_router, [router = m_router, contents] {
        const auto answered = [contents] {
            if (--contents->unanswered == 0)
                contents->counted.set_value({contents->entries, contents->bytes});
        };
        const std::vector<RedisEndpoint> masters = router->masters();
        contents->unanswered = 2 * masters.size() + 1;
        for (const RedisEndpoint &master : masters) {
            router->sendTo(master, {"DBSIZE"}, [contents, answered](Result<const redisReply *> reply) {
                contents->entries += reply ? (*reply)->integer : 0;
                answered();
            });
            router->sendTo(master, {"INFO", "memory"}, [contents, answered](Result<const redisReply *> reply) {
                contents->bytes += reply ? informationOf(**reply, "used_memory_dataset:") : 0;
                answered();
            });
        }
        answered();
    }, Qt::QueuedConnection);
    if (answer.wait_for(m_options.timeout) == std::future_status::ready)
        std::tie(metrics.entries, metrics.sizeBytes) = answer.get();
    return metrics;
}

void RedisCache::publish(const QByteArray &channel, const QByteArray &payload)
{
    if (reserve() && !post([this, channel, payload] { m_bus->publish(channel, payload, [this] { --m_inFlight; }); }))
        --m_inFlight;
}

quint64 RedisCache::subscribe(const QByteArray &channel, Subscriber subscriber)
{
    const quint64 handle = m_subscribers.subscribe(channel, std::move(subscriber));
    post([this, channel] { m_bus->subscribe(channel); });
    return handle;
}

} // namespace hudhud
