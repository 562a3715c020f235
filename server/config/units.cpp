// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/units.h"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

namespace hudhud {

namespace {

struct Unit
{
    QByteArrayView suffix;
    qint64 factor;
};

/// Largest first, so that formatting takes the shortest text.
constexpr std::array DurationUnits{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000},
                                   Unit{"s", 1'000}, Unit{"ms", 1}};
constexpr std::array SizeUnits{Unit{"GiB", 1LL << 30}, Unit{"MiB", 1LL << 20}, Unit{"KiB", 1LL << 10},
                               Unit{"B", 1}};

std::optional<qint64> parseQuantity(QByteArrayView text, std::span<const Unit> units)
{
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    const auto digitsEnd = std::find_if_not(text.begin(), text.end(), isDigit);
    const QByteArrayView digits = text.first(digitsEnd - text.begin());
    const QByteArrayView suffix = text.sliced(digits.size());
    const auto unit = std::ranges::find(units, suffix, &Unit::suffix);
    bool isNumber = false;
    const qint64 number = digits.toLongLong(&isNumber);
    if (!isNumber || unit == units.end() || number > std::numeric_limits<qint64>::max() / unit->factor)
        return std::nullopt;
    return number * unit->factor;
}

QByteArray formatQuantity(qint64 value, std::span<const Unit> units)
{
    const auto fits = [value](const Unit &unit) { return value != 0 && value % unit.factor == 0; };
    const auto unit = std::ranges::find_if(units, fits);
    const Unit &chosen = unit == units.end() ? units.back() : *unit;
    return QByteArray::number(value / chosen.factor) + chosen.suffix.toByteArray();
}

} // namespace

std::optional<std::chrono::milliseconds> parseDuration(QByteArrayView text)
{
    return parseQuantity(text, DurationUnits).transform([](qint64 value) {
        return std::chrono::milliseconds(value);
    });
}

QByteArray formatDuration(std::chrono::milliseconds duration)
{
    return formatQuantity(duration.count(), DurationUnits);
}

std::optional<qint64> parseSize(QByteArrayView text)
{
    return parseQuantity(text, SizeUnits);
}

QByteArray formatSize(qint64 bytes)
{
    return formatQuantity(bytes, SizeUnits);
}

} // namespace hudhud
