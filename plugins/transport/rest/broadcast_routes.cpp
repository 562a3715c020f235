// SPDX-License-Identifier: GPL-3.0-or-later
#include "authorization.h"
#include "list_query.h"
#include "message_json.h"
#include "message_reader.h"
#include "plugin-api/fan_out.h"
#include "recipient_list.h"
#include "routes.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hudhud {

namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr QByteArrayView BroadcastsPath("/api/v1/broadcasts/");
constexpr std::array<QByteArrayView, 3> Members{"recipients", "group", "message"};

/// What a request asks for; meaningless if there were problems.
struct NewBroadcast
{
    Message message;
    QByteArray group;
    std::vector<Recipient> recipients;
};

QByteArrayView stateName(BroadcastState state)
{
    switch (state) {
    case BroadcastState::Running:
        return "Running";
    case BroadcastState::Completed:
        return "Completed";
    case BroadcastState::Cancelled:
        break;
    }
    return "Cancelled";
}

QByteArray readGroup(const element &value, FieldProblems &problems)
{
    std::string_view text;
    if (value.get_string().get(text) != simdjson::SUCCESS) {
        problems.add("group", QByteArray("must be a string, not ").append(jsonTypeName(value)).append('.'));
        return {};
    }
    const QByteArray name(text.data(), static_cast<qsizetype>(text.size()));
    if (!isGroupName(name))
        problems.add("group", quoted(name) + " is no group name; give 1 to 64 characters of A-Z a-z 0-9 . _ -");
    return name;
}

Message readTemplate(const RestContext &context, const element &value, const ApiKeyIdentity &identity,
                     FieldProblems &problems)
{
    object members;
    if (value.get_object().get(members) != simdjson::SUCCESS) {
        problems.add("message", QByteArray("must be an object, not ").append(jsonTypeName(value)).append('.'));
        return {};
    }
    FieldProblems inner;
    const MessageRules rules{.now = context.services.clock->now(), .account = identity.account, .isTemplate = true};
    Message message = MessageReader(context.options, rules, inner).read(members);
    for (const FieldProblem &problem : inner.listed())
        problems.add("message." + problem.field, problem.message);
    return message;
}

NewBroadcast readBroadcast(const RestContext &context, const object &body, const ApiKeyIdentity &identity,
                           FieldProblems &problems)
{
    NewBroadcast broadcast;
    std::array<bool, Members.size()> seen{};
    for (const simdjson::dom::key_value_pair member : body) {
        const QByteArrayView name(member.key.data(), static_cast<qsizetype>(member.key.size()));
        const auto index = static_cast<std::size_t>(std::ranges::find(Members, name) - Members.begin());
        if (index == Members.size())
            problems.add(shortened(name), unknownName(name, Members));
        else if (std::exchange(seen[index], true))
            problems.add(name, "is given twice in the same object; give it once.");
        else if (index == 0)
            broadcast.recipients = readRecipients(member.value, problems);
        else if (index == 1)
            broadcast.group = readGroup(member.value, problems);
        else
            broadcast.message = readTemplate(context, member.value, identity, problems);
    }
    if (seen[0] && seen[1])
        problems.add("group", "cannot be combined with recipients; give one of the two.");
    if (!seen[0] && !seen[1])
        problems.add("recipients", "is missing; give an array of phone numbers, or a group.");
    if (!seen[2])
        problems.add("message", "is missing; give the message that every recipient gets.");
    return broadcast;
}

HttpResponse acceptedResponse(const Broadcast &broadcast)
{
    const QByteArray id = broadcast.id.toString();
    return HttpResponse{.status = 202,
                        .contentType = "application/json",
                        .body = "{\"id\":\"" + id + "\",\"accepted\":" + QByteArray::number(broadcast.total) + '}',
                        .headers = {{"Location", BroadcastsPath.toByteArray().append(id)}},
                        .closeConnection = false};
}

