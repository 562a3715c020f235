// SPDX-License-Identifier: GPL-3.0-or-later
#include "message_loader.h"

#include "sql/record_codec.h"

#include <unordered_map>

namespace hudhud {

namespace {

void readAccepted(const Rows &row, Message &message)
{
    message.id = row.id(0);
    message.recipient = unpackRecipient(row.number(1));
    message.createdAt = row.time(2).value_or(Timestamp());
    message.type = static_cast<MessageType>(row.number(3));
    message.priority = static_cast<Priority>(row.number(4));
    message.subject = row.text(5);
    message.content = row.text(6);
    message.sender = row.text(7);
    message.metadata = row.text(8);
    message.idempotencyKey = row.text(9);
    message.apiKeyId = row.number(10);
    message.expiresAt = row.time(11);
    message.deliverAt = row.time(12);
    message.collapseKey = row.text(14);
    message.conversation = row.text(15);
    message.editedFrom = row.id(16);
}

void readState(const Rows &row, Message &message)
{
    message.status = static_cast<MessageStatus>(row.number(17));
    message.retryCount = static_cast<quint16>(row.number(18));
    message.pushCount = static_cast<quint16>(row.number(19));
    if (message.status == MessageStatus::Failed)
        message.nextRetryAt = row.time(20);
    message.deliveredAt = row.time(21);
    message.lastRetryAt = row.time(22);
    message.movedToDlqAt = row.time(23);
    message.failureReason = row.text(24);
    message.failureClass = static_cast<ErrorClass>(row.number(25));
    if (!row.isNull(26))
        message.deadLetterReason = static_cast<DeadLetterReason>(row.number(26));
    message.replayCount = static_cast<quint16>(row.number(27));
    message.replayJob = row.number(28);
    message.readAt = row.time(29);
}

} // namespace

Result<MessagePointer> readMessage(const Rows &row)
{
    auto message = std::make_shared<Message>();
    readAccepted(row, *message);
    readState(row, *message);
    auto attachments = unpackAttachments(row.bytes(13));
    if (!attachments)
        return std::unexpected(attachments.error());
    message->attachments = std::move(*attachments);
    return message;
}

Result<std::vector<MessagePointer>> readMessages(Result<Rows> rows)
{
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<MessagePointer> messages;
    while (rows->next()) {
        auto message = readMessage(*rows);
        if (!message)
            return std::unexpected(message.error());
        messages.push_back(std::move(*message));
    }
    return messages;
}

Result<std::vector<MessagePointer>> loadMessages(PostgresqlConnection &connection, std::span<const MessageId> ids)
{
    if (ids.empty())
        return {};
    const auto messages = readMessages(connection.run("select_messages", arrayOf(ids)));
    if (!messages)
        return std::unexpected(messages.error());
    std::unordered_map<MessageId, MessagePointer> byId;
    for (const MessagePointer &message : *messages)
        byId.emplace(message->id, message);
    std::vector<MessagePointer> ordered;
    ordered.reserve(ids.size());
    for (const MessageId &id : ids) {
        const auto found = byId.find(id);
        ordered.push_back(found == byId.end() ? nullptr : found->second);
    }
    return ordered;
}

} // namespace hudhud
