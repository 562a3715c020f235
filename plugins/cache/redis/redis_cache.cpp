// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis_cache.h"

#include "caller_thread.h"
#include "redis_scripts.h"

#include <QFileInfo>

#include <algorithm>
#include <future>

namespace hudhud {

namespace {

using namespace std::chrono_literals;
using RedisEntries = std::vector<std::optional<CacheEntry>>;

QByteArray bytesOf(const redisReply &reply)
{
    return {reply.str, static_cast<qsizetype>(reply.len)};
}

qint64 millisecondsOf(const redisReply &reply)
{
    return bytesOf(reply).toLongLong();
}

RedisEntries entriesOf(const redisReply &reply, std::size_t count)
{
    RedisEntries entries(count);
    for (std::size_t i = 0; i < std::min(count, std::size_t(reply.elements)); ++i) {
        const redisReply &row = *reply.element[i];
        if (row.type != REDIS_REPLY_ARRAY || row.elements != 5)
            continue;
        const qint64 expires = millisecondsOf(*row.element[2]);
        entries[i] = CacheEntry{
            .value = bytesOf(*row.element[0]),
            .createdAt = Timestamp(std::chrono::milliseconds(millisecondsOf(*row.element[1]))),
            .expiresAt = expires < 0 ? Timestamp::max() : Timestamp(std::chrono::milliseconds(expires)),
            .version = bytesOf(*row.element[3]).toULongLong(),
            .hitCount = bytesOf(*row.element[4]).toUInt()};
    }
    return entries;
}

QByteArray timeToLiveArgument(const Cache::TimeToLive &timeToLive)
{
    return QByteArray::number(timeToLive ? qint64(std::max(timeToLive->count(), decltype(timeToLive->count())(1))) : -1);
}

RedisConnection::Command scriptCall(const char *script, const std::vector<QByteArray> &keys)
{
    RedisConnection::Command command{"EVAL", script, QByteArray::number(keys.size())};
    command.insert(command.end(), keys.begin(), keys.end());
    return command;
}

Error tooMany()
{
    return Error(ErrorCode::BufferFull, QStringLiteral("cache.redis.maximum_in_flight calls wait for Redis."))
        .withClass(ErrorClass::Transient);
}

Result<void> checkFile(const char *key, const QString &path)
{
    if (path.isEmpty() || QFileInfo(path).isReadable())
        return {};
    return std::unexpected(Error::invalidField(QString::fromLatin1(key), QStringLiteral("cannot read %1").arg(path)));
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
    m_options.host = value("host").toString(QStringLiteral("localhost"));
    m_options.port = static_cast<quint16>(value("port").toInt(m_options.port));
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
    m_prefix = value("key_prefix").toString(QStringLiteral("hudhud:")).toUtf8();
    m_maximumInFlight = value("maximum_in_flight").toInt(m_maximumInFlight);
    m_bus.setMaximumUndelivered(value("maximum_undelivered_events").toInt(10'000));
    if (context.clock)
        m_clock = context.clock;
    return {};
}

Result<void> RedisCache::start()
{
    m_thread.setObjectName(QStringLiteral("cache-redis"));
    m_thread.start();
    m_commands = new RedisConnection(m_options);
    m_listening = new RedisConnection(m_options);
    m_commands->moveToThread(&m_thread);
    m_listening->moveToThread(&m_thread);
    QObject::connect(m_listening, &RedisConnection::pushed, m_listening,
                     [this](const redisReply *reply) { received(*reply); });
    QObject::connect(m_listening, &RedisConnection::ready, m_listening, [this, bus = m_listening] {
        m_unconfirmed = int(m_channels.size());
        for (const QByteArray &channel : std::as_const(m_channels))
            bus->sendUnanswered({"SUBSCRIBE", stored(channel)});
    });
    QObject::connect(m_listening, &RedisConnection::lost, m_listening, [this] {
        m_unconfirmed = 0;
        sendHeld();
    });
    m_isRunning = true;
    for (RedisConnection *connection : {m_commands, m_listening})
        QMetaObject::invokeMethod(connection, &RedisConnection::open, Qt::QueuedConnection);
    return {};
}

void RedisCache::stop(std::chrono::milliseconds deadline)
{
    m_bus.clear();
    if (!m_isRunning.exchange(false))
        return;
    // In this order, and before the thread ends: the first uses the second. Nobody hears any more of what is under way.
    m_listening->deleteLater();
    m_commands->deleteLater();
    m_thread.quit();
    m_thread.wait(QDeadlineTimer(deadline));
}

bool RedisCache::post(std::move_only_function<void()> task)
{
    if (!m_isRunning)
        return false;
    const auto shared = std::make_shared<std::move_only_function<void()>>(std::move(task));
    return QMetaObject::invokeMethod(m_commands, [shared] { (*shared)(); }, Qt::QueuedConnection);
}

template <typename T> void RedisCache::run(Command command, Reader<T> reader, Completion<T> completion)
{
    auto done = onThisThread<T>(std::move(completion));
    if (m_inFlight.fetch_add(1) >= m_maximumInFlight) {
        --m_inFlight;
        done(std::unexpected(tooMany()));
        return;
    }
    const bool isPosted = post([this, connection = m_commands, command = std::move(command), reader = std::move(reader), done]() mutable {
        connection->send(command, [this, reader = std::move(reader), done](Result<const redisReply *> reply) mutable {
            --m_inFlight;
            if (!reply)
                done(std::unexpected(reply.error()));
            else if ((*reply)->type == REDIS_REPLY_ERROR)
                done(std::unexpected(Error(ErrorCode::Internal, QStringLiteral("Redis: %1").arg(QString::fromUtf8(bytesOf(**reply))))));
            else
                done(reader(**reply));
        });
    });
    if (!isPosted) {
        --m_inFlight;
        done(std::unexpected(Error(ErrorCode::ShuttingDown, QStringLiteral("The cache has stopped."))));
    }
}

void RedisCache::get(std::vector<QByteArray> keys, Completion<RedisEntries> completion)
{
    for (QByteArray &key : keys)
        key = stored(key);
    Command command = scriptCall(redis_scripts::Get, keys);
    command.push_back(now());
    run<RedisEntries>(
        std::move(command),
        [this, count = keys.size()](const redisReply &reply) -> Result<RedisEntries> {
            RedisEntries entries = entriesOf(reply, count);
            const auto hits = std::ranges::count_if(entries, [](const auto &entry) { return entry.has_value(); });
            m_hits += hits;
            m_misses += std::ssize(entries) - hits;
            return entries;
        },
        std::move(completion));
}

void RedisCache::set(std::vector<std::pair<QByteArray, QByteArray>> items, TimeToLive timeToLive, Completion<void> completion)
{
    std::vector<QByteArray> keys;
    for (const auto &item : items)
        keys.push_back(stored(item.first));
    Command command = scriptCall(redis_scripts::Set, keys);
    command.push_back(now());
    command.push_back(timeToLiveArgument(timeToLive));
    for (auto &item : items)
        command.push_back(std::move(item.second));
    run<void>(std::move(command), [](const redisReply &) { return Result<void>(); }, std::move(completion));
}

void RedisCache::remove(std::vector<QByteArray> keys, Completion<qint64> completion)
{
    for (QByteArray &key : keys)
        key = stored(key);
    Command command = scriptCall(redis_scripts::Remove, keys);
    command.push_back(now());
    run<qint64>(std::move(command), [](const redisReply &reply) { return Result<qint64>(reply.integer); }, std::move(completion));
}

void RedisCache::invalidatePattern(const QByteArray &pattern, Completion<qint64> completion)
{
    auto done = onThisThread<qint64>(std::move(completion));
    if (m_inFlight.fetch_add(1) >= m_maximumInFlight) {
        --m_inFlight;
        done(std::unexpected(tooMany()));
        return;
    }
    scan(escapedGlob(m_prefix) + pattern, "0", 0, [this, done](Result<qint64> result) {
        --m_inFlight;
        done(std::move(result));
    });
}

void RedisCache::scan(const QByteArray &pattern, const QByteArray &cursor, qint64 count, std::function<void(Result<qint64>)> done)
{
    const bool isPosted = post([this, connection = m_commands, pattern, cursor, count, done] {
        connection->send({"SCAN", cursor, "MATCH", pattern, "COUNT", "500"}, [this, connection, pattern, count, done](Result<const redisReply *> found) {
            if (!found || (*found)->type != REDIS_REPLY_ARRAY || (*found)->elements != 2) {
                done(std::unexpected(found ? Error(ErrorCode::Internal, QStringLiteral("Redis refuses SCAN.")) : found.error()));
                return;
            }
            const QByteArray next = bytesOf(*(*found)->element[0]);
            const redisReply &names = *(*found)->element[1];
            std::vector<QByteArray> keys;
            for (std::size_t i = 0; i < names.elements; ++i)
                keys.push_back(bytesOf(*names.element[i]));
            Command command = scriptCall(redis_scripts::Remove, keys);
            command.push_back(now());
            connection->send(command, [this, pattern, next, count, done](Result<const redisReply *> removed) {
                if (!removed || (*removed)->type != REDIS_REPLY_INTEGER)
                    done(std::unexpected(removed ? Error(ErrorCode::Internal, QStringLiteral("Redis refuses to remove.")) : removed.error()));
                else if (const qint64 sum = count + (*removed)->integer; next == "0")
                    done(sum);
                else
                    scan(pattern, next, sum, done);
            });
        });
    });
    if (!isPosted)
        done(std::unexpected(Error(ErrorCode::ShuttingDown, QStringLiteral("The cache has stopped."))));
}

void RedisCache::increment(const QByteArray &key, qint64 amount, TimeToLive timeToLive, Completion<qint64> completion)
{
    Command command = scriptCall(redis_scripts::Increment, {stored(key)});
    command.insert(command.end(), {now(), timeToLiveArgument(timeToLive), QByteArray::number(amount)});
    run<qint64>(std::move(command), [](const redisReply &reply) { return Result<qint64>(millisecondsOf(reply)); }, std::move(completion));
}

CacheMetrics RedisCache::metrics() const
{
    CacheMetrics metrics{.hits = m_hits, .misses = m_misses};
    if (!m_isRunning)
        return metrics;
    const auto counted = std::make_shared<std::promise<std::pair<qint64, qint64>>>();
    auto answer = counted->get_future();
    QMetaObject::invokeMethod(m_commands, [connection = m_commands, counted] {
        const auto entries = std::make_shared<qint64>(0);
        connection->send({"DBSIZE"}, [entries](Result<const redisReply *> reply) { *entries = reply ? (*reply)->integer : 0; });
        connection->send({"INFO", "memory"}, [entries, counted](Result<const redisReply *> reply) {
            const QByteArray text = reply ? bytesOf(**reply) : QByteArray();
            const qsizetype at = text.indexOf("used_memory_dataset:");
            counted->set_value({*entries, at < 0 ? 0 : text.mid(at + 20, text.indexOf('\r', at) - at - 20).toLongLong()});
        });
    }, Qt::QueuedConnection);
    if (answer.wait_for(m_options.timeout) == std::future_status::ready)
        std::tie(metrics.entries, metrics.sizeBytes) = answer.get();
    return metrics;
}

void RedisCache::publish(const QByteArray &channel, const QByteArray &payload)
{
    if (m_inFlight.fetch_add(1) >= m_maximumInFlight || !post([this, command = Command{"PUBLISH", stored(channel), payload}] {
            m_held.push_back(command);
            if (m_unconfirmed == 0)
                sendHeld();
        }))
        --m_inFlight;
}

void RedisCache::sendHeld()
{
    for (const Command &command : std::exchange(m_held, {}))
        m_commands->send(command, [this](const Result<const redisReply *> &) { --m_inFlight; });
}

quint64 RedisCache::subscribe(const QByteArray &channel, Subscriber subscriber)
{
    const quint64 handle = m_bus.subscribe(channel, std::move(subscriber));
    // It stays subscribed: few channels, each for as long as the node runs.
    post([this, bus = m_listening, channel] {
        if (m_channels.contains(channel))
            return;
        m_channels.insert(channel);
        if (!bus->isReady())
            return;
        ++m_unconfirmed;
        bus->sendUnanswered({"SUBSCRIBE", stored(channel)});
    });
    return handle;
}

void RedisCache::received(const redisReply &reply)
{
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 3)
        return;
    const QByteArray kind = bytesOf(*reply.element[0]);
    if (kind == "message")
        m_bus.publish(bytesOf(*reply.element[1]).mid(m_prefix.size()), bytesOf(*reply.element[2]));
    else if (kind == "subscribe" && m_unconfirmed > 0 && --m_unconfirmed == 0)
        sendHeld();
}

} // namespace hudhud
