// SPDX-License-Identifier: GPL-3.0-or-later
#include "broadcast_loader.h"

#include "sql/record_codec.h"
#include "sqlite_queries.h"

namespace hudhud {

namespace {

Result<Message> readTemplate(const SqliteStatement &row)
{
    Message message;
    message.apiKeyId = row.number(8);
    message.type = static_cast<MessageType>(row.number(9));
    message.priority = static_cast<Priority>(row.number(10));
    message.subject = row.byteArray(11);
    message.content = row.byteArray(12);
    message.sender = row.byteArray(13);
    message.metadata = row.byteArray(14);
    message.collapseKey = row.byteArray(15);
    message.conversation = row.byteArray(16);
    message.expiresAt = row.time(17);
    message.deliverAt = row.time(18);
    auto attachments = unpackAttachments(row.bytes(19));
    if (!attachments)
        return std::unexpected(attachments.error());
    message.attachments = std::move(*attachments);
    return message;
}

} // namespace

Result<void> BroadcastLoader::prepare(SqliteConnection &connection)
{
    return prepareQueries(connection, {{m_select, "select_broadcast"}});
}

Result<std::optional<StoredBroadcast>> BroadcastLoader::load(const MessageId &id)
{
    const SqliteResetGuard guard(m_select);
    m_select.bindBlob(1, id.view());
    const auto row = m_select.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return std::nullopt;
    auto message = readTemplate(m_select);
    if (!message)
        return std::unexpected(message.error());
    StoredBroadcast stored;
    stored.number = m_select.number(0);
    stored.last = m_select.number(5);
    stored.broadcast = {.id = id,
                        .message = std::move(*message),
                        .group = m_select.byteArray(2),
                        .state = static_cast<BroadcastState>(m_select.number(1)),
                        .total = m_select.number(3),
                        .stored = m_select.number(4),
                        .createdAt = m_select.time(6).value_or(Timestamp()),
                        .endedAt = m_select.time(7)};
    return stored;
}

} // namespace hudhud
