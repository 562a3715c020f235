// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/body_reader.h"
#include "admin/json_fields.h"
#include "admin/message_search.h"
#include "admin/message_values.h"
#include "admin/routes.h"

#include <array>

namespace hudhud {

namespace {

void listMessages(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    FieldProblems problems;
    const MessageSearch search = readMessageSearch(request.query, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    if (!mayReveal(*context, request, search.isRevealing, responder))
        return;
    context->parts.storage.read<MessageSearchPage>(
        [search](StorageReader &reader) { return findMessages(reader, search); },
        [context, request, data = PersonalData(search.isRevealing),
         responder = std::move(responder)](const Result<MessageSearchPage> &found) mutable {
            if (!found)
                return context->refuse(responder, found.error());
            auditReveal(*context, request, data.isRevealed(), "messages", std::ssize(found->messages));
            admin::MessagePage page{.revealed = data.isRevealed(), .messages = summarize(found->messages, data)};
            if (found->next)
                page.nextCursor = QString::fromLatin1(found->next->toString());
            context->respondValue(responder, page);
        });
}

/// Nothing when the request was refused.
std::optional<MessageId> readMessageId(const AdminContext &context, const AdminRequest &request, HttpResponder &responder)
{
    const auto id = MessageId::fromString(request.pathParameter);
    if (!id) {
        FieldProblems problems;
        problems.add("id", shown(request.pathParameter) + " is no id of a message (a UUID).");
        context.refuse(responder, problems);
    }
    return id;
}

struct StoredLife
{
    MessagePointer message;
    std::vector<MessageEvent> events;
};

Result<StoredLife> readLife(StorageReader &reader, const MessageId &id)
{
    auto found = reader.find(std::span(&id, 1));
    if (!found)
        return std::unexpected(found.error());
    if (!found->front())
        return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no such message.")));
    auto events = reader.events(id);
    if (!events)
        return std::unexpected(events.error());
    return StoredLife{std::move(found->front()), *std::move(events)};
}

void showMessage(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    static constexpr std::array<QByteArrayView, 1> Known{"reveal"};
    const auto id = readMessageId(*context, request, responder);
    if (!id)
        return;
    FieldProblems problems;
    const bool isRevealing = readReveal(QueryReader(request.query, Known, problems));
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    if (!mayReveal(*context, request, isRevealing, responder))
        return;
    context->parts.storage.read<StoredLife>(
        [id = *id](StorageReader &reader) { return readLife(reader, id); },
        [context, request, data = PersonalData(isRevealing),
         responder = std::move(responder)](const Result<StoredLife> &life) mutable {
            if (!life)
                return context->refuse(responder, life.error());
            auditReveal(*context, request, data.isRevealed(), "message", 1);
            context->respondValue(responder,
                                  admin::MessageLife{.revealed = data.isRevealed(),
                                                     .message = describeMessage(*life->message, data),
                                                     .events = describeEvents(*life->message, life->events)});
        });
}

void cancelMessage(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    const auto id = readMessageId(*context, request, responder);
    if (!id)
        return;
    const auto body = context->parse(request);
    if (!body)
        return context->refuse(responder, body.error());
    FieldProblems problems;
    const QByteArray reason = readReasonOnly(*body, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    QByteArray detail("{");
    appendText(detail, "id", id->toString());
    appendText(detail, "reason", reason);
    AuditRecord audit = context->auditOf(request, detail.append('}'));
    context->parts.delivery.withdraw(
        *id, [context, id = *id, audit = std::move(audit),
              responder = std::move(responder)](const Result<void> &withdrawn) mutable {
            if (!withdrawn) {
                context->auditFailure(std::move(audit), withdrawn.error());
                return context->refuse(responder, withdrawn.error());
            }
            audit.count = 1;
            context->auditDone(std::move(audit));
            QByteArray answer("{");
            appendText(answer, "id", id.toString());
            appendBoolean(answer, "cancelled", true);
            context->respondJson(responder, std::move(answer.append('}')));
        });
}

} // namespace

Result<void> mountMessageRoutes(RouteTable &routes, const AdminContextPointer &context)
{
    static constexpr AdminRoute Routes[] = {
        {HttpMethod::Get, "/messages", AdminRole::Viewer, "", listMessages},
        {HttpMethod::Get, "/messages/{id}", AdminRole::Viewer, "", showMessage},
        {HttpMethod::Post, "/messages/{id}/cancel", AdminRole::Operator, "message.cancel", cancelMessage},
    };
    return addRoutes(routes, context, Routes);
}

} // namespace hudhud
