// SPDX-License-Identifier: GPL-3.0-or-later
#include "redis_replies.h"

#include <algorithm>

#include <hiredis/hiredis.h>

namespace hudhud {

QByteArray bytesOf(const redisReply &reply)
{
    return {reply.str, static_cast<qsizetype>(reply.len)};
}

qint64 numberOf(const redisReply &reply)
{
    return bytesOf(reply).toLongLong();
}

void readEntries(RedisEntries &entries, const std::vector<std::size_t> &positions, const redisReply &reply)
{
    for (std::size_t i = 0; i < std::min(positions.size(), std::size_t(reply.elements)); ++i) {
        const redisReply &row = *reply.element[i];
        if (row.type != REDIS_REPLY_ARRAY || row.elements != 5)
            continue;
        const qint64 expires = numberOf(*row.element[2]);
        entries[positions[i]] = CacheEntry{
            .value = bytesOf(*row.element[0]),
            .createdAt = Timestamp(std::chrono::milliseconds(numberOf(*row.element[1]))),
            .expiresAt = expires < 0 ? Timestamp::max() : Timestamp(std::chrono::milliseconds(expires)),
            .version = bytesOf(*row.element[3]).toULongLong(),
            .hitCount = bytesOf(*row.element[4]).toUInt()};
    }
}

qint64 informationOf(const redisReply &reply, QByteArrayView field)
{
    const QByteArray text = bytesOf(reply);
    const qsizetype at = text.indexOf(field);
    const qsizetype from = at + field.size();
    return at < 0 ? 0 : text.mid(from, text.indexOf('\r', at) - from).toLongLong();
}

Error refusalOf(const redisReply &reply)
{
    return Error(ErrorCode::Internal, QStringLiteral("Redis: %1").arg(QString::fromUtf8(bytesOf(reply))));
}

} // namespace hudhud
