// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_queries.h"

#include "sql/migration.h"

namespace hudhud {

Result<SqliteStatement> prepareQuery(SqliteConnection &connection, const char *name)
{
    const QString path
        = QStringLiteral(":/hudhud/storage-sqlite/sql/queries/%1.sql").arg(QLatin1StringView(name));
    const auto sql = readSql(path);
    if (!sql)
        return std::unexpected(sql.error());
    auto statement = SqliteStatement::prepare(connection, *sql);
    if (!statement)
        return std::unexpected(statement.error().withContext(path));
    return statement;
}

Result<void> prepareQueries(SqliteConnection &connection, std::initializer_list<QueryTarget> targets)
{
    for (const QueryTarget &target : targets) {
        auto statement = prepareQuery(connection, target.name);
        if (!statement)
            return std::unexpected(statement.error());
        target.statement = std::move(*statement);
    }
    return {};
}

} // namespace hudhud
