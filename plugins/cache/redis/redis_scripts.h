// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QCryptographicHash>

#include <vector>

namespace hudhud {

/// A Lua script with the name under which a server keeps it (EVALSHA).
struct RedisScript
{
    explicit RedisScript(const char *lua)
        : text(lua)
        , name(QCryptographicHash::hash(text, QCryptographicHash::Sha1).toHex())
    {
    }

    QByteArray text;
    QByteArray name;
};

/// A script with what it is called for. In a cluster all its keys are of one slot.
struct RedisScriptCall
{
    const RedisScript *script = nullptr;
    int slot = 0;
    std::vector<QByteArray> keys;
    std::vector<QByteArray> arguments;
};

namespace redis_scripts {

// An entry is a hash: v value, c created, e expires (-1: never), n version, h hits. Times are those of the nodes' clock;
// Redis' own expiry only clears what is over. Versions are microseconds of the server, so that removal does not reset them.

/// KEYS; ARGV: now.
inline const RedisScript Get(R"(local r = {}
for i, k in ipairs(KEYS) do
  local d = redis.call('HMGET', k, 'v', 'c', 'e', 'n')
  if d[1] and (d[3] == '-1' or tonumber(d[3]) > tonumber(ARGV[1])) then
    d[5] = tostring(redis.call('HINCRBY', k, 'h', 1))
    r[i] = d
  else r[i] = false end
end
return r)");

/// KEYS; ARGV: now, time to live (-1: none), values.
inline const RedisScript Set(R"(local t = redis.call('TIME')
local time = t[1] * 1000000 + t[2]
local e = '-1'
if ARGV[2] ~= '-1' then e = string.format('%.0f', ARGV[1] + ARGV[2]) end
for i, k in ipairs(KEYS) do
  local n = math.max(time, (tonumber(redis.call('HGET', k, 'n') or '0')) + 1)
  redis.call('HSET', k, 'v', ARGV[i + 2], 'c', ARGV[1], 'e', e, 'n', string.format('%.0f', n), 'h', '0')
  if e == '-1' then redis.call('PERSIST', k) else redis.call('PEXPIRE', k, ARGV[2]) end
end
return 'OK')");

/// KEYS; ARGV: now.
inline const RedisScript Remove(R"(local count = 0
for _, k in ipairs(KEYS) do
  local e = redis.call('HGET', k, 'e')
  if e and (e == '-1' or tonumber(e) > tonumber(ARGV[1])) then count = count + 1 end
  redis.call('DEL', k)
end
return count)");

/// KEYS: one; ARGV: now, time to live (-1: none), amount.
inline const RedisScript Increment(R"(local k = KEYS[1]
local e = redis.call('HGET', k, 'e')
if e and e ~= '-1' and tonumber(e) <= tonumber(ARGV[1]) then redis.call('DEL', k) e = false end
local sum = redis.pcall('HINCRBY', k, 'v', ARGV[3])
if type(sum) == 'table' then return sum end
local t = redis.call('TIME')
local n = math.max(t[1] * 1000000 + t[2], (tonumber(redis.call('HGET', k, 'n') or '0')) + 1)
redis.call('HSET', k, 'n', string.format('%.0f', n))
if not e then
  e = '-1'
  if ARGV[2] ~= '-1' then e = string.format('%.0f', ARGV[1] + ARGV[2]) redis.call('PEXPIRE', k, ARGV[2]) end
  redis.call('HSET', k, 'c', ARGV[1], 'e', e, 'h', '0')
end
return redis.call('HGET', k, 'v'))");

} // namespace redis_scripts

} // namespace hudhud
