// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "sql/sqlite_statement.h"

namespace hudhud {

/// Reads whole messages by key. Thread: its connection's.
class MessageLoader
{
public:
    Result<void> prepare(SqliteConnection &connection);
    /// Null when there is none.
    Result<MessagePointer> load(qint64 key);

private:
    SqliteStatement m_select;
};

/// An id as the row key that stands for it.
inline qint64 rowKey(const MessageId &id)
{
    return static_cast<qint64>(id.orderKey());
}

/// The keys in the first column of all rows that a statement gives.
Result<std::vector<qint64>> readKeys(SqliteStatement &statement);

} // namespace hudhud
