// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_audit.h"

#include "sqlite_queries.h"
#include "sqlite_writer.h"

#include <limits>

namespace hudhud {

Result<void> SqliteAuditWriter::prepare(SqliteConnection &connection)
{
    return prepareQueries(connection, {{m_insert, "insert_audit"}, {m_purge, "purge_audit"}});
}

Result<void> SqliteAuditWriter::insert(const AuditRecord &record)
{
    m_insert.bind(1, record.time);
    m_insert.bindText(2, record.actor);
    m_insert.bindText(3, record.address);
    m_insert.bindText(4, record.action);
    m_insert.bindText(5, record.detail);
    m_insert.bind(6, record.count);
    m_insert.bind(7, record.job);
    m_insert.bindText(8, record.result);
    return m_insert.run();
}

Result<qint64> SqliteAuditWriter::append(const AuditRecord &record)
{
    return m_writer.inTransaction([&]() -> Result<qint64> {
        if (auto inserted = insert(record); !inserted)
            return std::unexpected(inserted.error());
        return m_writer.m_connection.lastInsertId();
    });
}

Result<int> SqliteAuditWriter::purge(Timestamp before, int limit)
{
    return m_writer.inTransaction([&]() -> Result<int> {
        m_purge.bind(1, before);
        m_purge.bind(2, qint64(limit));
        if (auto purged = m_purge.run(); !purged)
            return std::unexpected(purged.error());
        return m_writer.m_connection.changes();
    });
}

Result<void> SqliteAuditReader::prepare(SqliteConnection &connection)
{
    return prepareQueries(connection, {{m_list, "list_audit"}});
}

Result<std::vector<AuditRecord>> SqliteAuditReader::list(const AuditFilter &filter)
{
    const SqliteResetGuard guard(m_list);
    m_list.bind(1, filter.before.value_or(std::numeric_limits<qint64>::max()));
    m_list.bindText(2, filter.actor);
    m_list.bindText(3, filter.action);
    m_list.bind(4, filter.from.value_or(Timestamp::min()));
    m_list.bind(5, filter.until.value_or(Timestamp::max()));
    m_list.bind(6, qint64(filter.limit));
    std::vector<AuditRecord> records;
    for (;;) {
        const auto row = m_list.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return records;
        AuditRecord &record = records.emplace_back();
        record.id = m_list.number(0);
        record.time = m_list.time(1).value_or(Timestamp());
        record.actor = m_list.byteArray(2);
        record.address = m_list.byteArray(3);
        record.action = m_list.byteArray(4);
        record.detail = m_list.byteArray(5);
        record.count = m_list.number(6);
        record.job = m_list.number(7);
        record.result = m_list.byteArray(8);
    }
}

} // namespace hudhud
