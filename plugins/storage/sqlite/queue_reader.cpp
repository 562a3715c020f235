// SPDX-License-Identifier: GPL-3.0-or-later
#include "queue_reader.h"

#include "sqlite_queries.h"

#include <thread>

namespace hudhud {

Result<void> QueueReader::prepare(SqliteConnection &connection)
{
    for (const auto &[statement, sql] :
         {std::pair<SqliteStatement &, const char *>(m_begin, "BEGIN"), {m_end, "COMMIT"}}) {
        auto prepared = SqliteStatement::prepare(connection, sql);
        if (!prepared)
            return std::unexpected(prepared.error());
        statement = std::move(*prepared);
    }
    return prepareQueries(connection, {{m_version, "select_tail_version"}});
}

/// Result: false if `queue` is another version, which will be published in a moment.
Result<bool> QueueReader::isVersion(qint64 version)
{
    if (auto begun = m_begin.run(); !begun)
        return std::unexpected(begun.error());
    const SqliteResetGuard guard(m_version);
    const auto row = m_version.step();
    if (!row)
        return std::unexpected(row.error());
    if (m_version.number(0) == version)
        return true;
    std::this_thread::yield();
    return false;
}

/// A transaction that has only read has nothing to lose when its end fails.
QueueReader::Transaction::~Transaction()
{
    static_cast<void>(m_reader.m_end.run());
}

} // namespace hudhud
