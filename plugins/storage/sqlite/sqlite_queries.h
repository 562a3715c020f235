// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sql/sqlite_statement.h"

#include <QString>

namespace hudhud {

inline constexpr char MigrationFolder[] = ":/hudhud/storage-sqlite/sql/migrations";

/// Prepares sql/queries/<name>.sql.
Result<SqliteStatement> prepareQuery(SqliteConnection &connection, const char *name);

/// Prepares several queries, each into its statement, and stops at the first error.
struct QueryTarget
{
    SqliteStatement &statement;
    const char *name;
};
Result<void> prepareQueries(SqliteConnection &connection, std::initializer_list<QueryTarget> targets);

} // namespace hudhud
