// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis_router.h"

#include "redis_replies.h"

#include <QRandomGenerator>

#include <algorithm>

namespace hudhud {

RedisRouter::RedisRouter(const RedisOptions &options, MetricsRegistry *metrics)
    : m_options(options)
    , m_refreshTimer(this)
{
    m_refreshTimer.setSingleShot(true);
    connect(&m_refreshTimer, &QTimer::timeout, this, &RedisRouter::refresh);
    if (metrics) {
        m_redirects = &metrics->counter("hudhud_cache_redis_redirects_total",
                                        "Calls that Redis sent elsewhere or asked to come again.");
        m_refreshes = &metrics->counter("hudhud_cache_redis_map_refreshes_total", "Times the slot map was asked for.");
    }
}

void RedisRouter::open()
{
    if (m_options.isCluster) {
        refresh();
        return;
    }
    m_map = SlotMap::ofOneServer(m_options.seeds.front());
    connectionTo(m_options.seeds.front());
    Q_EMIT mastersChanged();
}

void RedisRouter::call(RedisScriptCall call, Answer answer)
{
    dispatch(std::make_shared<Routed>(Routed{.call = std::move(call), .answer = std::move(answer)}));
}

void RedisRouter::dispatch(const RoutedPointer &routed)
{
    if (const auto master = m_map.master(routed->call.slot)) {
        dispatchTo(connectionTo(*master), routed, false);
        return;
    }
    scheduleRefresh();
    routed->answer(std::unexpected(m_mapError));
}

void RedisRouter::dispatchTo(RedisConnection &connection, const RoutedPointer &routed, bool isAsking)
{
    connection.call(routed->call, isAsking, [this, &connection, routed, isAsking](Result<const redisReply *> reply) {
        if (reply && (*reply)->type == REDIS_REPLY_ERROR) {
            const RedisRedirect redirect = parseRedirect(bytesOf(**reply), connection.endpoint().host);
            const bool isElsewhere = redirect.kind == RedisRedirect::Kind::Moved || redirect.kind == RedisRedirect::Kind::Ask;
            if (redirect.kind != RedisRedirect::Kind::None && (m_options.isCluster || !isElsewhere)) {
                follow(redirect, connection, routed, isAsking, **reply);
                return;
            }
        }
        routed->answer(reply);
    });
}

void RedisRouter::follow(const RedisRedirect &redirect, RedisConnection &connection, const RoutedPointer &routed,
                         bool wasAsking, const redisReply &reply)
{
    if (redirect.kind == RedisRedirect::Kind::Moved) {
        m_map.move(redirect.slot, redirect.endpoint);
        scheduleRefresh();
    }
    if (++routed->redirects > m_options.maximumRedirects) {
        routed->answer(std::unexpected(
            Error(ErrorCode::ConnectionLost,
                  QStringLiteral("Redis did not come to rest within cache.redis.maximum_redirects: %1")
                      .arg(QString::fromUtf8(bytesOf(reply))))));
        return;
    }
    if (m_redirects)
        m_redirects->add();
    switch (redirect.kind) {
    case RedisRedirect::Kind::Moved:
        dispatchTo(connectionTo(redirect.endpoint), routed, false);
        break;
    case RedisRedirect::Kind::Ask:
        dispatchTo(connectionTo(redirect.endpoint), routed, true);
        break;
    case RedisRedirect::Kind::NoScript:
        connection.forget(routed->call.script);
        dispatchTo(connection, routed, wasAsking);
        break;
    case RedisRedirect::Kind::Later:
        scheduleRefresh();
        QTimer::singleShot(m_options.reconnectDelay * routed->redirects, this, [this, routed] { dispatch(routed); });
        break;
    case RedisRedirect::Kind::None:
        break;
    }
}

void RedisRouter::publish(const QByteArray &channel, const Command &command, Answer answer)
{
    const auto isReady = [](const RedisConnection *connection) { return connection && connection->isReady(); };
    const auto master = m_map.master(SlotMap::slotOf(channel));
    RedisConnection *connection = master ? m_connections.value(*master) : nullptr;
    if (!isReady(connection)) {
        const auto found = std::ranges::find_if(m_connections, isReady);
        if (found == m_connections.end()) {
            answer(std::unexpected(m_mapError));
            return;
        }
        connection = *found;
    }
    connection->send(command, std::move(answer));
}

RedisEndpoint RedisRouter::another(const RedisEndpoint &than) const
{
    std::vector<RedisEndpoint> others = masters().empty() ? m_options.seeds : masters();
    if (others.size() > 1)
        std::erase(others, than);
    return others[QRandomGenerator::global()->bounded(quint32(others.size()))];
}

RedisConnection &RedisRouter::connectionTo(const RedisEndpoint &endpoint)
{
    RedisConnection *&connection = m_connections[endpoint];
    if (!connection) {
        connection = new RedisConnection(m_options, endpoint);
        connection->setParent(this);
        connect(connection, &RedisConnection::lost, this, &RedisRouter::scheduleRefresh);
        connection->open();
    }
    return *connection;
}

void RedisRouter::withFreshMap(FreshMapTask task)
{
    if (!m_options.isCluster) {
        task(masters());
        return;
    }
    m_waitingForMap.push_back(std::move(task));
    if (!m_isRefreshing)
        refresh();
}

void RedisRouter::scheduleRefresh()
{
    if (!m_options.isCluster || m_isRefreshing || m_refreshTimer.isActive())
        return;
    const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - m_lastRefresh);
    m_refreshTimer.start(std::max(m_options.mapRefreshInterval - since, std::chrono::milliseconds(0)));
}

