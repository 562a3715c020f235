// SPDX-License-Identifier: GPL-3.0-or-later
#include "authorization.h"
#include "list_query.h"
#include "message_json.h"
#include "message_reader.h"
#include "routes.h"

#include <array>
#include <utility>

namespace hudhud {

namespace {

using simdjson::dom::element;
using simdjson::dom::object;

constexpr QByteArrayView MessagesPath("/api/v1/messages/");

/// What is wrong with the headers; gives the parsed body if the request can be read at all.
Result<object> parseRequest(RestContext &context, const RestRequest &request, FieldProblems &problems)
{
    if (request.hasIdempotencyKey)
        problems.add("Idempotency-Key",
                     "is not supported yet: requests are not compared. Leave the header out.");
    if (!request.isJson) {
        return std::unexpected(
            Error(ErrorCode::Unsupported,
                  QStringLiteral("The Content-Type must be application/json (UTF-8); send that header.")));
    }
    return context.parser.parse(request.body);
}

void refuseUnreadable(const RestContext &context, HttpResponder &responder, const Error &error)
{
    context.invalid.add();
    context.refuse(responder, error);
}

void appendIdAndStatus(QByteArray &out, const Message &message)
{
    out.append("\"id\":\"").append(message.id.toString()).append("\",\"status\":\"");
    out.append(messageStatusName(message.status)).append('"');
}

HttpResponse acceptedResponse(const Message &message)
{
    HttpResponse response{.status = 202,
                          .contentType = "application/json",
                          .body = {},
                          .headers = {},
                          .closeConnection = false};
    response.body.reserve(128);
    response.body.append('{');
    appendIdAndStatus(response.body, message);
    response.body.append(",\"createdAt\":");
    appendTime(response.body, message.createdAt);
    response.body.append('}');
    response.headers.emplace_back("Location", MessagesPath.toByteArray().append(message.id.toString()));
    return response;
}

void postMessage(const RestContextPointer &context, const RestRequest &request,
                 const ApiKeyIdentity &identity, HttpResponder responder)
{
    FieldProblems problems;
    const Result<object> body = parseRequest(*context, request, problems);
    if (!body)
        return refuseUnreadable(*context, responder, body.error());
    std::vector<Message> messages;
    messages.push_back(MessageReader(context->options, context->services.clock->now(), problems).read(*body));
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    messages.front().apiKeyId = identity.id;
    context->services.intake->submit(
        std::move(messages),
        [context, responder = std::move(responder)](Result<std::vector<MessagePointer>> stored) mutable {
            if (!stored)
                context->refuse(responder, stored.error());
            else
                context->respond(responder, acceptedResponse(*stored->front()));
        });
}

/// One item of a batch that validation refused.
struct RefusedItem
{
    int index = 0;
    FieldProblems problems;
};

/// A batch, sorted out: `accepted` and `refused` are in the order of the request.
struct Batch
{
    std::vector<Message> accepted;
    std::vector<RefusedItem> refused;
};

simdjson::dom::array findMessages(const RestContext &context, const object &body, FieldProblems &problems)
{
    static constexpr std::array<QByteArrayView, 1> known{"messages"};
    simdjson::dom::array messages;
    bool seen = false;
    for (const simdjson::dom::key_value_pair member : body) {
        const QByteArrayView name(member.key.data(), static_cast<qsizetype>(member.key.size()));
        if (name != known.front()) {
            problems.add(shortened(name), unknownName(name, known));
        } else if (std::exchange(seen, true)) {
            problems.add(name, "is given twice in the same object; give it once.");
        } else if (member.value.get_array().get(messages) != simdjson::SUCCESS) {
            problems.add(name,
                         QByteArray("must be an array of messages, not ")
                             .append(jsonTypeName(member.value))
                             .append('.'));
        } else if (messages.size() == 0
                   || messages.size() > static_cast<std::size_t>(context.options.maximumBatch)) {
            problems.add(name,
                         "has " + QByteArray::number(static_cast<qint64>(messages.size()))
                             + " messages; 1 to " + QByteArray::number(context.options.maximumBatch)
                             + " are allowed. Split the batch.");
        }
    }
    if (!seen)
        problems.add(known.front(),
                     "is missing; give an array of 1 to " + QByteArray::number(context.options.maximumBatch)
                         + " messages.");
    return messages;
}

Batch readBatch(const RestContext &context, const simdjson::dom::array &items, qint64 apiKeyId)
{
    Batch batch;
    batch.accepted.reserve(items.size());
    const Timestamp now = context.services.clock->now();
    int index = 0;
    for (const element item : items) {
        FieldProblems problems = FieldProblems::ofItem(index);
        Message message;
        object members;
        if (item.get_object().get(members) == simdjson::SUCCESS)
            message = MessageReader(context.options, now, problems).read(members);
        else
            problems.add({}, QByteArray("must be an object, not ").append(jsonTypeName(item)).append('.'));
        if (problems.isEmpty()) {
            message.apiKeyId = apiKeyId;
            batch.accepted.push_back(std::move(message));
        } else {
            batch.refused.push_back({index, std::move(problems)});
        }
        ++index;
    }
    return batch;
}

HttpResponse batchResponse(const std::vector<MessagePointer> &stored, const std::vector<RefusedItem> &refused)
{
    HttpResponse response{.status = 202,
                          .contentType = "application/json",
                          .body = {},
                          .headers = {},
                          .closeConnection = false};
    QByteArray &out = response.body;
    out.reserve(static_cast<qsizetype>(64 + stored.size() * 80 + refused.size() * 400));
    out.append("{\"accepted\":").append(QByteArray::number(static_cast<qint64>(stored.size())));
    out.append(",\"rejected\":").append(QByteArray::number(static_cast<qint64>(refused.size())));
    out.append(",\"results\":[");
    auto nextStored = stored.begin();
    auto nextRefused = refused.begin();
    for (int index = 0; nextStored != stored.end() || nextRefused != refused.end(); ++index) {
        out.append(index == 0 ? "{\"index\":" : ",{\"index\":").append(QByteArray::number(index)).append(',');
        if (nextRefused != refused.end() && nextRefused->index == index) {
            out.append("\"error\":");
            appendProblem(out, nextRefused->problems);
            ++nextRefused;
        } else {
            appendIdAndStatus(out, **nextStored);
            ++nextStored;
        }
        out.append('}');
    }
    out.append("]}");
    return response;
}

void postBatch(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &identity,
               HttpResponder responder)
{
    FieldProblems problems;
    const Result<object> body = parseRequest(*context, request, problems);
    if (!body)
        return refuseUnreadable(*context, responder, body.error());
    const simdjson::dom::array items = findMessages(*context, *body, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);

    Batch batch = readBatch(*context, items, identity.id);
    context->invalid.add(static_cast<qint64>(batch.refused.size()));
    if (batch.accepted.empty())
        return context->respond(responder, batchResponse({}, batch.refused));
    context->services.intake->submit(
        std::move(batch.accepted),
        [context, refused = std::move(batch.refused),
         responder = std::move(responder)](Result<std::vector<MessagePointer>> stored) mutable {
            if (!stored)
                context->refuse(responder, stored.error());
            else
                context->respond(responder, batchResponse(*stored, refused));
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
        = routes.addRoute(HttpMethod::Post, "/api/v1/messages", authorized(context, "send", postMessage));
    if (added)
        added = routes.addRoute(HttpMethod::Post, "/api/v1/messages/batch",
                                authorized(context, "send", postBatch));
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
