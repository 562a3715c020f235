// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/attachments.h"
#include "postgresql_connection.h"

#include <span>
#include <unordered_map>

namespace hudhud {

class PostgresqlWriter;

/// What is stored of the attachments that messages name; their rows stay locked, so that none is condemned meanwhile.
class NamedAttachments
{
public:
    /// Why the store has to refuse a message, if it has to.
    std::optional<Error> missing(const Message &message) const;

private:
    friend class PostgresqlAttachmentWriter;
    std::unordered_map<QByteArray, qint64> m_apiKeys; ///< Of those that are there.
};

/// The writer's part for attachments, and who holds them. Thread: the writer's.
class PostgresqlAttachmentWriter final : public AttachmentWriter
{
public:
    explicit PostgresqlAttachmentWriter(PostgresqlWriter &writer)
        : m_writer(writer)
    {
    }

    Result<qint64> add(const AttachmentRecord &record, qint64 maximumTotal) override;
    Result<std::vector<QByteArray>> condemn(Timestamp unusedBefore, int limit) override;
    Result<qint64> forget(std::span<const QByteArray> ids) override;

    // For who stores messages and broadcasts, each within a transaction. A holder is the id of a message or broadcast.
    Result<NamedAttachments> named(std::span<const MessagePointer> messages);
    Result<void> hold(std::span<const MessagePointer> messages);
    Result<void> hold(const MessageId &holder, const std::vector<Attachment> &attachments);
    /// The holder has these from now on.
    Result<void> exchange(const MessageId &holder, const std::vector<Attachment> &attachments);
    Result<void> release(const MessageId &holder);

private:
    Result<void> insertHolders(const ArrayLiteral &holders, const ArrayLiteral &attachments);
    Result<qint64> total();

    PostgresqlWriter &m_writer;
};

/// The reader's part for attachments. Thread: the reader's.
class PostgresqlAttachmentReader final : public AttachmentReader
{
public:
    explicit PostgresqlAttachmentReader(PostgresqlConnection &connection)
        : m_connection(connection)
    {
    }

    Result<std::optional<AttachmentRecord>> find(const QByteArray &id) override;
    Result<std::vector<QByteArray>> unknown(std::span<const QByteArray> ids) override;
    Result<qint64> total() override;

private:
    PostgresqlConnection &m_connection;
};

} // namespace hudhud
