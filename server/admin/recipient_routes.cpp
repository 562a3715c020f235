// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin-api/recipients.h"
#include "admin/api_time.h"
#include "admin/body_reader.h"
#include "admin/connection_values.h"
#include "admin/json_fields.h"
#include "admin/message_values.h"
#include "admin/routes.h"

#include <algorithm>
#include <array>

namespace hudhud {

namespace {

constexpr int MessagesShown = 20;
constexpr int ConnectionsShown = 100;

/// Nothing when the request was refused.
std::optional<Recipient> readRecipient(const AdminContext &context, const AdminRequest &request, HttpResponder &responder)
{
    const auto recipient = Recipient::fromString(request.pathParameter);
    if (!recipient) {
        FieldProblems problems;
        problems.add("recipient", shown(request.pathParameter) + " is no phone number of 7 to 15 digits.");
        context.refuse(responder, problems);
    }
    return recipient;
}

/// What the store knows of somebody.
struct StoredRecipient
{
    qint64 pending = 0;
    qint64 deadLetters = 0;
    std::vector<MessagePointer> delivered;
    std::vector<MessagePointer> failures;
    std::vector<MessagePointer> dead;
};

Result<StoredRecipient> readStored(StorageReader &reader, const Recipient &recipient)
{
    const auto pending = reader.pendingCount(recipient);
    if (!pending)
        return std::unexpected(pending.error());
    DeadLetterFilter letters;
    letters.recipient = recipient;
    const auto deadLetters = reader.deadLetters().count(letters);
    if (!deadLetters)
        return std::unexpected(deadLetters.error());
    StoredRecipient stored;
    stored.pending = *pending;
    stored.deadLetters = *deadLetters;
    for (const auto &[status, list] :
         {std::pair{MessageStatus::Delivered, &stored.delivered}, std::pair{MessageStatus::Failed, &stored.failures},
          std::pair{MessageStatus::DeadLetter, &stored.dead}}) {
        auto found = reader.list({.recipient = recipient, .status = status, .before = {}, .limit = MessagesShown});
        if (!found)
            return std::unexpected(found.error());
        *list = *std::move(found);
    }
    return stored;
}

admin::RecipientInfo describeRecipient(const AdminContext &context, const Recipient &recipient, const PersonalData &data,
                                       const ConnectionSelection &connections)
{
    admin::RecipientInfo info;
    info.recipient = data.recipient(recipient.view());
    info.revealed = data.isRevealed();
    info.node = QString::fromUtf8(context.parts.nodeId);
    ConnectionStatus status = ConnectionStatus::Disconnected;
    std::optional<Timestamp> since;
    for (const ConnectionInfo &connection : connections.rows) {
        info.connections.push_back(describeConnection(connection, data));
        since = std::min(since.value_or(connection.connectedAt), connection.connectedAt);
        // The most alive of his connections speaks for him.
        if (status == ConnectionStatus::Disconnected || connection.status == ConnectionStatus::Connected
            || (connection.status == ConnectionStatus::Idle && status == ConnectionStatus::Reconnecting))
            status = connection.status;
    }
    info.status = QLatin1StringView(connectionStatusName(status));
    info.onlineSince = toDateTime(since);
    return info;
}

void showRecipient(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    static constexpr std::array<QByteArrayView, 1> Known{"reveal"};
    const auto recipient = readRecipient(*context, request, responder);
    if (!recipient)
        return;
    FieldProblems problems;
    const bool isRevealing = readReveal(QueryReader(request.query, Known, problems));
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    if (!mayReveal(*context, request, isRevealing, responder))
        return;
    ConnectionQuery query;
    query.filter.user = recipient->toByteArray();
    query.limit = ConnectionsShown;
    findConnections(
        context, std::move(query), std::move(responder),
        [request, recipient = *recipient, data = PersonalData(isRevealing)](
            const AdminContextPointer &own, HttpResponder answer, ConnectionSelection &&connections) {
            auditReveal(*own, request, data.isRevealed(), "recipient", 1);
            own->parts.storage.read<StoredRecipient>(
                [recipient](StorageReader &reader) { return readStored(reader, recipient); },
                [own, data, info = describeRecipient(*own, recipient, data, connections),
                 answer = std::move(answer)](const Result<StoredRecipient> &stored) mutable {
                    if (!stored)
                        return own->refuse(answer, stored.error());
                    info.pending = stored->pending;
                    info.deadLetters = stored->deadLetters;
                    info.lastDelivered = summarize(stored->delivered, data);
                    info.failures = summarize(stored->failures, data);
                    info.lastDeadLetters = summarize(stored->dead, data);
                    for (admin::Connection &connection : info.connections)
                        connection.pending = stored->pending;
                    own->respondValue(answer, info);
                });
        });
}

Message readTestMessage(const simdjson::dom::object &body, const Recipient &recipient, FieldProblems &problems)
{
    static constexpr std::array<QByteArrayView, 3> Known{"subject", "content", "priority"};
    constexpr qsizetype longestSubject = 256;
    constexpr qsizetype longestContent = 4'096;
    const BodyReader reader(body, Known, problems);
    Message message;
    message.recipient = recipient;
    message.subject = reader.text("subject", longestSubject).value_or("Test");
    message.content = reader.text("content", longestContent).value_or("This is a test message.");
    if (const auto name = reader.text("priority", longestSubject)) {
        const auto priority = priorityFromName(*name);
        if (!priority)
            problems.add("priority", "must be Low, Normal, High or Critical.");
        message.priority = priority.value_or(Priority::Normal);
    }
    return message;
}

void sendTestMessage(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    const auto recipient = readRecipient(*context, request, responder);
    if (!recipient)
        return;
    const auto body = context->parse(request);
    if (!body)
        return context->refuse(responder, body.error());
    FieldProblems problems;
    Message message = readTestMessage(*body, *recipient, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    QByteArray detail("{");
    appendText(detail, "recipient", recipient->view());
    AuditRecord audit = context->auditOf(request, detail);
    std::vector<Message> messages;
    messages.push_back(std::move(message));
    context->parts.intake.submit(
        std::move(messages), [context, audit = std::move(audit),
                              responder = std::move(responder)](Result<std::vector<MessagePointer>> stored) mutable {
            if (!stored) {
                audit.detail.append('}');
                context->auditFailure(std::move(audit), stored.error());
                return context->refuse(responder, stored.error());
            }
            const QByteArray id = stored->front()->id.toString();
            appendText(audit.detail, "id", id);
            audit.detail.append('}');
            audit.count = 1;
            context->auditDone(std::move(audit));
            QByteArray answer("{");
            appendText(answer, "id", id);
            appendText(answer, "status", messageStatusName(MessageStatus::Queued));
            context->respondJson(responder, std::move(answer.append('}')), 202);
        });
}

} // namespace

Result<void> mountRecipientRoutes(RouteTable &routes, const AdminContextPointer &context)
{
    static constexpr AdminRoute Routes[] = {
        {HttpMethod::Get, "/recipients/{recipient}", AdminRole::Viewer, "", showRecipient},
        {HttpMethod::Post, "/recipients/{recipient}/test-message", AdminRole::Operator, "recipient.test", sendTestMessage},
    };
    return addRoutes(routes, context, Routes);
}

} // namespace hudhud
