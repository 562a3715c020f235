// SPDX-License-Identifier: GPL-3.0-or-later
#include "sql/sqlite_transaction.h"

#include "sql/sqlite_connection.h"

#include <utility>

namespace hudhud {

Result<SqliteTransaction> SqliteTransaction::begin(SqliteConnection &connection, Lock lock)
{
    const char *sql = lock == Lock::Exclusive ? "BEGIN EXCLUSIVE" : "BEGIN IMMEDIATE";
    if (auto begun = connection.execute(sql); !begun)
        return std::unexpected(begun.error());
    return SqliteTransaction(connection);
}

SqliteTransaction::SqliteTransaction(SqliteTransaction &&other) noexcept
    : m_connection(std::exchange(other.m_connection, nullptr))
{
}

SqliteTransaction::~SqliteTransaction()
{
    // SQLite has rolled back by itself after some errors; a failing rollback leaves nothing to be done.
    if (m_connection && m_connection->isInTransaction())
        static_cast<void>(m_connection->execute("ROLLBACK"));
}

Result<void> SqliteTransaction::commit()
{
    auto committed = m_connection->execute("COMMIT");
    if (committed)
        m_connection = nullptr;
    return committed;
}

} // namespace hudhud
