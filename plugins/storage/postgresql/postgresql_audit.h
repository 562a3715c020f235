// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/audit.h"
#include "postgresql_connection.h"

namespace hudhud {

class PostgresqlWriter;

/// Ownership: the writer's part.
class PostgresqlAuditWriter final : public AuditWriter
{
public:
    explicit PostgresqlAuditWriter(PostgresqlWriter &writer)
        : m_writer(writer)
    {
    }

    Result<qint64> append(const AuditRecord &record) override;
    Result<int> purge(Timestamp before, int limit) override;

    /// As part of a transaction under way. Result: its id.
    Result<qint64> insert(const AuditRecord &record);

private:
    PostgresqlWriter &m_writer;
};

/// Ownership: the reader's part.
class PostgresqlAuditReader final : public AuditReader
{
public:
    explicit PostgresqlAuditReader(PostgresqlConnection &connection)
        : m_connection(connection)
    {
    }

    Result<std::vector<AuditRecord>> list(const AuditFilter &filter) override;

private:
    PostgresqlConnection &m_connection;
};

} // namespace hudhud
