// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachment_names.h"
#include "authorization.h"
#include "forwarding.h"
#include "idempotency.h"
#include "key_allowance.h"
#include "list_query.h"
#include "message_json.h"
#include "message_reader.h"
#include "routes.h"

#include <utility>

namespace hudhud {

namespace {

HttpResponse acceptedResponse(const MessageId &id, Timestamp createdAt)
{
    HttpResponse response{.status = 202,
                          .contentType = "application/json",
                          .body = {},
                          .headers = {},
                          .closeConnection = false};
    response.body.reserve(128);
    response.body.append('{');
    appendAccepted(response.body, id);
    response.body.append(",\"createdAt\":");
    appendTime(response.body, createdAt);
    response.body.append('}');
    response.headers.emplace_back("Location", QByteArray("/api/v1/messages/").append(id.toString()));
    return response;
}

void submitMessage(const RestContextPointer &context, const KeyAllowance &allowance, std::vector<Message> messages,
                   HttpResponder responder)
{
    context->services.intake->submit(
        std::move(messages),
        [context, allowance, responder = std::move(responder)](Result<std::vector<MessagePointer>> stored) mutable {
            if (!stored) {
                allowance.giveBack(1);
                return context->refuse(responder, stored.error());
            }
            HttpResponse response = acceptedResponse(stored->front()->id, stored->front()->createdAt);
            allowance.describe(response);
            context->respond(responder, std::move(response));
        });
}

void submitMessageOnce(const RestContextPointer &context, const KeyAllowance &allowance,
                       std::vector<Message> messages, IdempotencyClaim &&claim, HttpResponder responder)
{
    context->services.intake->submitOnce(
        std::move(messages), std::move(claim),
        [context, allowance, responder = std::move(responder)](const Result<StoredRequest> &stored) mutable {
            if (!stored || stored->isReplayed)
                allowance.giveBack(1);
            if (!stored)
                return context->refuse(responder, stored.error());
            HttpResponse response = acceptedResponse(stored->ids.front(), stored->createdAt);
            if (stored->isReplayed)
                markReplayed(response);
            allowance.describe(response);
            context->respond(responder, std::move(response));
        });
}

void postMessage(const RestContextPointer &context, const RestRequest &request,
                 const ApiKeyIdentity &identity, HttpResponder responder)
{
    const KeyAllowance allowance(*context->services.sendLimits, identity);
    if (const auto refusal = allowance.check())
        return context->respond(responder, allowance.refusalResponse(*refusal));
    const Result<simdjson::dom::object> body = context->parse(request);
    if (!body)
        return context->refuseUnreadable(responder, body.error());
    FieldProblems problems;
    std::optional<IdempotencyClaim> claim
        = readClaim(*context, request, "POST /api/v1/messages", identity, problems);
    const MessageRules rules{.now = context->services.clock->now(),
                             .account = identity.account,
                             .isRepeatable = claim.has_value()};
    std::vector<Message> messages(1);
    messages.front() = MessageReader(context->options, rules, problems).read(*body);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    if (const auto refusal = allowance.take(1))
        return context->respond(responder, allowance.refusalResponse(*refusal));
    messages.front().apiKeyId = identity.id;
    describeAttachments(
        context, identity.id, std::move(messages), std::move(responder), [allowance] { allowance.giveBack(1); },
        [context, allowance, claim = std::move(claim)](std::vector<Message> described, HttpResponder answer) mutable {
            if (claim)
                submitMessageOnce(context, allowance, std::move(described), std::move(*claim), std::move(answer));
            else
                submitMessage(context, allowance, std::move(described), std::move(answer));
        });
}

void withdrawMessage(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &,
                     HttpResponder responder)
{
    const std::optional<MessageId> id = MessageId::fromString(request.pathParameter);
    if (!id)
        return context->refuse(responder, invalidMessageId(request.pathParameter));
    context->services.delivery->withdraw(
        *id, [context, responder = std::move(responder)](const Result<void> &withdrawn) mutable {
            if (!withdrawn)
                context->refuse(responder, withdrawn.error());
            else
                context->respond(responder,
                                 HttpResponse{.status = 204,
                                              .contentType = {},
                                              .body = {},
                                              .headers = {},
                                              .closeConnection = false});
        });
}

/// The yardstick of load tests: everything a request costs before anything is done with it.
void acceptNothing(const RestContextPointer &context, HttpResponder &responder)
{
    context->respond(
        responder,
        HttpResponse{.status = 202, .contentType = {}, .body = {}, .headers = {}, .closeConnection = false});
}

} // namespace

Result<void> mountSendRoutes(RouteTable &routes, const RestContextPointer &context)
{
    Result<void> added
        = routes.addRoute(HttpMethod::Post, "/api/v1/messages", acceptedByAnyNode(context, postMessage));
    if (added)
        added = routes.addRoute(HttpMethod::Delete, "/api/v1/messages/{id}",
                                authorized(context, "send", withdrawMessage));
    if (added && context->options.benchmarkRoute) {
        added = routes.addRoute(
            HttpMethod::Post, "/api/v1/noop",
            [context](const HttpRequest &, HttpResponder responder) { acceptNothing(context, responder); });
    }
    return added;
}

} // namespace hudhud
