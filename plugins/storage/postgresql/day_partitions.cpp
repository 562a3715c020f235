// SPDX-License-Identifier: GPL-3.0-or-later
#include "day_partitions.h"

#include "sql_text.h"

#include <QLoggingCategory>

#include <algorithm>

Q_LOGGING_CATEGORY(lcPartitions, "hudhud.storage.postgresql.partitions")

namespace hudhud {

namespace {

/// Messages that may be moved out of the way in one transaction.
constexpr qint64 MaximumKept = 50'000;
constexpr int TimeBytes = 6; ///< Milliseconds at the front of an id.

QString nameOf(DayPartitions::Day day)
{
    const std::chrono::year_month_day date(day);
    return QStringLiteral("%1%2%3")
        .arg(static_cast<int>(date.year()), 4, 10, QLatin1Char('0'))
        .arg(static_cast<unsigned>(date.month()), 2, 10, QLatin1Char('0'))
        .arg(static_cast<unsigned>(date.day()), 2, 10, QLatin1Char('0'));
}

/// Names cannot be parameters; these are digits and ids of our own making.
Result<QString> statementFor(const char *query, DayPartitions::Day day)
{
    auto sql = queryText(QLatin1StringView(query));
    if (!sql)
        return sql;
    const auto first = [](DayPartitions::Day start) {
        return QString::fromLatin1(DayPartitions::firstId(start).toString());
    };
    return sql->replace(QStringLiteral("%day%"), nameOf(day))
        .replace(QStringLiteral("%from%"), first(day))
        .replace(QStringLiteral("%to%"), first(day + std::chrono::days(1)));
}

} // namespace

DayPartitions::Day DayPartitions::dayOf(const MessageId &id)
{
    qint64 milliseconds = 0;
    for (std::size_t i = 0; i < TimeBytes; ++i)
        milliseconds = milliseconds << 8 | id.bytes()[i];
    return dayOf(Timestamp(std::chrono::milliseconds(milliseconds)));
}

MessageId DayPartitions::firstId(Timestamp time)
{
    MessageId::Bytes bytes{};
    const qint64 milliseconds = std::max<qint64>(0, time.time_since_epoch().count());
    for (std::size_t i = 0; i < TimeBytes; ++i)
        bytes[i] = static_cast<quint8>(milliseconds >> (8 * (TimeBytes - 1 - i)));
    return MessageId(bytes);
}

Result<void> DayPartitions::ensure(PostgresqlConnection &connection, std::span<const MessageId> ids, Timestamp now)
{
    const Day earliest = dayOf(now) - std::chrono::days(1);
    std::optional<Day> latest;
    for (const MessageId &id : ids) {
        const Day day = dayOf(id);
        if (day == latest || day < earliest)
            continue;
        latest = day;
        if (auto made = ensure(connection, day); !made)
            return made;
    }
    return {};
}

Result<void> DayPartitions::ensure(PostgresqlConnection &connection, Day day)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (m_known.contains(day))
            return {};
    }
    if (auto created = create(connection, day); !created)
        return created;
    const std::scoped_lock lock(m_mutex);
    m_known.insert(day);
    return {};
}

Result<void> DayPartitions::create(PostgresqlConnection &connection, Day day)
{
    const auto sql = statementFor("create_partitions", day);
    if (!sql)
        return std::unexpected(sql.error());
    if (auto begun = connection.begin(); !begun)
        return begun;
    auto created = connection.execute(*sql);
    if (created)
        return connection.commit();
    connection.rollBack();
    return created;
}

Result<bool> DayPartitions::dropOne(PostgresqlConnection &connection, Timestamp deliveredBefore, Timestamp deadBefore)
{
    auto rows = connection.run("select_partitions");
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<Day> days;
    while (rows->next()) {
        const auto date = static_cast<int>(rows->number(0)); // As in the name: 20261129.
        const Day day = std::chrono::year(date / 10'000) / std::chrono::month(static_cast<unsigned>(date / 100 % 100))
            / std::chrono::day(static_cast<unsigned>(date % 100));
        if (day + std::chrono::days(1) <= deliveredBefore)
            days.push_back(day);
    }
    for (const Day day : days) {
        const auto dropped = drop(connection, day, deliveredBefore, deadBefore);
        if (!dropped || *dropped)
            return dropped;
    }
    return false;
}

Result<bool> DayPartitions::drop(PostgresqlConnection &connection, Day day, Timestamp deliveredBefore, Timestamp deadBefore)
{
    const auto detach = statementFor("detach_partitions", day);
    const auto drop = statementFor("drop_partitions", day);
    if (!detach || !drop)
        return std::unexpected(detach ? drop.error() : detach.error());
    const MessageId from = firstId(day);
    const MessageId to = firstId(day + std::chrono::days(1));
    auto kept = connection.run("count_kept", from, to, deliveredBefore, deadBefore);
    if (!kept)
        return std::unexpected(kept.error());
    if (!kept->next() || kept->number(0) > MaximumKept) {
        qCWarning(lcPartitions, "a day has ended, but too many of its messages have to stay day=%s kept=%lld",
                  qPrintable(nameOf(day)), static_cast<long long>(kept->number(0)));
        return false;
    }
    if (auto begun = connection.begin(); !begun)
        return std::unexpected(begun.error());
    auto done = [&]() -> Result<void> {
        // From here on nobody else changes the day: what stays is what was counted, or a little less.
        if (auto detached = connection.execute(*detach); !detached)
            return detached;
        if (auto released = connection.run("release_dropped", from, to, deliveredBefore, deadBefore); !released)
            return std::unexpected(released.error());
        return connection.execute(QString(*drop)
                                      .replace(QStringLiteral("%delivered_before%"),
                                               QString::number(deliveredBefore.time_since_epoch().count()))
                                      .replace(QStringLiteral("%dead_before%"),
                                               QString::number(deadBefore.time_since_epoch().count())));
    }();
    if (done)
        done = connection.commit();
    else
        connection.rollBack();
    if (!done)
        return std::unexpected(done.error());
    qCInfo(lcPartitions, "dropped day=%s", qPrintable(nameOf(day)));
    const std::scoped_lock lock(m_mutex);
    m_known.erase(day);
    return true;
}

} // namespace hudhud
