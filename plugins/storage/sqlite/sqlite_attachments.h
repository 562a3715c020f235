// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/attachments.h"
#include "sql/sqlite_statement.h"

namespace hudhud {

class SqliteWriter;

/// The writer's part for attachments, and its count of who holds them. Thread: the writer's.
class SqliteAttachmentWriter final : public AttachmentWriter
{
public:
    /// Rows of table attachment.
    using Numbers = std::vector<qint64>;

    explicit SqliteAttachmentWriter(SqliteWriter &writer)
        : m_writer(writer)
    {
    }
    Result<void> prepare(SqliteConnection &connection);

    Result<qint64> add(const AttachmentRecord &record, qint64 maximumTotal) override;
    Result<std::vector<QByteArray>> condemn(Timestamp unusedBefore, int limit) override;
    Result<qint64> forget(std::span<const QByteArray> ids) override;

    // For who stores and removes messages and broadcasts, each within a transaction. Holders are as in table
    // attachment_holder.
    /// What the message names; the inner error when it may not. Only for messages that name some.
    Result<Result<Numbers>> named(const Message &message);
    Result<void> hold(qint64 holder, std::span<const qint64> numbers);
    /// Of those whom nobody else holds, also the files will go. `kept` stay held.
    Result<void> release(std::span<const qint64> holders, std::span<const qint64> kept = {});

private:
    struct Row
    {
        qint64 number = 0; ///< 0: there is none of this id.
        qint64 size = 0;
        bool isCondemned = false;
        qint64 apiKeyId = 0;
    };

    Result<Row> rowOf(const QByteArray &id);
    Result<qint64> total();
    Result<void> addToTotal(qint64 bytes);
    Result<bool> hasHolders();

    SqliteWriter &m_writer;
    SqliteConnection *m_connection = nullptr;
    SqliteStatement m_insert;
    SqliteStatement m_selectRow;
    SqliteStatement m_condemnUnused;
    SqliteStatement m_selectCondemned;
    SqliteStatement m_delete;
    SqliteStatement m_hold;
    SqliteStatement m_release;
    SqliteStatement m_insertHolder;
    SqliteStatement m_deleteHolder;
    SqliteStatement m_selectOfHolder;
    SqliteStatement m_hasHolders;
    SqliteStatement m_total;
    SqliteStatement m_updateTotal;
};

/// The reader's part for attachments. Thread: the reader's.
class SqliteAttachmentReader final : public AttachmentReader
{
public:
    Result<void> prepare(SqliteConnection &connection);

    Result<std::optional<AttachmentRecord>> find(const QByteArray &id) override;
    Result<std::vector<QByteArray>> unknown(std::span<const QByteArray> ids) override;
    Result<qint64> total() override;

private:
    SqliteStatement m_select;
    SqliteStatement m_selectRow;
    SqliteStatement m_total;
};

} // namespace hudhud
