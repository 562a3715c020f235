// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_attachments.h"

#include "postgresql_writer.h"

#include <unordered_set>

namespace hudhud {

namespace {

Result<qint64> readNumber(Result<Rows> rows)
{
    if (!rows)
        return std::unexpected(rows.error());
    return rows->next() ? rows->number(0) : 0;
}

Result<std::vector<QByteArray>> readTexts(Result<Rows> rows)
{
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<QByteArray> texts;
    while (rows->next())
        texts.push_back(rows->text(0));
    return texts;
}

ArrayLiteral idsOf(const std::vector<Attachment> &attachments)
{
    ArrayLiteral ids;
    for (const Attachment &attachment : attachments)
        ids.addText(attachment.id);
    return ids;
}

} // namespace

std::optional<Error> NamedAttachments::missing(const Message &message) const
{
    for (const Attachment &attachment : message.attachments) {
        const auto known = m_apiKeys.find(attachment.id);
        if (known == m_apiKeys.end() || known->second != message.apiKeyId)
            return noSuchAttachment(attachment.id);
    }
    return std::nullopt;
}

Result<NamedAttachments> PostgresqlAttachmentWriter::named(std::span<const MessagePointer> messages)
{
    NamedAttachments named;
    ArrayLiteral ids;
    bool isAny = false;
    for (const MessagePointer &message : messages) {
        for (const Attachment &attachment : message->attachments) {
            ids.addText(attachment.id);
            isAny = true;
        }
    }
    if (!isAny)
        return named;
    auto rows = m_writer.m_connection.run("lock_attachments", ids);
    if (!rows)
        return std::unexpected(rows.error());
    while (rows->next())
        named.m_apiKeys.emplace(rows->text(0), rows->number(1));
    return named;
}

Result<void> PostgresqlAttachmentWriter::hold(std::span<const MessagePointer> messages)
{
    if (messages.empty())
        return {};
    ArrayLiteral holders;
    ArrayLiteral attachments;
    for (const MessagePointer &message : messages) {
        for (const Attachment &attachment : message->attachments) {
            holders.addId(message->id);
            attachments.addText(attachment.id);
        }
    }
    return insertHolders(holders, attachments);
}

Result<void> PostgresqlAttachmentWriter::hold(const MessageId &holder, const std::vector<Attachment> &attachments)
{
    if (attachments.empty())
        return {};
    ArrayLiteral holders;
    for (std::size_t i = 0; i < attachments.size(); ++i)
        holders.addId(holder);
    return insertHolders(holders, idsOf(attachments));
}

Result<void> PostgresqlAttachmentWriter::insertHolders(const ArrayLiteral &holders, const ArrayLiteral &attachments)
{
    if (auto inserted = m_writer.m_connection.run("insert_holders", holders, attachments); !inserted)
        return std::unexpected(inserted.error());
    return done(m_writer.m_connection.run("mark_held", attachments));
}

Result<void> PostgresqlAttachmentWriter::exchange(const MessageId &holder, const std::vector<Attachment> &attachments)
{
    if (auto held = hold(holder, attachments); !held)
        return held;
    const ArrayLiteral holders = arrayOf({&holder, 1});
    if (auto locked = m_writer.m_connection.run("lock_held", holders); !locked)
        return std::unexpected(locked.error());
    return done(m_writer.m_connection.run("release_holders", holders, idsOf(attachments)));
}

Result<void> PostgresqlAttachmentWriter::release(const MessageId &holder)
{
    return exchange(holder, {});
}

Result<qint64> PostgresqlAttachmentWriter::add(const AttachmentRecord &record, qint64 maximumTotal)
{
    const Attachment &attachment = record.attachment;
    return m_writer.inTransaction([&]() -> Result<qint64> {
        // Its row is locked from here on: no two additions pass the limit together.
        const auto after = readNumber(m_writer.m_connection.run("update_attachment_total", attachment.size));
        if (!after)
            return after;
        if (*after > maximumTotal)
            return std::unexpected(noRoomForAttachment(maximumTotal));
        const auto inserted = m_writer.m_connection.run("insert_attachment", Text{attachment.id}, record.apiKeyId,
                                                        record.createdAt, attachment.size, Bytes{record.digest},
                                                        Text{attachment.name}, Text{attachment.contentType});
        if (!inserted)
            return std::unexpected(inserted.error());
        return *after;
    });
}

Result<std::vector<QByteArray>> PostgresqlAttachmentWriter::condemn(Timestamp unusedBefore, int limit)
{
    return m_writer.inTransaction([&]() -> Result<std::vector<QByteArray>> {
        if (auto condemned = m_writer.m_connection.run("condemn_unused_attachments", unusedBefore, limit); !condemned)
            return std::unexpected(condemned.error());
        return readTexts(m_writer.m_connection.run("select_condemned_attachments", limit));
    });
}

Result<qint64> PostgresqlAttachmentWriter::forget(std::span<const QByteArray> ids)
{
    ArrayLiteral array;
    for (const QByteArray &id : ids)
        array.addText(id);
    return m_writer.inTransaction([&]() -> Result<qint64> {
        const auto freed = readNumber(m_writer.m_connection.run("delete_attachments", array));
        if (!freed)
            return freed;
        return readNumber(m_writer.m_connection.run("update_attachment_total", -*freed));
    });
}

Result<std::optional<AttachmentRecord>> PostgresqlAttachmentReader::find(const QByteArray &id)
{
    auto row = m_connection.run("select_attachment", Text{id});
    if (!row)
        return std::unexpected(row.error());
    if (!row->next())
        return std::nullopt;
    return AttachmentRecord{.attachment
                            = {.id = id, .name = row->text(4), .contentType = row->text(5), .size = row->number(2)},
                            .digest = row->bytes(3),
                            .apiKeyId = row->number(0),
                            .createdAt = row->time(1).value_or(Timestamp())};
}

Result<std::vector<QByteArray>> PostgresqlAttachmentReader::unknown(std::span<const QByteArray> ids)
{
    ArrayLiteral array;
    for (const QByteArray &id : ids)
        array.addText(id);
    const auto known = readTexts(m_connection.run("select_known_attachments", array));
    if (!known)
        return known;
    const std::unordered_set<QByteArray> there(known->begin(), known->end());
    std::vector<QByteArray> strangers;
    for (const QByteArray &id : ids) {
        if (!there.contains(id))
            strangers.push_back(id);
    }
    return strangers;
}

Result<qint64> PostgresqlAttachmentReader::total()
{
    return readNumber(m_connection.run("select_attachment_total"));
}

} // namespace hudhud
