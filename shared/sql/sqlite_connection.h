// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QByteArray>
#include <QString>

#include <memory>

struct sqlite3;

namespace hudhud {

/// An SQLite result code as our error: full disk, damaged file, failed sync, or just unavailable.
Error sqliteError(sqlite3 *database, int code);

/// One SQLite connection. Thread: one at a time; it takes no locks of its own.
class SqliteConnection
{
public:
    /// Opens or creates the file. `busyTimeout` milliseconds is how long statements wait for locks of other
    /// connections.
    static Result<SqliteConnection> open(const QString &path, int busyTimeout);

    /// Runs one or more statements that give no rows (or whose rows do not matter).
    Result<void> execute(const QByteArray &sql);
    /// The first column of the first row as a number.
    Result<qint64> queryNumber(const QByteArray &sql);

    /// Rows that the latest insert, update or delete touched.
    int changes() const;
    qint64 lastInsertId() const;
    bool isInTransaction() const;

    sqlite3 *handle() const { return m_handle.get(); }

private:
    struct Closer
    {
        void operator()(sqlite3 *handle) const;
    };
    explicit SqliteConnection(sqlite3 *handle)
        : m_handle(handle)
    {
    }

    std::unique_ptr<sqlite3, Closer> m_handle;
};

} // namespace hudhud
