// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis_bus.h"

#include "redis_replies.h"

#include <algorithm>

namespace hudhud {

RedisBus::RedisBus(const RedisOptions &options, RedisRouter &router, LocalEventBus &subscribers, const QByteArray &prefix)
    : m_options(options)
    , m_router(router)
    , m_subscribers(subscribers)
    , m_prefix(prefix)
    , m_aliveTimer(this)
{
    connect(&m_aliveTimer, &QTimer::timeout, this, &RedisBus::checkAlive);
    connect(&m_router, &RedisRouter::mastersChanged, this, &RedisBus::followMasters);
}

void RedisBus::followMasters()
{
    if (!m_connection)
        open();
    else if (std::ranges::find(m_router.masters(), m_connection->endpoint()) == m_router.masters().end())
        m_connection->fail({ErrorCode::ConnectionLost, QStringLiteral("The node of the bus is no master any more.")});
}

void RedisBus::open()
{
    m_connection = new RedisConnection(m_options, m_router.another({}));
    m_connection->setParent(this);
    connect(m_connection, &RedisConnection::pushed, this, [this](const redisReply *reply) { received(*reply); });
    connect(m_connection, &RedisConnection::ready, this, [this] {
        m_isAlive = true;
        m_unconfirmed = int(m_channels.size());
        for (const QByteArray &channel : std::as_const(m_channels))
            m_connection->sendUnanswered({"SUBSCRIBE", m_prefix + channel});
    });
    connect(m_connection, &RedisConnection::lost, this, [this] {
        m_connection->setEndpoint(m_router.another(m_connection->endpoint()));
        m_unconfirmed = 0;
        sendHeld();
    });
    m_connection->open();
    m_aliveTimer.start(m_options.timeout);
}

void RedisBus::checkAlive()
{
    if (!m_connection->isReady())
        return;
    if (!std::exchange(m_isAlive, false))
        m_connection->fail({ErrorCode::Timeout, QStringLiteral("Redis did not answer within command_timeout.")});
    else
        m_connection->sendUnanswered({"PING"});
}

void RedisBus::subscribe(const QByteArray &channel)
{
    if (m_channels.contains(channel))
        return;
    m_channels.insert(channel);
    if (!m_connection || !m_connection->isReady())
        return;
    ++m_unconfirmed;
    m_connection->sendUnanswered({"SUBSCRIBE", m_prefix + channel});
}

void RedisBus::publish(const QByteArray &channel, const QByteArray &payload, std::function<void()> sent)
{
    m_held.push_back({m_prefix + channel, payload, std::move(sent)});
    if (m_unconfirmed == 0)
        sendHeld();
}

void RedisBus::sendHeld()
{
    for (const Event &event : std::exchange(m_held, {}))
        m_router.publish(event.channel, {"PUBLISH", event.channel, event.payload},
                         [sent = event.sent](const Result<const redisReply *> &) { sent(); });
}

void RedisBus::received(const redisReply &reply)
{
    m_isAlive = true;
    if (reply.type != REDIS_REPLY_ARRAY || reply.elements != 3)
        return;
    const QByteArray kind = bytesOf(*reply.element[0]);
    if (kind == "message")
        m_subscribers.publish(bytesOf(*reply.element[1]).mid(m_prefix.size()), bytesOf(*reply.element[2]));
    else if (kind == "subscribe" && m_unconfirmed > 0 && --m_unconfirmed == 0)
        sendHeld();
}

} // namespace hudhud
