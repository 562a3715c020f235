// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/query_reader.h"

#include "message_reader.h"
#include "plugin-api/http.h"

#include <QDateTime>

#include <algorithm>
#include <array>
#include <set>

namespace hudhud {

std::optional<Timestamp> parseTime(QByteArrayView text)
{
    const QDateTime time = QDateTime::fromString(QString::fromUtf8(text), Qt::ISODateWithMs);
    if (!time.isValid() || time.timeSpec() == Qt::LocalTime)
        return std::nullopt;
    return Timestamp(std::chrono::milliseconds(time.toMSecsSinceEpoch()));
}

std::optional<qint64> parseNumber(QByteArrayView text, qint64 minimum, qint64 maximum)
{
    bool isNumber = false;
    const qint64 value = text.toLongLong(&isNumber);
    return isNumber && value >= minimum && value <= maximum ? std::optional(value) : std::nullopt;
}

QByteArray shown(QByteArrayView text)
{
    return quoted(QString::fromUtf8(text.first(std::min<qsizetype>(text.size(), 64))).toUtf8());
}

QueryReader::QueryReader(QByteArrayView query, std::span<const QByteArrayView> known, FieldProblems &problems)
    : m_query(query)
    , m_problems(problems)
{
    std::set<QByteArray> seen;
    while (!query.isEmpty()) {
        const qsizetype end = query.indexOf('&');
        const QByteArrayView pair = end < 0 ? query : query.first(end);
        query = end < 0 ? QByteArrayView() : query.sliced(end + 1);
        const qsizetype equals = pair.indexOf('=');
        const QByteArray name
            = QByteArray::fromPercentEncoding((equals < 0 ? pair : pair.first(equals)).toByteArray());
        const QByteArray field = QString::fromUtf8(name.left(40)).toUtf8();
        if (std::ranges::find(known, QByteArrayView(name)) == known.end())
            problems.add(field, unknownName(name, known));
        else if (!seen.insert(name).second)
            problems.add(field, "is given twice; give it once.");
    }
}

std::optional<QByteArray> QueryReader::text(QByteArrayView name) const
{
    return queryValue(m_query, name);
}

std::optional<qint64> QueryReader::number(QByteArrayView name, qint64 minimum, qint64 maximum) const
{
    const auto value = text(name);
    if (!value)
        return std::nullopt;
    const auto number = parseNumber(*value, minimum, maximum);
    if (!number) {
        m_problems.add(name,
                       shown(*value) + " is not allowed; give a whole number from " + QByteArray::number(minimum) + " to "
                           + QByteArray::number(maximum) + '.');
    }
    return number;
}

std::optional<Timestamp> QueryReader::time(QByteArrayView name) const
{
    const auto value = text(name);
    if (!value)
        return std::nullopt;
    const auto time = parseTime(*value);
    if (!time)
        m_problems.add(name, shown(*value) + " is no RFC 3339 time with its offset, like \"2030-01-31T18:00:00Z\".");
    return time;
}

std::optional<bool> QueryReader::flag(QByteArrayView name) const
{
    static constexpr std::array<QByteArrayView, 2> Names{"false", "true"};
    const auto index = choice(name, Names);
    return index ? std::optional(*index == 1) : std::nullopt;
}

std::optional<std::size_t> QueryReader::choice(QByteArrayView name, std::span<const QByteArrayView> names) const
{
    const auto value = text(name);
    if (!value)
        return std::nullopt;
    const auto found = std::ranges::find(names, QByteArrayView(*value));
    if (found != names.end())
        return static_cast<std::size_t>(found - names.begin());
    QByteArray allowed;
    for (const QByteArrayView one : names)
        allowed.append(allowed.isEmpty() ? "" : ", ").append(one);
    m_problems.add(name, shown(*value) + " is not allowed; choose one of " + allowed + '.');
    return std::nullopt;
}

} // namespace hudhud
