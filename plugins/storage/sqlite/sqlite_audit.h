// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/audit.h"
#include "sql/sqlite_connection.h"
#include "sql/sqlite_statement.h"

namespace hudhud {

class SqliteWriter;

/// Ownership: the writer's part.
class SqliteAuditWriter final : public AuditWriter
{
public:
    explicit SqliteAuditWriter(SqliteWriter &writer)
        : m_writer(writer)
    {
    }
    Result<void> prepare(SqliteConnection &connection);

    Result<qint64> append(const AuditRecord &record) override;
    Result<int> purge(Timestamp before, int limit) override;

    /// As part of a transaction under way.
    Result<void> insert(const AuditRecord &record);

private:
    SqliteWriter &m_writer;
    SqliteStatement m_insert;
    SqliteStatement m_purge;
};

/// Ownership: the reader's part.
class SqliteAuditReader final : public AuditReader
{
public:
    Result<void> prepare(SqliteConnection &connection);

    Result<std::vector<AuditRecord>> list(const AuditFilter &filter) override;

private:
    SqliteStatement m_list;
};

} // namespace hudhud
