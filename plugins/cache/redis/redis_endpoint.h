// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHashFunctions>
#include <QString>

#include <optional>

namespace hudhud {

/// Where a Redis server listens.
struct RedisEndpoint
{
    QString host;
    quint16 port = 0;

    friend bool operator==(const RedisEndpoint &, const RedisEndpoint &) = default;
    friend size_t qHash(const RedisEndpoint &endpoint, size_t seed = 0)
    {
        return qHashMulti(seed, endpoint.host, endpoint.port);
    }
};

/// "host:port"; the host of an IPv6 address may stand in brackets. Without a host it is `otherwise`, as the Redis Cluster
/// specification has it for a node that does not know its own address.
std::optional<RedisEndpoint> parseEndpoint(QStringView text, const QString &otherwise = {});

} // namespace hudhud
