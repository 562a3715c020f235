// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachment_names.h"
#include "authorization.h"
#include "list_query.h"
#include "message_json.h"
#include "message_reader.h"
#include "routes.h"

#include <utility>

namespace hudhud {

namespace {

void answerWithMessage(const RestContextPointer &context, const MessageId &id, HttpResponder responder)
{
    context->services.queries->find(
        id, [context, responder = std::move(responder)](const Result<MessagePointer> &found) mutable {
            if (!found)
                return context->refuse(responder, found.error());
            if (!*found)
                return context->refuse(responder, noSuchMessage());
            QByteArray body;
            appendMessage(body, **found, context->services.attachmentLinks);
            context->respondJson(responder, std::move(body));
        });
}

void replaceContent(const RestContextPointer &context, MessageReplacement &&replacement, HttpResponder responder)
{
    const MessageId id = replacement.id;
    context->services.delivery->replace(
        std::move(replacement),
        [context, id, responder = std::move(responder)](const Result<void> &replaced) mutable {
            if (!replaced)
                context->refuse(responder, replaced.error());
            else
                answerWithMessage(context, id, std::move(responder));
        });
}

FieldProblems otherRecipient()
{
    FieldProblems problems;
    problems.add("recipient",
                 "is not the recipient of this message, which cannot be changed. Leave it out, or withdraw the message "
                 "and send a new one.");
    return problems;
}

/// Only a message of the recipient that is given, if one is.
void replaceMessage(const RestContextPointer &context, MessageReplacement &&replacement, HttpResponder responder)
{
    if (replacement.content->recipient.isNull())
        return replaceContent(context, std::move(replacement), std::move(responder));
    const MessageId id = replacement.id;
    // A recipient never changes, so there is no race between looking and replacing.
    context->services.queries->find(id,
                                    [context, replacement = std::move(replacement),
                                     responder = std::move(responder)](const Result<MessagePointer> &found) mutable {
                                        if (!found)
                                            context->refuse(responder, found.error());
                                        else if (!*found)
                                            context->refuse(responder, noSuchMessage());
                                        else if ((*found)->recipient != replacement.content->recipient)
                                            context->refuse(responder, otherRecipient());
                                        else
                                            replaceContent(context, std::move(replacement), std::move(responder));
                                    });
}

void putMessage(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &identity,
                HttpResponder responder)
{
    const std::optional<MessageId> id = MessageId::fromString(request.pathParameter);
    if (!id)
        return context->refuse(responder, invalidMessageId(request.pathParameter));
    const Result<simdjson::dom::object> body = context->parse(request);
    if (!body)
        return context->refuseUnreadable(responder, body.error());
    FieldProblems problems;
    const MessageRules rules{
        .now = context->services.clock->now(), .account = identity.account, .isReplacement = true};
    std::vector<Message> content(1);
    content.front() = MessageReader(context->options, rules, problems).read(*body);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    content.front().apiKeyId = identity.id;
    describeAttachments(context, identity.id, std::move(content), std::move(responder), [] {},
                        [context, id = *id, now = rules.now](std::vector<Message> described, HttpResponder answer) {
                            auto message = std::make_shared<const Message>(std::move(described.front()));
                            replaceMessage(context, {.id = id, .content = std::move(message), .now = now},
                                           std::move(answer));
                        });
}

} // namespace

Result<void> mountReplaceRoute(RouteTable &routes, const RestContextPointer &context)
{
    return routes.addRoute(HttpMethod::Put, "/api/v1/messages/{id}", authorized(context, "send", putMessage));
}

} // namespace hudhud
