// SPDX-License-Identifier: GPL-3.0-or-later
#include "sql/sqlite_connection.h"

#include "sql/sqlite_statement.h"

#include <sqlite3.h>

namespace hudhud {

namespace {

ErrorCode errorCodeOf(int extended)
{
    if (extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC)
        return ErrorCode::StorageReadOnly;
    switch (extended & 0xFF) {
    case SQLITE_FULL:
        return ErrorCode::StorageFull;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return ErrorCode::StorageCorrupt;
    case SQLITE_READONLY:
        return ErrorCode::StorageReadOnly;
    case SQLITE_CONSTRAINT:
        return ErrorCode::Conflict;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
        return ErrorCode::Internal;
    default:
        return ErrorCode::StorageUnavailable;
    }
}

} // namespace

Error sqliteError(sqlite3 *database, int code)
{
    const int extended = database && (code & 0xFF) == code ? sqlite3_extended_errcode(database) : code;
    const char *detail = database ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    return {errorCodeOf(extended),
            QStringLiteral("SQLite: %1 (code %2)").arg(QString::fromUtf8(detail)).arg(extended)};
}

void SqliteConnection::Closer::operator()(sqlite3 *handle) const
{
    sqlite3_close_v2(handle);
}

Result<SqliteConnection> SqliteConnection::open(const QString &path, int busyTimeout)
{
    sqlite3 *handle = nullptr;
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    const int code = sqlite3_open_v2(path.toUtf8().constData(), &handle, flags, nullptr);
    SqliteConnection connection(handle);
    if (code != SQLITE_OK)
        return std::unexpected(
            sqliteError(handle, code).withContext(QStringLiteral("open \"%1\"").arg(path)));
    sqlite3_extended_result_codes(handle, 1);
    sqlite3_busy_timeout(handle, busyTimeout);
    return connection;
}

Result<void> SqliteConnection::execute(const QByteArray &sql)
{
    const int code = sqlite3_exec(handle(), sql.constData(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK)
        return std::unexpected(sqliteError(handle(), code));
    return {};
}

Result<qint64> SqliteConnection::queryNumber(const QByteArray &sql)
{
    auto statement = SqliteStatement::prepare(*this, sql);
    if (!statement)
        return std::unexpected(statement.error());
    auto row = statement->step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? statement->number(0) : 0;
}

int SqliteConnection::changes() const
{
    return sqlite3_changes(handle());
}

qint64 SqliteConnection::lastInsertId() const
{
    return sqlite3_last_insert_rowid(handle());
}

bool SqliteConnection::isInTransaction() const
{
    return sqlite3_get_autocommit(handle()) == 0;
}

} // namespace hudhud
