// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/dead_letters.h"
#include "sql/sqlite_statement.h"

namespace hudhud {

/// A DeadLetterFilter as parameters 1 to 12 of a query that has "@filter@" in its text (dead_letter_filter.sql).
/// Thread: the connection's. It has to live until the statement is reset.
class DeadLetterQuery
{
public:
    explicit DeadLetterQuery(const DeadLetterFilter &filter);

    void bindTo(SqliteStatement &statement) const;

private:
    const DeadLetterFilter &m_filter;
    QByteArray m_pattern; ///< For LIKE.
};

/// Prepares sql/queries/<name>.sql with the condition in place of "@filter@".
Result<SqliteStatement> prepareFilteredQuery(SqliteConnection &connection, const char *name);

} // namespace hudhud
