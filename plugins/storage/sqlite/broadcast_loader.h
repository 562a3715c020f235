// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/broadcasts.h"
#include "sql/sqlite_statement.h"

namespace hudhud {

/// A broadcast as its row has it.
struct StoredBroadcast
{
    qint64 number = 0;
    qint64 last = 0; ///< The packed recipient that has its message; 0: none.
    Broadcast broadcast;
};

/// Reads whole broadcasts by id. Thread: its connection's.
class BroadcastLoader
{
public:
    Result<void> prepare(SqliteConnection &connection);
    Result<std::optional<StoredBroadcast>> load(const MessageId &id);

private:
    SqliteStatement m_select;
};

} // namespace hudhud
