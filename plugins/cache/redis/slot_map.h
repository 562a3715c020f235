// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "redis_endpoint.h"

#include <QByteArray>

#include <array>
#include <vector>

struct redisReply;

namespace hudhud {

/// Which master holds each hash slot (https://redis.io/docs/reference/cluster-spec/, "Key distribution model").
class SlotMap
{
public:
    static constexpr int SlotCount = 16'384;

    /// CRC16/XMODEM of the key modulo 16384, or of its hash tag if it has one.
    static int slotOf(QByteArrayView key);
    /// All slots at one server.
    static SlotMap ofOneServer(const RedisEndpoint &endpoint);
    /// From the reply to CLUSTER SLOTS; a node without an address is the one that was asked. Nothing if it is something else.
    static std::optional<SlotMap> fromReply(const redisReply &reply, const QString &askedHost);

    SlotMap() { m_holders.fill(Nobody); }
    const std::vector<RedisEndpoint> &masters() const { return m_masters; }
    /// Nothing for a slot that nobody holds, as far as is known.
    std::optional<RedisEndpoint> master(int slot) const;
    void move(int slot, const RedisEndpoint &master);

private:
    static constexpr quint16 Nobody = 0xFFFF;

    quint16 indexOf(const RedisEndpoint &master);

    std::array<quint16, SlotCount> m_holders;
    std::vector<RedisEndpoint> m_masters;
};

} // namespace hudhud
