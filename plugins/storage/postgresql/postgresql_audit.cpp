// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_audit.h"

#include "postgresql_writer.h"

namespace hudhud {

Result<qint64> PostgresqlAuditWriter::insert(const AuditRecord &record)
{
    auto row = m_writer.m_connection.run("insert_audit", record.time, Text{record.actor}, Text{record.address},
                                         Text{record.action}, Text{record.detail}, record.count, record.job,
                                         Text{record.result});
    if (!row)
        return std::unexpected(row.error());
    return row->next() ? row->number(0) : 0;
}

Result<qint64> PostgresqlAuditWriter::append(const AuditRecord &record)
{
    return m_writer.inTransaction([&]() { return insert(record); });
}

Result<int> PostgresqlAuditWriter::purge(Timestamp before, int limit)
{
    return m_writer.inTransaction([&]() -> Result<int> {
        const auto purged = m_writer.m_connection.run("purge_audit", before, limit);
        if (!purged)
            return std::unexpected(purged.error());
        return static_cast<int>(purged->affected());
    });
}

Result<std::vector<AuditRecord>> PostgresqlAuditReader::list(const AuditFilter &filter)
{
    auto rows = m_connection.run("list_audit", filter.before, Text{filter.actor}, Text{filter.action}, filter.from,
                                 filter.until, filter.limit);
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<AuditRecord> records;
    while (rows->next()) {
        AuditRecord &record = records.emplace_back();
        record.id = rows->number(0);
        record.time = rows->time(1).value_or(Timestamp());
        record.actor = rows->text(2);
        record.address = rows->text(3);
        record.action = rows->text(4);
        record.detail = rows->text(5);
        record.count = rows->number(6);
        record.job = rows->number(7);
        record.result = rows->text(8);
    }
    return records;
}

} // namespace hudhud
