// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_collapse.h"

#include "message_loader.h"
#include "sqlite_queries.h"

namespace hudhud {

namespace {

void bindAll(SqliteStatement &statement, qint64 recipient, QByteArrayView collapseKey, qint64 key)
{
    statement.bind(1, recipient);
    statement.bindText(2, collapseKey);
    statement.bind(3, key);
}

} // namespace

Result<void> SqliteCollapse::prepare(SqliteConnection &connection)
{
    return prepareQueries(
        connection, {{m_insert, "insert_collapse"}, {m_delete, "delete_collapse"}, {m_select, "select_collapse"}});
}

Result<void> SqliteCollapse::add(qint64 recipient, QByteArrayView collapseKey, qint64 key)
{
    bindAll(m_insert, recipient, collapseKey, key);
    return m_insert.run();
}

Result<void> SqliteCollapse::remove(qint64 recipient, QByteArrayView collapseKey, qint64 key)
{
    bindAll(m_delete, recipient, collapseKey, key);
    return m_delete.run();
}

Result<std::vector<qint64>> SqliteCollapse::olderThan(qint64 recipient, QByteArrayView collapseKey, qint64 key)
{
    bindAll(m_select, recipient, collapseKey, key);
    return readKeys(m_select);
}

} // namespace hudhud
