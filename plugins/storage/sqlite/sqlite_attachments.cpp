// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_attachments.h"

#include "message_loader.h"
#include "sqlite_queries.h"
#include "sqlite_writer.h"

#include <algorithm>

namespace hudhud {

namespace {

Result<qint64> readNumber(SqliteStatement &statement)
{
    const SqliteResetGuard guard(statement);
    if (const auto row = statement.step(); !row)
        return std::unexpected(row.error());
    return statement.number(0);
}

} // namespace

Result<void> SqliteAttachmentWriter::prepare(SqliteConnection &connection)
{
    m_connection = &connection;
    return prepareQueries(connection,
                          {{m_insert, "insert_attachment"},
                           {m_selectRow, "select_attachment_row"},
                           {m_condemnUnused, "condemn_unused_attachments"},
                           {m_selectCondemned, "select_condemned_attachments"},
                           {m_delete, "delete_attachment"},
                           {m_hold, "hold_attachment"},
                           {m_release, "release_attachment"},
                           {m_insertHolder, "insert_attachment_holder"},
                           {m_deleteHolder, "delete_attachment_holder"},
                           {m_selectOfHolder, "select_attachments_of_holder"},
                           {m_hasHolders, "has_attachment_holders"},
                           {m_total, "select_attachment_total"},
                           {m_updateTotal, "update_attachment_total"}});
}

Result<qint64> SqliteAttachmentWriter::add(const AttachmentRecord &record, qint64 maximumTotal)
{
    const Attachment &attachment = record.attachment;
    return m_writer.inTransaction([&]() -> Result<qint64> {
        const auto before = total();
        if (!before)
            return before;
        if (*before + attachment.size > maximumTotal)
            return std::unexpected(noRoomForAttachment(maximumTotal));
        m_insert.bindText(1, attachment.id);
        m_insert.bind(2, record.apiKeyId);
        m_insert.bind(3, record.createdAt);
        m_insert.bind(4, attachment.size);
        m_insert.bindBlob(5, record.digest);
        m_insert.bindText(6, attachment.name);
        m_insert.bindText(7, attachment.contentType);
        if (auto inserted = m_insert.run(); !inserted)
            return std::unexpected(inserted.error());
        if (auto added = addToTotal(attachment.size); !added)
            return std::unexpected(added.error());
        return *before + attachment.size;
    });
}

Result<std::vector<QByteArray>> SqliteAttachmentWriter::condemn(Timestamp unusedBefore, int limit)
{
    return m_writer.inTransaction([&]() -> Result<std::vector<QByteArray>> {
        m_condemnUnused.bind(1, unusedBefore);
        m_condemnUnused.bind(2, qint64(limit));
        if (auto condemned = m_condemnUnused.run(); !condemned)
            return std::unexpected(condemned.error());
        const SqliteResetGuard guard(m_selectCondemned);
        m_selectCondemned.bind(1, qint64(limit));
        std::vector<QByteArray> ids;
        for (;;) {
            const auto row = m_selectCondemned.step();
            if (!row)
                return std::unexpected(row.error());
            if (!*row)
                return ids;
            ids.push_back(m_selectCondemned.byteArray(0));
        }
    });
}

Result<qint64> SqliteAttachmentWriter::forget(std::span<const QByteArray> ids)
{
    return m_writer.inTransaction([&]() -> Result<qint64> {
        for (const QByteArray &id : ids) {
            const auto row = rowOf(id);
            if (!row)
                return std::unexpected(row.error());
            if (!row->isCondemned)
                continue;
            m_delete.bind(1, row->number);
            if (auto deleted = m_delete.run(); !deleted)
                return std::unexpected(deleted.error());
            if (auto subtracted = addToTotal(-row->size); !subtracted)
                return std::unexpected(subtracted.error());
        }
        return total();
    });
}

Result<Result<SqliteAttachmentWriter::Numbers>> SqliteAttachmentWriter::named(const Message &message)
{
    Numbers numbers;
    for (const Attachment &attachment : message.attachments) {
        const auto row = rowOf(attachment.id);
        if (!row)
            return std::unexpected(row.error());
        if (row->number == 0 || row->isCondemned || row->apiKeyId != message.apiKeyId)
            return Result<Numbers>(std::unexpected(noSuchAttachment(attachment.id)));
        numbers.push_back(row->number);
    }
    return numbers;
}

Result<void> SqliteAttachmentWriter::hold(qint64 holder, std::span<const qint64> numbers)
{
    for (const qint64 number : numbers) {
        m_insertHolder.bind(1, holder);
        m_insertHolder.bind(2, number);
        if (auto inserted = m_insertHolder.run(); !inserted)
            return inserted;
        if (m_connection->changes() == 0)
            continue; // It holds it already.
        m_hold.bind(1, number);
        if (auto held = m_hold.run(); !held)
            return held;
    }
    return {};
}

Result<void> SqliteAttachmentWriter::release(std::span<const qint64> holders, std::span<const qint64> kept)
{
    // One look for all of them where attachments are not used.
    const auto isAnyHeld = hasHolders();
    if (!isAnyHeld || !*isAnyHeld)
        return isAnyHeld ? Result<void>() : std::unexpected(isAnyHeld.error());
    for (const qint64 holder : holders) {
        m_selectOfHolder.bind(1, holder);
        const auto numbers = readKeys(m_selectOfHolder);
        if (!numbers)
            return std::unexpected(numbers.error());
        for (const qint64 number : *numbers) {
            if (std::ranges::find(kept, number) != kept.end())
                continue;
            m_deleteHolder.bind(1, holder);
            m_deleteHolder.bind(2, number);
            if (auto deleted = m_deleteHolder.run(); !deleted)
                return deleted;
            m_release.bind(1, number);
            if (auto released = m_release.run(); !released)
                return released;
        }
    }
    return {};
}

Result<SqliteAttachmentWriter::Row> SqliteAttachmentWriter::rowOf(const QByteArray &id)
{
    const SqliteResetGuard guard(m_selectRow);
    m_selectRow.bindText(1, id);
    const auto row = m_selectRow.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return Row();
    return Row{.number = m_selectRow.number(0),
               .size = m_selectRow.number(1),
               .isCondemned = m_selectRow.number(2) != 0,
               .apiKeyId = m_selectRow.number(3)};
}

Result<qint64> SqliteAttachmentWriter::total()
{
    return readNumber(m_total);
}

Result<void> SqliteAttachmentWriter::addToTotal(qint64 bytes)
{
    m_updateTotal.bind(1, bytes);
    return m_updateTotal.run();
}

Result<bool> SqliteAttachmentWriter::hasHolders()
{
    const auto any = readNumber(m_hasHolders);
    if (!any)
        return std::unexpected(any.error());
    return *any != 0;
}

Result<void> SqliteAttachmentReader::prepare(SqliteConnection &connection)
{
    return prepareQueries(connection,
                          {{m_select, "select_attachment"},
                           {m_selectRow, "select_attachment_row"},
                           {m_total, "select_attachment_total"}});
}

Result<std::optional<AttachmentRecord>> SqliteAttachmentReader::find(const QByteArray &id)
{
    const SqliteResetGuard guard(m_select);
    m_select.bindText(1, id);
    const auto row = m_select.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return std::nullopt;
    return AttachmentRecord{.attachment = {.id = id,
                                           .name = m_select.byteArray(4),
                                           .contentType = m_select.byteArray(5),
                                           .size = m_select.number(2)},
                            .digest = m_select.byteArray(3),
                            .apiKeyId = m_select.number(0),
                            .createdAt = m_select.time(1).value_or(Timestamp())};
}

Result<std::vector<QByteArray>> SqliteAttachmentReader::unknown(std::span<const QByteArray> ids)
{
    std::vector<QByteArray> strangers;
    for (const QByteArray &id : ids) {
        const SqliteResetGuard guard(m_selectRow);
        m_selectRow.bindText(1, id);
        const auto row = m_selectRow.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            strangers.push_back(id);
    }
    return strangers;
}

Result<qint64> SqliteAttachmentReader::total()
{
    return readNumber(m_total);
}

} // namespace hudhud