void RedisRouter::refresh()
{
    m_refreshTimer.stop();
    m_isRefreshing = true;
    m_lastRefresh = std::chrono::steady_clock::now();
    if (m_refreshes)
        m_refreshes->add();
    RedisConnection &asked = nextToAsk();
    asked.send({"CLUSTER", "SLOTS"}, [this, host = asked.endpoint().host](Result<const redisReply *> reply) {
        refreshed(host, reply);
    });
}

RedisConnection &RedisRouter::nextToAsk()
{
    std::vector<RedisEndpoint> candidates;
    for (const RedisConnection *connection : std::as_const(m_connections)) {
        if (connection->isReady())
            candidates.push_back(connection->endpoint());
    }
    if (candidates.empty()) {
        candidates = m_options.seeds;
        candidates.insert(candidates.end(), masters().begin(), masters().end());
    }
    return connectionTo(candidates[m_nextToAsk++ % candidates.size()]);
}

void RedisRouter::refreshed(const QString &askedHost, const Result<const redisReply *> &reply)
{
    m_isRefreshing = false;
    auto map = reply ? SlotMap::fromReply(**reply, askedHost) : std::nullopt;
    const bool isKnown = map && !map->masters().empty();
    if (isKnown) {
        m_mapError = Error(ErrorCode::ConnectionLost, QStringLiteral("No master of the Redis Cluster holds the slot."));
        adopt(std::move(*map));
    } else if (!reply) {
        m_mapError = reply.error();
    } else if ((*reply)->type == REDIS_REPLY_ERROR) {
        m_mapError = Error(ErrorCode::ConnectionLost,
                           QStringLiteral("Redis does not tell its slots: %1").arg(QString::fromUtf8(bytesOf(**reply))));
    }
    for (const FreshMapTask &task : std::exchange(m_waitingForMap, {}))
        isKnown ? task(masters()) : task(std::unexpected(m_mapError));
    // Until a replica has taken the place of a lost master, the map is what it was.
    const auto isReady = [this](const RedisEndpoint &master) { return connectionTo(master).isReady(); };
    if (!isKnown || !std::ranges::all_of(masters(), isReady))
        scheduleRefresh();
}

void RedisRouter::adopt(SlotMap map)
{
    const std::vector<RedisEndpoint> before = masters();
    m_map = std::move(map);
    for (const RedisEndpoint &master : masters())
        connectionTo(master);
    for (auto it = m_connections.begin(); it != m_connections.end();) {
        RedisConnection *connection = *it;
        if (std::ranges::find(masters(), it.key()) != masters().end() || !connection->isIdle()) {
            ++it;
            continue;
        }
        connection->disconnect(this);
        connection->deleteLater();
        it = m_connections.erase(it);
    }
    if (!std::ranges::is_permutation(before, masters()))
        Q_EMIT mastersChanged();
}

} // namespace hudhud
