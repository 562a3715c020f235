// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachment_names.h"
#include "authorization.h"
#include "forwarding.h"
#include "idempotency.h"
#include "key_allowance.h"
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

/// Reads one request and reports everything that is wrong with it.
class BroadcastReader
{
public:
    BroadcastReader(const RestContext &context, const ApiKeyIdentity &identity, bool isRepeatable,
                    FieldProblems &problems)
        : m_limits(context.options)
        , m_rules{.now = context.services.clock->now(),
                  .account = identity.account,
                  .isRepeatable = isRepeatable,
                  .isTemplate = true}
        , m_problems(problems)
    {
    }

    NewBroadcast read(const object &body)
    {
        NewBroadcast broadcast;
        std::array<bool, Members.size()> seen{};
        for (const simdjson::dom::key_value_pair member : body) {
            const QByteArrayView name(member.key.data(), static_cast<qsizetype>(member.key.size()));
            const auto index = static_cast<std::size_t>(std::ranges::find(Members, name) - Members.begin());
            if (index == Members.size())
                m_problems.add(shortened(name), unknownName(name, Members));
            else if (std::exchange(seen[index], true))
                m_problems.add(name, "is given twice in the same object; give it once.");
            else if (index == 0)
                broadcast.recipients = readRecipients(member.value, m_problems);
            else if (index == 1)
                broadcast.group = readGroup(member.value);
            else
                broadcast.message = readTemplate(member.value);
        }
        if (seen[0] && seen[1])
            m_problems.add("group", "cannot be combined with recipients; give one of the two.");
        if (!seen[0] && !seen[1])
            m_problems.add("recipients", "is missing; give an array of phone numbers, or a group.");
        if (!seen[2])
            m_problems.add("message", "is missing; give the message that every recipient gets.");
        return broadcast;
    }

private:
    QByteArray readGroup(const element &value)
    {
        std::string_view text;
        if (value.get_string().get(text) != simdjson::SUCCESS) {
            m_problems.add("group", QByteArray("must be a string, not ").append(jsonTypeName(value)).append('.'));
            return {};
        }
        const QByteArray name(text.data(), static_cast<qsizetype>(text.size()));
        if (!isGroupName(name))
            m_problems.add("group", quoted(name) + " is no group name; give 1 to 64 characters of A-Z a-z 0-9 . _ -");
        return name;
    }

    Message readTemplate(const element &value)
    {
        object members;
        if (value.get_object().get(members) != simdjson::SUCCESS) {
            m_problems.add("message", QByteArray("must be an object, not ").append(jsonTypeName(value)).append('.'));
            return {};
        }
        FieldProblems inner;
        Message message = MessageReader(m_limits, m_rules, inner).read(members);
        for (const FieldProblem &problem : inner.listed())
            m_problems.add("message." + problem.field, problem.message);
        return message;
    }

    const RestOptions &m_limits;
    const MessageRules m_rules;
    FieldProblems &m_problems;
};

HttpResponse acceptedResponse(const StartedBroadcast &broadcast)
{
    const QByteArray id = broadcast.id.toString();
    HttpResponse response{.status = 202,
                          .contentType = "application/json",
                          .body = "{\"id\":\"" + id + "\",\"accepted\":" + QByteArray::number(broadcast.total) + '}',
                          .headers = {{"Location", BroadcastsPath.toByteArray().append(id)}},
                          .closeConnection = false};
    if (broadcast.isReplayed)
        markReplayed(response);
    return response;
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

void startBroadcast(const RestContextPointer &context, const KeyAllowance &allowance, NewBroadcast &&broadcast,
                    std::optional<IdempotencyClaim> claim, HttpResponder responder)
{
    context->services.broadcasts->start(
        std::move(broadcast.message), broadcast.group, std::move(broadcast.recipients), std::move(claim),
        [context, allowance, responder = std::move(responder)](const Result<StartedBroadcast> &started) mutable {
            if (!started || started->isReplayed)
                allowance.giveBack(1);
            if (!started)
                return context->refuse(responder, started.error());
            HttpResponse response = acceptedResponse(*started);
            allowance.describe(response);
            context->respond(responder, std::move(response));
        });
}

/// A broadcast counts as one message against the limits of its API key.
void postBroadcast(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &identity,
                   HttpResponder responder)
{
    const KeyAllowance allowance(*context->services.sendLimits, identity);
    if (const auto refusal = allowance.check())
        return context->respond(responder, allowance.refusalResponse(*refusal));
    const Result<object> body = context->parse(request);
    if (!body)
        return context->refuseUnreadable(responder, body.error());
    FieldProblems problems;
    std::optional<IdempotencyClaim> claim
        = readClaim(*context, request, "POST /api/v1/broadcasts", identity, problems);
    NewBroadcast broadcast = BroadcastReader(*context, identity, claim.has_value(), problems).read(*body);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    if (const auto refusal = allowance.take(1))
        return context->respond(responder, allowance.refusalResponse(*refusal));
    broadcast.message.apiKeyId = identity.id;
    std::vector<Message> message;
    message.push_back(std::move(broadcast.message));
    describeAttachments(context, identity.id, std::move(message), std::move(responder),
                        [allowance] { allowance.giveBack(1); },
                        [context, allowance, broadcast = std::move(broadcast), claim = std::move(claim)](
                            std::vector<Message> described, HttpResponder answer) mutable {
                            broadcast.message = std::move(described.front());
                            startBroadcast(context, allowance, std::move(broadcast), std::move(claim),
                                           std::move(answer));
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
    Result<void> added = routes.addRoute(HttpMethod::Post, "/api/v1/broadcasts", acceptedByAnyNode(context, postBroadcast));
    if (added)
        added = routes.addRoute(HttpMethod::Get, "/api/v1/broadcasts/{id}",
                                authorized(context, "read", getBroadcast));
    if (added)
        added = routes.addRoute(HttpMethod::Delete, "/api/v1/broadcasts/{id}",
                                authorized(context, "send", cancelBroadcast));
    return added;
}

} // namespace hudhud
