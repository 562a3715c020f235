// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "local_event_bus.h"
#include "redis_router.h"

#include <QSet>

namespace hudhud {

/// Publish and subscribe between nodes. A cluster sends what is published on one of its nodes to all of them, so one
/// connection to any node hears everything; it moves when its node is lost or is no master any more. Thread: the router's.
class RedisBus : public QObject
{
    Q_OBJECT

public:
    /// All of them outlive it. Events that arrive go to `subscribers`, without `prefix` before the channel.
    RedisBus(const RedisOptions &options, RedisRouter &router, LocalEventBus &subscribers, const QByteArray &prefix);

    /// It stays subscribed: few channels, each for as long as the node runs.
    void subscribe(const QByteArray &channel);
    /// After the subscriptions that were made before, so that a subscriber gets what follows it. `sent` is called once.
    void publish(const QByteArray &channel, const QByteArray &payload, std::function<void()> sent);

private:
    struct Event
    {
        QByteArray channel;
        QByteArray payload;
        std::function<void()> sent;
    };

    void followMasters();
    void open();
    void received(const redisReply &reply);
    void checkAlive();
    void sendHeld();

    const RedisOptions &m_options;
    RedisRouter &m_router;
    LocalEventBus &m_subscribers;
    const QByteArray m_prefix;
    RedisConnection *m_connection = nullptr; ///< From the time when the masters are known.
    QTimer m_aliveTimer;
    QSet<QByteArray> m_channels;
    std::vector<Event> m_held;
    int m_unconfirmed = 0; ///< Subscriptions that the server has not confirmed yet.
    bool m_isAlive = false; ///< Something came since the last PING.
};

} // namespace hudhud
