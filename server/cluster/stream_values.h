// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QDataStream>

#include <limits>
#include <optional>

namespace hudhud::stream_values {

/// How what nodes send each other is written: QDataStream's form, the same for all releases of Qt.
constexpr QDataStream::Version Version = QDataStream::Qt_6_4;
constexpr qint64 NoTime = std::numeric_limits<qint64>::min();

inline qint64 sinceEpoch(const std::optional<Timestamp> &time)
{
    return time ? qint64(time->time_since_epoch().count()) : NoTime;
}

inline void read(QDataStream &stream, Timestamp &time)
{
    qint64 value = 0;
    stream >> value;
    time = Timestamp(std::chrono::milliseconds(value));
}

inline void read(QDataStream &stream, std::optional<Timestamp> &time)
{
    Timestamp value{};
    read(stream, value);
    time = value.time_since_epoch().count() == NoTime ? std::nullopt : std::optional(value);
}

/// False for a number that the type does not have.
template <typename Enum> bool readEnum(QDataStream &stream, Enum &value, Enum last)
{
    quint8 raw = 0;
    stream >> raw;
    value = static_cast<Enum>(raw);
    return raw <= static_cast<quint8>(last);
}

} // namespace hudhud::stream_values
