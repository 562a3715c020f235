// SPDX-License-Identifier: GPL-3.0-or-later
#include "slot_map.h"

#include <algorithm>

#include <hiredis/hiredis.h>

namespace hudhud {

namespace {

/// CRC16/XMODEM: polynomial 0x1021, starts with 0, nothing reflected.
constexpr std::array<quint16, 256> crcTable()
{
    std::array<quint16, 256> table{};
    for (unsigned byte = 0; byte < table.size(); ++byte) {
        unsigned crc = byte << 8;
        for (int bit = 0; bit < 8; ++bit)
            crc = (crc & 0x8000u) ? (crc << 1) ^ 0x1021u : crc << 1;
        table[byte] = static_cast<quint16>(crc);
    }
    return table;
}

quint16 crc16(QByteArrayView bytes)
{
    static constexpr auto table = crcTable();
    unsigned crc = 0;
    for (const char byte : bytes)
        crc = ((crc << 8) ^ table[((crc >> 8) ^ static_cast<unsigned char>(byte)) & 0xFFu]) & 0xFFFFu;
    return static_cast<quint16>(crc);
}

bool isInteger(const redisReply &reply, long long from, long long to)
{
    return reply.type == REDIS_REPLY_INTEGER && reply.integer >= from && reply.integer <= to;
}

/// A row is: first slot, last slot, master, replicas; a node is: address, port, name.
std::optional<RedisEndpoint> masterOf(const redisReply &row, const QString &askedHost)
{
    if (row.type != REDIS_REPLY_ARRAY || row.elements < 3 || !isInteger(*row.element[0], 0, SlotMap::SlotCount - 1)
        || !isInteger(*row.element[1], row.element[0]->integer, SlotMap::SlotCount - 1))
        return std::nullopt;
    const redisReply &node = *row.element[2];
    if (node.type != REDIS_REPLY_ARRAY || node.elements < 2 || !isInteger(*node.element[1], 1, 65'535))
        return std::nullopt;
    const redisReply &address = *node.element[0];
    const bool hasAddress = address.type == REDIS_REPLY_STRING && address.len > 0;
    return RedisEndpoint{hasAddress ? QString::fromUtf8(address.str, static_cast<qsizetype>(address.len)) : askedHost,
                         static_cast<quint16>(node.element[1]->integer)};
}

} // namespace

std::optional<RedisEndpoint> parseEndpoint(QStringView text, const QString &otherwise)
{
    const qsizetype colon = text.lastIndexOf(u':');
    if (colon < 0)
        return std::nullopt;
    bool isNumber = false;
    const ushort port = text.mid(colon + 1).toUShort(&isNumber);
    QStringView host = text.first(colon);
    if (host.startsWith(u'[') && host.endsWith(u']'))
        host = host.mid(1, host.size() - 2);
    if (!isNumber || port == 0 || (host.isEmpty() && otherwise.isEmpty()))
        return std::nullopt;
    return RedisEndpoint{host.isEmpty() ? otherwise : host.toString(), port};
}

int SlotMap::slotOf(QByteArrayView key)
{
    if (const qsizetype open = key.indexOf('{'); open >= 0) {
        if (const qsizetype close = key.indexOf('}', open + 1); close > open + 1)
            key = key.sliced(open + 1, close - open - 1);
    }
    return crc16(key) % SlotCount;
}

SlotMap SlotMap::ofOneServer(const RedisEndpoint &endpoint)
{
    SlotMap map;
    map.m_masters = {endpoint};
    map.m_holders.fill(0);
    return map;
}

std::optional<SlotMap> SlotMap::fromReply(const redisReply &reply, const QString &askedHost)
{
    if (reply.type != REDIS_REPLY_ARRAY)
        return std::nullopt;
    SlotMap map;
    for (std::size_t i = 0; i < reply.elements; ++i) {
        const redisReply &row = *reply.element[i];
        const auto master = masterOf(row, askedHost);
        if (!master)
            return std::nullopt;
        std::fill(map.m_holders.begin() + row.element[0]->integer, map.m_holders.begin() + row.element[1]->integer + 1,
                  map.indexOf(*master));
    }
    return map;
}

std::optional<RedisEndpoint> SlotMap::master(int slot) const
{
    const quint16 holder = m_holders[static_cast<std::size_t>(slot)];
    return holder == Nobody ? std::nullopt : std::optional(m_masters[holder]);
}

void SlotMap::move(int slot, const RedisEndpoint &master)
{
    m_holders[static_cast<std::size_t>(slot)] = indexOf(master);
}

quint16 SlotMap::indexOf(const RedisEndpoint &master)
{
    const auto found = std::ranges::find(m_masters, master);
    const auto index = static_cast<quint16>(found - m_masters.begin());
    if (found == m_masters.end())
        m_masters.push_back(master);
    return index;
}

} // namespace hudhud
