// SPDX-License-Identifier: GPL-3.0-or-later
#include "dead_letter_query.h"

#include "sql/record_codec.h"
#include "sql/migration.h"
#include "sqlite_queries.h"

#include <limits>

namespace hudhud {

namespace {

constexpr qint64 Earliest = std::numeric_limits<qint64>::min();
constexpr qint64 Latest = std::numeric_limits<qint64>::max();

QByteArray patternOf(const QByteArray &text)
{
    if (text.isEmpty())
        return {};
    QByteArray pattern("%");
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\')
            pattern.append('\\');
        pattern.append(c);
    }
    return pattern.append('%');
}

template <typename T> void bindOptional(SqliteStatement &statement, int parameter, const std::optional<T> &value)
{
    if (value)
        statement.bind(parameter, static_cast<qint64>(*value));
    else
        statement.bind(parameter, std::optional<Timestamp>());
}

} // namespace

DeadLetterQuery::DeadLetterQuery(const DeadLetterFilter &filter)
    : m_filter(filter)
    , m_pattern(patternOf(filter.text))
{
}

void DeadLetterQuery::bindTo(SqliteStatement &statement) const
{
    const auto time = [](const std::optional<Timestamp> &value, qint64 otherwise) {
        return value ? value->time_since_epoch().count() : otherwise;
    };
    statement.bind(1, qint64(m_filter.isDiscarded));
    bindOptional(statement, 2, m_filter.reason);
    bindOptional(statement, 3, m_filter.errorClass);
    bindOptional(statement, 4, m_filter.recipient ? std::optional(packRecipient(*m_filter.recipient)) : std::nullopt);
    statement.bindText(5, m_filter.signature);
    statement.bind(6, qint64(m_filter.minimumAttempts));
    bindOptional(statement, 7, m_filter.replaysBelow);
    statement.bind(8, time(m_filter.diedFrom, Earliest));
    statement.bind(9, time(m_filter.diedBefore, Latest));
    statement.bindText(10, m_pattern);
    statement.bindText(11, m_filter.metadataKey);
    statement.bindText(12, m_filter.metadataValue);
}

Result<SqliteStatement> prepareFilteredQuery(SqliteConnection &connection, const char *name)
{
    const QString folder = QStringLiteral(":/hudhud/storage-sqlite/sql/queries/");
    const auto condition = readSql(folder + QStringLiteral("dead_letter_filter.sql"));
    if (!condition)
        return std::unexpected(condition.error());
    auto sql = readSql(folder + QLatin1StringView(name) + QStringLiteral(".sql"));
    if (!sql)
        return std::unexpected(sql.error());
    auto statement = SqliteStatement::prepare(connection, sql->replace("@filter@", '\n' + *condition));
    if (!statement)
        return std::unexpected(statement.error().withContext(QString::fromLatin1(name)));
    return statement;
}

} // namespace hudhud
