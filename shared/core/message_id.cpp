// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/message_id.h"

#include <QRandomGenerator>

namespace hudhud {

namespace {

constexpr char HexDigits[] = "0123456789abcdef";
/// Positions of the dashes in the canonical form.
constexpr bool isDashPosition(int position)
{
    return position == 8 || position == 13 || position == 18 || position == 23;
}

int hexValue(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    if (character >= 'a' && character <= 'f')
        return character - 'a' + 10;
    if (character >= 'A' && character <= 'F')
        return character - 'A' + 10;
    return -1;
}

} // namespace

std::optional<MessageId> MessageId::fromString(QByteArrayView text)
{
    if (text.size() != 36)
        return std::nullopt;
    Bytes bytes{};
    int nibble = 0;
    for (int i = 0; i < 36; ++i) {
        if (isDashPosition(i)) {
            if (text[i] != '-')
                return std::nullopt;
            continue;
        }
        const int value = hexValue(text[i]);
        if (value < 0)
            return std::nullopt;
        auto &byte = bytes[nibble / 2];
        byte = static_cast<quint8>((byte << 4) | value);
        ++nibble;
    }
    return MessageId(bytes);
}

std::optional<MessageId> MessageId::fromBytes(QByteArrayView bytes)
{
    if (bytes.size() != 16)
        return std::nullopt;
    Bytes copy{};
    std::memcpy(copy.data(), bytes.data(), 16);
    return MessageId(copy);
}

void MessageId::writeTo(char *out) const
{
    int nibble = 0;
    for (int i = 0; i < 36; ++i) {
        if (isDashPosition(i)) {
            out[i] = '-';
            continue;
        }
        const quint8 byte = m_bytes[nibble / 2];
        out[i] = HexDigits[nibble % 2 == 0 ? byte >> 4 : byte & 0x0F];
        ++nibble;
    }
}

QByteArray MessageId::toString() const
{
    QByteArray text(36, Qt::Uninitialized);
    writeTo(text.data());
    return text;
}

quint64 MessageId::orderKey() const
{
    quint64 key = 0;
    for (int i = 0; i < 6; ++i)
        key = (key << 8) | m_bytes[i];
    key = (key << 4) | (m_bytes[6] & 0x0F);
    return (key << 8) | m_bytes[7];
}

MessageId MessageIdGenerator::next()
{
    const quint64 fromClock = static_cast<quint64>(m_clock.now().time_since_epoch().count()) << 12;
    quint64 last = m_lastOrderKey.load(std::memory_order_relaxed);
    quint64 key = 0;
    do {
        key = std::max(fromClock, last + 1);
    } while (!m_lastOrderKey.compare_exchange_weak(last, key, std::memory_order_relaxed));

    MessageId::Bytes bytes{};
    for (int i = 0; i < 6; ++i)
        bytes[i] = static_cast<quint8>(key >> (52 - 8 * i));
    bytes[6] = static_cast<quint8>(0x70 | ((key >> 8) & 0x0F));
    bytes[7] = static_cast<quint8>(key);
    // Not a secret, only unlikely to collide between nodes: the fast generator of each thread will do.
    thread_local QRandomGenerator64 random = QRandomGenerator64::securelySeeded();
    const quint64 tail = random.generate();
    std::memcpy(bytes.data() + 8, &tail, 8);
    bytes[8] = static_cast<quint8>(0x80 | (bytes[8] & 0x3F));
    return MessageId(bytes);
}

void MessageIdGenerator::continueAfter(const MessageId &id)
{
    const quint64 key = id.orderKey();
    quint64 last = m_lastOrderKey.load(std::memory_order_relaxed);
    while (last < key && !m_lastOrderKey.compare_exchange_weak(last, key, std::memory_order_relaxed)) { }
}

} // namespace hudhud
