// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/dead_letter_parameters.h"
#include "admin/routes.h"
#include "core/json_text.h"
#include "list_query.h"
#include "message_reader.h"

#include <algorithm>
#include <array>

namespace hudhud {

namespace {

/// What an operator sends: the whole corrected message, and why.
struct Edit
{
    Message message;
    QByteArray reason;
};

Edit readEdit(AdminContext &context, const simdjson::dom::object &body, FieldProblems &problems)
{
    static constexpr std::array<QByteArrayView, 2> Known{"message", "reason"};
    Edit edit;
    simdjson::dom::object message;
    const MessageRules rules{.now = context.parts.clock.now()};
    if (body["message"].get(message) == simdjson::SUCCESS)
        edit.message = MessageReader(context.parts.messageLimits, rules, problems).read(message);
    else
        problems.add("message", "is missing; give the whole corrected message, as it would be posted.");
    std::string_view reason;
    if (body["reason"].get(reason) != simdjson::SUCCESS || reason.empty()
        || reason.size() > static_cast<std::size_t>(MaximumJobReason))
        problems.add("reason", "must say why in 1 to " + QByteArray::number(MaximumJobReason) + " bytes.");
    edit.reason = QByteArray(reason.data(), static_cast<qsizetype>(reason.size()));
    for (const simdjson::dom::key_value_pair member : body) {
        const QByteArrayView name(member.key.data(), static_cast<qsizetype>(member.key.size()));
        if (std::ranges::find(Known, name) == Known.end())
            problems.add(shortened(name), unknownName(name, Known));
    }
    return edit;
}

Result<MessagePointer> storeEdited(StorageWriter &writer, Message corrected, const QByteArray &reason,
                                   const AuditRecord &audit)
{
    auto stored = std::make_shared<Message>(std::move(corrected));
    if (auto replaced = writer.deadLetters().replaceEdited(*stored, reason, audit); !replaced)
        return std::unexpected(replaced.error());
    return stored;
}

HttpResponse editedResponse(const Message &message)
{
    HttpResponse response{.status = 202,
                          .contentType = "application/json",
                          .body = "{\"id\":\"" + message.id.toString() + "\",\"editedFrom\":\""
                              + message.editedFrom.toString() + "\",\"status\":\""
                              + messageStatusName(message.status).toByteArray() + "\"}",
                          .headers = {},
                          .closeConnection = false};
    response.headers.emplace_back("Location", QByteArray(AdminPath) + "/dlq/" + message.id.toString());
    return response;
}

/// The copy may keep attachments of the original, and no others: they are the business's.
FieldProblems takeAttachments(Message &copy, const Message &original)
{
    FieldProblems problems;
    for (Attachment &attachment : copy.attachments) {
        const auto known = std::ranges::find(original.attachments, attachment.id, &Attachment::id);
        if (known != original.attachments.end())
            attachment = *known;
        else
            problems.add("message.attachments", "has an id that the dead letter has not; leave it out.");
    }
    return problems;
}

void store(const AdminContextPointer &context, Edit edit, AuditRecord audit, HttpResponder responder)
{
    const QByteArray reason
        = "edited and sent again as " + edit.message.id.toString() + ": " + edit.reason;
    context->parts.storage.write<MessagePointer>(
        [message = std::move(edit.message), reason, audit](StorageWriter &writer) {
            return storeEdited(writer, message, reason, audit);
        },
        [context, audit, responder = std::move(responder)](const Result<MessagePointer> &stored) mutable {
            if (!stored) {
                context->auditFailure(std::move(audit), stored.error());
                context->refuse(responder, stored.error());
                return;
            }
            context->parts.router.route(std::array{*stored});
            context->respond(responder, editedResponse(**stored));
        });
}

void editDeadLetter(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    const auto id = MessageId::fromString(request.pathParameter);
    if (!id)
        return context->refuse(responder, invalidMessageId(request.pathParameter));
    const auto body = context->parse(request);
    if (!body)
        return context->refuse(responder, body.error());
    FieldProblems problems;
    Edit edit = readEdit(*context, *body, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    edit.message.id = context->parts.ids.next();
    edit.message.createdAt = context->parts.clock.now();
    edit.message.editedFrom = *id;
    QByteArray detail = "{\"original\":\"" + id->toString() + "\",\"copy\":\"" + edit.message.id.toString()
        + "\",\"reason\":";
    appendJsonString(detail, edit.reason);
    AuditRecord audit = context->auditOf(request, detail.append('}'));
    audit.count = 1;
    // The copy stays with the business that posted the original.
    context->parts.storage.find(
        {*id}, [context, edit = std::move(edit), audit = std::move(audit), responder = std::move(responder)](
                   const Result<std::vector<MessagePointer>> &found) mutable {
            if (!found)
                return context->refuse(responder, found.error());
            if (const MessagePointer &original = found->front()) {
                edit.message.apiKeyId = original->apiKeyId;
                edit.message.sender = original->sender;
                if (edit.message.conversation.isEmpty())
                    edit.message.conversation = original->conversation;
                if (const FieldProblems foreign = takeAttachments(edit.message, *original); !foreign.isEmpty())
                    return context->refuse(responder, foreign);
            }
            store(context, std::move(edit), std::move(audit), std::move(responder));
        });
}

} // namespace

Result<void> mountEditRoute(RouteTable &routes, const AdminContextPointer &context)
{
    return routes.addRoute(HttpMethod::Post, QByteArray(AdminPath) + "/dlq/{id}/edit",
                           allowed(context, AdminRole::Operator, "dead-letters.edit", editDeadLetter));
}

} // namespace hudhud
