// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sql/sqlite_statement.h"

#include <vector>

namespace hudhud {

/// The unfinished messages that have a collapse key, by recipient (packed) and key. Thread: the writer's, within its
/// transactions.
class SqliteCollapse
{
public:
    Result<void> prepare(SqliteConnection &connection);

    Result<void> add(qint64 recipient, QByteArrayView collapseKey, qint64 key);
    Result<void> remove(qint64 recipient, QByteArrayView collapseKey, qint64 key);
    /// Those accepted before the message `key`, oldest first.
    Result<std::vector<qint64>> olderThan(qint64 recipient, QByteArrayView collapseKey, qint64 key);

private:
    SqliteStatement m_insert;
    SqliteStatement m_delete;
    SqliteStatement m_select;
};

} // namespace hudhud
