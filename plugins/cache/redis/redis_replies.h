// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/cache.h"

struct redisReply;

namespace hudhud {

using RedisEntries = std::vector<std::optional<CacheEntry>>;

/// The bytes of a string, a status or an error.
QByteArray bytesOf(const redisReply &reply);
/// A string that is a number.
qint64 numberOf(const redisReply &reply);
/// What the script Get returned goes to these positions.
void readEntries(RedisEntries &entries, const std::vector<std::size_t> &positions, const redisReply &reply);
/// The number that an INFO gives after `field`; 0 if it does not.
qint64 informationOf(const redisReply &reply, QByteArrayView field);
/// An error reply, which no later attempt would mend.
Error refusalOf(const redisReply &reply);

} // namespace hudhud
