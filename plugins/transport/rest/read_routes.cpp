// SPDX-License-Identifier: GPL-3.0-or-later
#include "authorization.h"
#include "list_query.h"
#include "message_json.h"
#include "plugin-api/recipient_presence.h"
#include "routes.h"

#include <utility>

namespace hudhud {

namespace {

void getMessage(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &,
                HttpResponder responder)
{
    const std::optional<MessageId> id = MessageId::fromString(request.pathParameter);
    if (!id)
        return context->refuse(responder, invalidMessageId(request.pathParameter));
    context->services.queries->find(
        *id, [context, responder = std::move(responder)](Result<MessagePointer> found) mutable {
            if (!found)
                return context->refuse(responder, found.error());
            if (!*found)
                return context->refuse(responder, noSuchMessage());
            QByteArray body;
            appendMessage(body, **found, context->services.attachmentLinks);
            context->respondJson(responder, std::move(body));
        });
}

void getEvents(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &,
               HttpResponder responder)
{
    const std::optional<MessageId> id = MessageId::fromString(request.pathParameter);
    if (!id)
        return context->refuse(responder, invalidMessageId(request.pathParameter));
    context->services.queries->events(
        *id, [context, responder = std::move(responder)](Result<std::vector<MessageEvent>> events) mutable {
            if (events)
                context->respondJson(responder, eventsJson(*events));
            else if (events.error().code() == ErrorCode::NotFound)
                context->refuse(responder, noSuchMessage());
            else
                context->refuse(responder, events.error());
        });
}

QByteArray pageJson(const std::vector<MessagePointer> &messages, int limit, const AttachmentLinks *links)
{
    QByteArray out("{\"messages\":[");
    for (const MessagePointer &message : messages) {
        if (out.back() != '[')
            out.append(',');
        appendMessage(out, *message, links);
    }
    out.append(']');
    if (static_cast<int>(messages.size()) >= limit)
        out.append(",\"nextCursor\":\"").append(messages.back()->id.toString()).append('"');
    return out.append('}');
}

void listMessages(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &,
                  HttpResponder responder)
{
    FieldProblems problems;
    const MessageFilter filter = readListQuery(request.query, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    context->services.queries->list(filter,
                                    [context, limit = filter.limit, responder = std::move(responder)](
                                        Result<std::vector<MessagePointer>> messages) mutable {
                                        if (!messages)
                                            context->refuse(responder, messages.error());
                                        else
                                            context->respondJson(
                                                responder,
                                                pageJson(*messages, limit, context->services.attachmentLinks));
                                    });
}

void answerPresence(const RestContextPointer &context, HttpResponder &responder, RecipientPresence presence, qint64 pending)
{
    QByteArray body("{\"online\":");
    body.append(presence.connections > 0 ? "true" : "false");
    body.append(",\"connections\":").append(QByteArray::number(presence.connections));
    body.append(",\"pendingMessages\":").append(QByteArray::number(pending));
    body.append(presence.isOfCluster ? ",\"scope\":\"cluster\"}" : ",\"scope\":\"node\"}");
    context->respondJson(responder, std::move(body));
}

void getPresence(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &,
                 HttpResponder responder)
{
    const std::optional<Recipient> recipient = Recipient::fromString(request.pathParameter);
    if (!recipient)
        return context->refuse(responder, invalidRecipient(request.pathParameter));
    context->services.queries->pendingCount(
        *recipient,
        [context, recipient = *recipient, responder = std::move(responder)](Result<qint64> pending) mutable {
            if (!pending)
                return context->refuse(responder, pending.error());
            if (!context->services.presence) {
                const int connections = context->services.delivery->connectionCount(recipient);
                return answerPresence(context, responder, {.connections = connections}, *pending);
            }
            context->services.presence->presence(
                recipient,
                [context, pending = *pending, responder = std::move(responder)](RecipientPresence presence) mutable {
                    answerPresence(context, responder, presence, pending);
                });
        });
}

} // namespace

Result<void> mountReadRoutes(RouteTable &routes, const RestContextPointer &context)
{
    const auto add = [&](const QByteArray &pattern, RestHandler handler) {
        return routes.addRoute(HttpMethod::Get, pattern, authorized(context, "read", handler));
    };
    Result<void> added = add("/api/v1/messages", listMessages);
    if (added)
        added = add("/api/v1/messages/{id}", getMessage);
    if (added)
        added = add("/api/v1/messages/{id}/events", getEvents);
    if (added)
        added = add("/api/v1/users/{recipient}/presence", getPresence);
    return added;
}

} // namespace hudhud