QByteArray broadcastJson(const Broadcast &broadcast)
{
    QByteArray out("{\"id\":\"" + broadcast.id.toString() + "\",\"state\":\"");
    out.append(stateName(broadcast.state)).append('"');
    if (!broadcast.group.isEmpty())
        out.append(",\"group\":\"").append(broadcast.group).append('"');
    out.append(",\"total\":").append(QByteArray::number(broadcast.total));
    out.append(",\"stored\":").append(QByteArray::number(broadcast.stored));
    out.append(",\"createdAt\":");
    appendTime(out, broadcast.createdAt);
    if (broadcast.endedAt) {
        out.append(",\"endedAt\":");
        appendTime(out, *broadcast.endedAt);
    }
    return out.append('}');
}

/// What is wrong with the headers, or the body as a whole.
Result<object> parseRequest(RestContext &context, const RestRequest &request, FieldProblems &problems)
{
    if (request.hasIdempotencyKey)
        problems.add("Idempotency-Key", "is not supported for broadcasts; leave the header out.");
    if (!request.isJson) {
        return std::unexpected(
            Error(ErrorCode::Unsupported,
                  QStringLiteral("The Content-Type must be application/json (UTF-8); send that header.")));
    }
    return context.parser.parse(request.body);
}

void postBroadcast(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &identity,
                   HttpResponder responder)
{
    FieldProblems problems;
    const Result<object> body = parseRequest(*context, request, problems);
    if (!body) {
        context->invalid.add();
        return context->refuse(responder, body.error());
    }
    NewBroadcast broadcast = readBroadcast(*context, *body, identity, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    broadcast.message.apiKeyId = identity.id;
    context->services.broadcasts->start(
        std::move(broadcast.message), broadcast.group, std::move(broadcast.recipients),
        [context, responder = std::move(responder)](const Result<Broadcast> &started) mutable {
            if (!started)
                context->refuse(responder, started.error());
            else
                context->respond(responder, acceptedResponse(*started));
        });
}

FieldProblems invalidBroadcastId()
{
    FieldProblems problems;
    problems.add("id", "is no broadcast id; give the id as it was answered when the broadcast was accepted.");
    return problems;
}

void getBroadcast(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &,
                  HttpResponder responder)
{
    const std::optional<MessageId> id = MessageId::fromString(request.pathParameter);
    if (!id)
        return context->refuse(responder, invalidBroadcastId());
    context->services.broadcasts->find(
        *id,
        [context, responder = std::move(responder)](const Result<std::optional<Broadcast>> &found) mutable {
            if (!found || !*found)
                return context->refuse(responder, found ? noSuchBroadcast() : found.error());
            context->respondJson(responder, broadcastJson(**found));
        });
}

void cancelBroadcast(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &,
                     HttpResponder responder)
{
    const std::optional<MessageId> id = MessageId::fromString(request.pathParameter);
    if (!id)
        return context->refuse(responder, invalidBroadcastId());
    context->services.broadcasts->cancel(
        *id, [context, responder = std::move(responder)](const Result<Broadcast> &cancelled) mutable {
            if (!cancelled)
                context->refuse(responder, cancelled.error());
            else
                context->respondJson(responder, broadcastJson(*cancelled));
        });
}

} // namespace

Result<void> mountBroadcastRoutes(RouteTable &routes, const RestContextPointer &context)
{
    Result<void> added = routes.addRoute(HttpMethod::Post, "/api/v1/broadcasts",
                                         authorized(context, "send", postBroadcast));
    if (added)
        added = routes.addRoute(HttpMethod::Get, "/api/v1/broadcasts/{id}",
                                authorized(context, "read", getBroadcast));
    if (added)
        added = routes.addRoute(HttpMethod::Delete, "/api/v1/broadcasts/{id}",
                                authorized(context, "send", cancelBroadcast));
    return added;
}

} // namespace hudhud
