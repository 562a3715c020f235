// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "redis_connection.h"
#include "redis_redirect.h"
#include "slot_map.h"

#include "plugin-api/metrics.h"

#include <QHash>

namespace hudhud {

/// Sends each call to the master that holds its keys: one connection to each master of a Redis Cluster, or to the one server,
/// which holds all slots. Follows redirects (https://redis.io/docs/reference/cluster-spec/), and asks for the slot map again
/// when a master is lost or a slot has moved. Thread: one that runs an event loop.
class RedisRouter : public QObject
{
    Q_OBJECT

public:
    using Command = RedisConnection::Command;
    using Answer = RedisConnection::Answer;
    using FreshMapTask = std::function<void(Result<std::vector<RedisEndpoint>>)>;

    /// `options` and `metrics` (may be missing) outlive it.
    RedisRouter(const RedisOptions &options, MetricsRegistry *metrics);

    void open();
    /// Errors: those of a connection, and Transient ones where a cluster does not come to rest within maximumRedirects.
    /// An error of the script itself is a reply.
    void call(RedisScriptCall call, Answer answer);
    /// To one of the masters, which is the same for the same channel while it is there.
    void publish(const QByteArray &channel, const Command &command, Answer answer);
    void sendTo(const RedisEndpoint &master, const Command &command, Answer answer)
    {
        connectionTo(master).send(command, std::move(answer));
    }
    const std::vector<RedisEndpoint> &masters() const { return m_map.masters(); }
    /// Asks for the slot map and calls back with its masters, or with why there is none.
    void withFreshMap(FreshMapTask task);
    /// By chance, but not `than` while there is another.
    RedisEndpoint another(const RedisEndpoint &than) const;

Q_SIGNALS:
    /// Masters came or went.
    void mastersChanged();

private:
    struct Routed
    {
        RedisScriptCall call;
        Answer answer;
        int redirects = 0;
    };
    using RoutedPointer = std::shared_ptr<Routed>;

    RedisConnection &connectionTo(const RedisEndpoint &endpoint);
    void dispatch(const RoutedPointer &routed);
    void dispatchTo(RedisConnection &connection, const RoutedPointer &routed, bool isAsking);
    void follow(const RedisRedirect &redirect, RedisConnection &connection, const RoutedPointer &routed, bool wasAsking,
                const redisReply &reply);
    void scheduleRefresh();
    void refresh();
    void refreshed(const QString &askedHost, const Result<const redisReply *> &reply);
    void adopt(SlotMap map);
    RedisConnection &nextToAsk();

    const RedisOptions &m_options;
    SlotMap m_map;
    QHash<RedisEndpoint, RedisConnection *> m_connections;
    QTimer m_refreshTimer;
    std::chrono::steady_clock::time_point m_lastRefresh{};
    std::size_t m_nextToAsk = 0;
    bool m_isRefreshing = false;
    std::vector<FreshMapTask> m_waitingForMap;
    Error m_mapError{ErrorCode::ConnectionLost, QStringLiteral("Redis is not connected.")}; ///< Why there is no master.
    Counter *m_redirects = nullptr;
    Counter *m_refreshes = nullptr;
};

} // namespace hudhud
