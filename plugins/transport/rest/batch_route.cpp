// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachment_names.h"
#include "forwarding.h"
#include "idempotency.h"
#include "key_allowance.h"
#include "message_json.h"
#include "message_reader.h"
#include "plugin-api/attachments.h"
#include "routes.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hudhud {

namespace {

using simdjson::dom::element;
using simdjson::dom::object;

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

Batch readBatch(const RestContext &context, const simdjson::dom::array &items, const MessageRules &rules,
                qint64 apiKeyId)
{
    Batch batch;
    batch.accepted.reserve(items.size());
    int index = 0;
    for (const element item : items) {
        FieldProblems problems = FieldProblems::ofItem(index);
        Message message;
        object members;
        if (item.get_object().get(members) == simdjson::SUCCESS)
            message = MessageReader(context.options, rules, problems).read(members);
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

HttpResponse batchResponse(const std::vector<MessageId> &stored, const std::vector<RefusedItem> &refused)
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
            appendAccepted(out, *nextStored);
            ++nextStored;
        }
        out.append('}');
    }
    out.append("]}");
    return response;
}

std::vector<MessageId> idsOf(const std::vector<MessagePointer> &messages)
{
    std::vector<MessageId> ids;
    ids.reserve(messages.size());
    for (const MessagePointer &message : messages)
        ids.push_back(message->id);
    return ids;
}

void submitBatch(const RestContextPointer &context, const KeyAllowance &allowance, Batch &&batch,
                 HttpResponder responder)
{
    const auto count = static_cast<qint64>(batch.accepted.size());
    context->services.intake->submit(
        std::move(batch.accepted),
        [context, allowance, count, refused = std::move(batch.refused),
         responder = std::move(responder)](Result<std::vector<MessagePointer>> stored) mutable {
            if (!stored) {
                allowance.giveBack(count);
                return context->refuse(responder, stored.error());
            }
            HttpResponse response = batchResponse(idsOf(*stored), refused);
            allowance.describe(response);
            context->respond(responder, std::move(response));
        });
}

/// The limits of the server have changed since the first answer: the same body is sorted out in another way.
Error changedSince()
{
    return Error(ErrorCode::Conflict,
                 QStringLiteral("This batch was stored under its Idempotency-Key when other limits held, and its first "
                                "answer cannot be given again. Look for its messages with GET /api/v1/messages."));
}

void submitBatchOnce(const RestContextPointer &context, const KeyAllowance &allowance, Batch &&batch,
                     IdempotencyClaim &&claim, HttpResponder responder)
{
    const auto count = static_cast<qint64>(batch.accepted.size());
    context->services.intake->submitOnce(
        std::move(batch.accepted), std::move(claim),
        [context, allowance, count, refused = std::move(batch.refused),
         responder = std::move(responder)](const Result<StoredRequest> &stored) mutable {
            if (!stored || stored->isReplayed)
                allowance.giveBack(count);
            if (!stored)
                return context->refuse(responder, stored.error());
            if (static_cast<qint64>(stored->ids.size()) != count)
                return context->refuse(responder, changedSince());
            HttpResponse response = batchResponse(stored->ids, refused);
            if (stored->isReplayed)
                markReplayed(response);
            allowance.describe(response);
            context->respond(responder, std::move(response));
        });
}

/// Moves the messages that name attachments nobody knows to those that are refused. Result: how many.
int refuseUnknownAttachments(Batch &batch)
{
    Batch sorted;
    auto refused = batch.refused.begin();
    int index = 0;
    const auto takeRefused = [&] {
        for (; refused != batch.refused.end() && refused->index == index; ++refused, ++index)
            sorted.refused.push_back(std::move(*refused));
    };
    const std::size_t before = batch.refused.size();
    for (Message &message : batch.accepted) {
        takeRefused();
        const auto unknown = std::ranges::find_if(message.attachments, isUnknown);
        if (unknown == message.attachments.end()) {
            sorted.accepted.push_back(std::move(message));
        } else {
            FieldProblems problems = FieldProblems::ofItem(index);
            problems.add("attachments", noSuchAttachment(unknown->id).message().toUtf8());
            sorted.refused.push_back({index, std::move(problems)});
        }
        ++index;
    }
    takeRefused();
    batch = std::move(sorted);
    return static_cast<int>(batch.refused.size() - before);
}

/// Under an idempotency key the store refuses the whole request: what it knows already it must answer as before.
void submitDescribed(const RestContextPointer &context, const KeyAllowance &allowance, Batch batch,
                     std::optional<IdempotencyClaim> claim, HttpResponder responder)
{
    if (claim)
        return submitBatchOnce(context, allowance, std::move(batch), std::move(*claim), std::move(responder));
    if (const int unknown = refuseUnknownAttachments(batch)) {
        context->invalid.add(unknown);
        allowance.giveBack(unknown);
        if (batch.accepted.empty())
            return context->respond(responder, batchResponse({}, batch.refused));
    }
    submitBatch(context, allowance, std::move(batch), std::move(responder));
}

void postBatch(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &identity,
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
        = readClaim(*context, request, "POST /api/v1/messages/batch", identity, problems);
    const simdjson::dom::array items = findMessages(*context, *body, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);

    const MessageRules rules{.now = context->services.clock->now(),
                             .account = identity.account,
                             .isRepeatable = claim.has_value()};
    Batch batch = readBatch(*context, items, rules, identity.id);
    context->invalid.add(static_cast<qint64>(batch.refused.size()));
    if (batch.accepted.empty())
        return context->respond(responder, batchResponse({}, batch.refused));
    if (const auto refusal = allowance.take(static_cast<qint64>(batch.accepted.size())))
        return context->respond(responder, allowance.refusalResponse(*refusal));
    const auto count = static_cast<qint64>(batch.accepted.size());
    std::vector<Message> accepted = std::exchange(batch.accepted, {});
    describeAttachments(context, identity.id, std::move(accepted), std::move(responder),
                        [allowance, count] { allowance.giveBack(count); },
                        [context, allowance, batch = std::move(batch), claim = std::move(claim)](
                            std::vector<Message> described, HttpResponder answer) mutable {
                            batch.accepted = std::move(described);
                            submitDescribed(context, allowance, std::move(batch), std::move(claim), std::move(answer));
                        });
}

} // namespace

Result<void> mountBatchRoute(RouteTable &routes, const RestContextPointer &context)
{
    return routes.addRoute(HttpMethod::Post, "/api/v1/messages/batch", acceptedByAnyNode(context, postBatch));
}

} // namespace hudhud
