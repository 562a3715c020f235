// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/error.h"

#include <QByteArray>

#include <memory>
#include <optional>

struct sqlite3_stmt;

namespace hudhud {

class SqliteConnection;

/// A prepared statement, made once and used many times. Parameters count from 1, columns from 0. Bound bytes
/// are not copied: they have to live until the statement is reset. Thread: the connection's; it must not
/// outlive it.
class SqliteStatement
{
public:
    /// An empty one, to be assigned.
    SqliteStatement() = default;
    static Result<SqliteStatement> prepare(SqliteConnection &connection, const QByteArray &sql);

    void bind(int parameter, qint64 value);
    void bind(int parameter, std::optional<qint64> value);
    void bind(int parameter, std::optional<Timestamp> time);
    /// Text and blobs; empty ones become NULL.
    void bindText(int parameter, QByteArrayView utf8);
    void bindBlob(int parameter, QByteArrayView bytes);

    /// Goes to the next row: true if there is one. At the end, or on an error, the statement is reset.
    Result<bool> step();
    /// Runs a statement that gives no rows.
    Result<void> run();
    void reset();

    bool isNull(int column) const;
    qint64 number(int column) const;
    std::optional<Timestamp> time(int column) const;
    /// Valid until the next step or reset.
    QByteArrayView bytes(int column) const;
    QByteArray byteArray(int column) const { return bytes(column).toByteArray(); }

private:
    struct Finalizer
    {
        void operator()(sqlite3_stmt *handle) const;
    };

    std::unique_ptr<sqlite3_stmt, Finalizer> m_handle;
};

/// Resets a statement when the rows are no longer needed, however the function ends: an open read would hold
/// its snapshot, and with it the write-ahead log.
class SqliteResetGuard
{
public:
    explicit SqliteResetGuard(SqliteStatement &statement)
        : m_statement(statement)
    {
    }
    ~SqliteResetGuard() { m_statement.reset(); }
    SqliteResetGuard(const SqliteResetGuard &) = delete;
    SqliteResetGuard &operator=(const SqliteResetGuard &) = delete;

private:
    SqliteStatement &m_statement;
};

} // namespace hudhud
