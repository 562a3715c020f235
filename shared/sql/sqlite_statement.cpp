// SPDX-License-Identifier: GPL-3.0-or-later
#include "sql/sqlite_statement.h"

#include "sql/sqlite_connection.h"

#include <sqlite3.h>

namespace hudhud {

void SqliteStatement::Finalizer::operator()(sqlite3_stmt *handle) const
{
    sqlite3_finalize(handle);
}

Result<SqliteStatement> SqliteStatement::prepare(SqliteConnection &connection, const QByteArray &sql)
{
    sqlite3_stmt *handle = nullptr;
    const int code = sqlite3_prepare_v3(connection.handle(), sql.constData(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &handle, nullptr);
    if (code != SQLITE_OK)
        return std::unexpected(sqliteError(connection.handle(), code));
    SqliteStatement statement;
    statement.m_handle.reset(handle);
    return statement;
}

void SqliteStatement::bind(int parameter, qint64 value)
{
    sqlite3_bind_int64(m_handle.get(), parameter, value);
}

void SqliteStatement::bind(int parameter, std::optional<qint64> value)
{
    if (value)
        bind(parameter, *value);
    else
        sqlite3_bind_null(m_handle.get(), parameter);
}

void SqliteStatement::bind(int parameter, std::optional<Timestamp> time)
{
    if (time)
        sqlite3_bind_int64(m_handle.get(), parameter, time->time_since_epoch().count());
    else
        sqlite3_bind_null(m_handle.get(), parameter);
}

void SqliteStatement::bindText(int parameter, QByteArrayView utf8)
{
    if (utf8.isEmpty())
        sqlite3_bind_null(m_handle.get(), parameter);
    else
        sqlite3_bind_text(m_handle.get(), parameter, utf8.data(), static_cast<int>(utf8.size()),
                          SQLITE_STATIC);
}

void SqliteStatement::bindBlob(int parameter, QByteArrayView bytes)
{
    if (bytes.isEmpty())
        sqlite3_bind_null(m_handle.get(), parameter);
    else
        sqlite3_bind_blob(m_handle.get(), parameter, bytes.data(), static_cast<int>(bytes.size()),
                          SQLITE_STATIC);
}

Result<bool> SqliteStatement::step()
{
    const int code = sqlite3_step(m_handle.get());
    if (code == SQLITE_ROW)
        return true;
    if (code == SQLITE_DONE) {
        sqlite3_reset(m_handle.get());
        return false;
    }
    const Error error = sqliteError(sqlite3_db_handle(m_handle.get()), code);
    sqlite3_reset(m_handle.get());
    return std::unexpected(error);
}

Result<void> SqliteStatement::run()
{
    auto row = step();
    if (!row)
        return std::unexpected(row.error());
    if (*row)
        reset();
    return {};
}

void SqliteStatement::reset()
{
    sqlite3_reset(m_handle.get());
}

bool SqliteStatement::isNull(int column) const
{
    return sqlite3_column_type(m_handle.get(), column) == SQLITE_NULL;
}

qint64 SqliteStatement::number(int column) const
{
    return sqlite3_column_int64(m_handle.get(), column);
}

std::optional<Timestamp> SqliteStatement::time(int column) const
{
    if (isNull(column))
        return std::nullopt;
    return Timestamp(std::chrono::milliseconds(number(column)));
}

QByteArrayView SqliteStatement::bytes(int column) const
{
    const void *data = sqlite3_column_blob(m_handle.get(), column);
    return {static_cast<const char *>(data), sqlite3_column_bytes(m_handle.get(), column)};
}

} // namespace hudhud
