// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sql/sqlite_connection.h"

#include <shared_mutex>
#include <vector>

namespace hudhud {

/// The node table in memory: events name nodes by number. Thread: any; only the writer adds.
class NodeNames
{
public:
    Result<void> load(SqliteConnection &connection);
    /// Gives a new name its number, durably. Not within a transaction.
    Result<quint32> numberOf(SqliteConnection &connection, const QByteArray &name);
    QByteArray nameOf(quint32 number) const;

private:
    mutable std::shared_mutex m_mutex;
    std::vector<QByteArray> m_names; ///< Number 1 first.
};

} // namespace hudhud
