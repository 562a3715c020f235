// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "sql/sqlite_statement.h"

#include <vector>

namespace hudhud {

/// The unfinished messages that expire. Thread: the writer's, within its transactions.
class SqliteExpiry
{
public:
    Result<void> prepare(SqliteConnection &connection);

    Result<void> add(Timestamp expiresAt, qint64 key);
    Result<void> remove(Timestamp expiresAt, qint64 key);
    /// Keys of those that have expired by `now` and are not being pushed, oldest first.
    Result<std::vector<qint64>> expired(Timestamp now, int limit);

private:
    SqliteStatement m_insert;
    SqliteStatement m_delete;
    SqliteStatement m_select;
};

} // namespace hudhud
