// SPDX-License-Identifier: GPL-3.0-or-later
#include "message_loader.h"

#include "sql/record_codec.h"
#include "sqlite_queries.h"

namespace hudhud {

namespace {

void readAccepted(const SqliteStatement &row, Message &message)
{
    message.id = MessageId::fromBytes(row.bytes(0)).value_or(MessageId());
    message.recipient = unpackRecipient(row.number(1));
    message.createdAt = row.time(2).value_or(Timestamp());
    message.type = static_cast<MessageType>(row.number(3));
    message.priority = static_cast<Priority>(row.number(4));
    message.subject = row.byteArray(5);
    message.content = row.byteArray(6);
    message.sender = row.byteArray(7);
    message.metadata = row.byteArray(8);
    message.idempotencyKey = row.byteArray(9);
    message.apiKeyId = row.number(10);
    message.expiresAt = row.time(11);
    message.deliverAt = row.time(12);
    message.collapseKey = row.byteArray(22);
    message.conversation = row.byteArray(23);
    message.editedFrom = MessageId::fromBytes(row.bytes(24)).value_or(MessageId());
}

void readProgress(const SqliteStatement &row, Message &message)
{
    message.status = static_cast<MessageStatus>(row.number(14));
    message.retryCount = static_cast<quint16>(row.number(15));
    message.pushCount = static_cast<quint16>(row.number(16));
    if (message.status == MessageStatus::Failed)
        message.nextRetryAt = row.time(17);
    message.deliveredAt = row.time(18);
    message.lastRetryAt = row.time(19);
    message.movedToDlqAt = row.time(20);
    message.failureReason = row.byteArray(21);
    message.failureClass = static_cast<ErrorClass>(row.number(25));
    if (!row.isNull(26))
        message.deadLetterReason = static_cast<DeadLetterReason>(row.number(26));
    message.replayCount = static_cast<quint16>(row.number(27));
    message.replayJob = row.number(28);
    message.readAt = row.time(29);
}

} // namespace

Result<void> MessageLoader::prepare(SqliteConnection &connection)
{
    return prepareQueries(connection, {{m_select, "select_message"}});
}

Result<MessagePointer> MessageLoader::load(qint64 key)
{
    const SqliteResetGuard guard(m_select);
    m_select.bind(1, key);
    const auto row = m_select.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return nullptr;
    auto message = std::make_shared<Message>();
    readAccepted(m_select, *message);
    readProgress(m_select, *message);
    auto attachments = unpackAttachments(m_select.bytes(13));
    if (!attachments)
        return std::unexpected(attachments.error());
    message->attachments = std::move(*attachments);
    return message;
}

Result<std::vector<qint64>> readKeys(SqliteStatement &statement)
{
    const SqliteResetGuard guard(statement);
    std::vector<qint64> keys;
    for (;;) {
        const auto row = statement.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return keys;
        keys.push_back(statement.number(0));
    }
}

} // namespace hudhud
