// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QByteArray>

#include <array>
#include <atomic>
#include <compare>
#include <cstring>
#include <functional>
#include <optional>

namespace hudhud {

/// A UUID version 7 (RFC 9562, section 5.7). Ids of one generator sort in the order of their creation.
class MessageId
{
public:
    using Bytes = std::array<quint8, 16>;

    constexpr MessageId() = default;
    explicit constexpr MessageId(const Bytes &bytes) : m_bytes(bytes) { }

    /// Reads the canonical 36-character form, either letter case. Any UUID version is accepted.
    static std::optional<MessageId> fromString(QByteArrayView text);
    /// Reads 16 raw bytes.
    static std::optional<MessageId> fromBytes(QByteArrayView bytes);

    /// Lower-case canonical form, 36 characters.
    QByteArray toString() const;
    /// Writes the canonical form to `out`, which must have room for 36 characters.
    void writeTo(char *out) const;

    const Bytes &bytes() const { return m_bytes; }
    QByteArrayView view() const { return {reinterpret_cast<const char *>(m_bytes.data()), 16}; }
    bool isNull() const { return *this == MessageId(); }

    /// The leading 48 bits of time and the 12 bits that follow the version, as one number. The generator below
    /// never gives the same number twice, so a store on one node may use it as its ordered row key.
    quint64 orderKey() const;

    friend constexpr auto operator<=>(const MessageId &, const MessageId &) = default;

private:
    Bytes m_bytes{};
};

/// Makes ids that strictly increase over all threads of the process, also when the clock steps back.
/// 4,096 ids per millisecond fit before it borrows from the future. Thread: any; lock-free.
class MessageIdGenerator
{
public:
    explicit MessageIdGenerator(const Clock &clock) : m_clock(clock) { }

    MessageId next();
    /// Continues after `id`: call at start with the highest stored id, so that a clock that was set back does
    /// not repeat order keys.
    void continueAfter(const MessageId &id);

private:
    const Clock &m_clock;
    std::atomic<quint64> m_lastOrderKey{0};
};

} // namespace hudhud

template <>
struct std::hash<hudhud::MessageId>
{
    std::size_t operator()(const hudhud::MessageId &id) const noexcept
    {
        quint64 high = 0;
        quint64 low = 0;
        std::memcpy(&high, id.bytes().data(), 8);
        std::memcpy(&low, id.bytes().data() + 8, 8);
        return high * 0x9E3779B97F4A7C15ULL ^ low;
    }
};
