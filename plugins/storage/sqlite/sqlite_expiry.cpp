// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_expiry.h"

#include "message_loader.h"
#include "sqlite_queries.h"

namespace hudhud {

Result<void> SqliteExpiry::prepare(SqliteConnection &connection)
{
    return prepareQueries(
        connection, {{m_insert, "insert_expiry"}, {m_delete, "delete_expiry"}, {m_select, "select_expired"}});
}

Result<void> SqliteExpiry::add(Timestamp expiresAt, qint64 key)
{
    m_insert.bind(1, expiresAt);
    m_insert.bind(2, key);
    return m_insert.run();
}

Result<void> SqliteExpiry::remove(Timestamp expiresAt, qint64 key)
{
    m_delete.bind(1, expiresAt);
    m_delete.bind(2, key);
    return m_delete.run();
}

Result<std::vector<qint64>> SqliteExpiry::expired(Timestamp now, int limit)
{
    m_select.bind(1, now);
    m_select.bind(2, qint64(limit));
    return readKeys(m_select);
}

} // namespace hudhud
