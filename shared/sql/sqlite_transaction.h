// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

namespace hudhud {

class SqliteConnection;

/// A write transaction that is rolled back unless it was committed. Thread: the connection's.
class SqliteTransaction
{
public:
    enum class Lock : quint8 {
        Immediate, ///< Other connections may read.
        Exclusive, ///< Nobody else may begin to write; outside the write-ahead mode nor read.
    };

    static Result<SqliteTransaction> begin(SqliteConnection &connection, Lock lock = Lock::Immediate);
    ~SqliteTransaction();
    SqliteTransaction(SqliteTransaction &&other) noexcept;
    SqliteTransaction &operator=(SqliteTransaction &&) = delete;

    /// Durable when it returns, as the connection's `synchronous` says. On error nothing of it was stored.
    Result<void> commit();

private:
    explicit SqliteTransaction(SqliteConnection &connection)
        : m_connection(&connection)
    {
    }

    SqliteConnection *m_connection;
};

} // namespace hudhud
