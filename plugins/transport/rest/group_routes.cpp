// SPDX-License-Identifier: GPL-3.0-or-later
#include "authorization.h"
#include "list_query.h"
#include "message_reader.h"
#include "plugin-api/fan_out.h"
#include "recipient_list.h"
#include "routes.h"

#include <array>
#include <utility>

namespace hudhud {

namespace {

constexpr int DefaultMembers = 1'000;
constexpr int MaximumMembers = 10'000;

HttpResponse noContent()
{
    return HttpResponse{.status = 204, .contentType = {}, .body = {}, .headers = {}, .closeConnection = false};
}

Error unreadable()
{
    return Error(ErrorCode::Unsupported,
                 QStringLiteral("The Content-Type must be application/json (UTF-8); send that header."));
}

void checkName(const QByteArray &name, FieldProblems &problems)
{
    if (!isGroupName(name))
        problems.add("name", "is no group name; give 1 to 64 characters of A-Z a-z 0-9 . _ -");
}

std::optional<Recipient> readMember(const RestRequest &request, FieldProblems &problems)
{
    const std::optional<Recipient> member = Recipient::fromString(request.secondPathParameter);
    if (!member) {
        problems.add("recipient",
                     "is no phone number of 7 to 15 digits; give country code and number as digits only.");
    }
    return member;
}

template <typename T>
auto answerNoContent(const RestContextPointer &context, HttpResponder &&responder)
{
    return [context, responder = std::move(responder)](const Result<T> &result) mutable {
        if (!result)
            context->refuse(responder, result.error());
        else
            context->respond(responder, noContent());
    };
}

void putMember(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &,
               HttpResponder responder)
{
    FieldProblems problems;
    checkName(request.pathParameter, problems);
    const std::optional<Recipient> member = readMember(request, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    context->services.groups->join(request.pathParameter, {*member},
                                   answerNoContent<qint64>(context, std::move(responder)));
}

void deleteMember(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &,
                  HttpResponder responder)
{
    FieldProblems problems;
    checkName(request.pathParameter, problems);
    const std::optional<Recipient> member = readMember(request, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    context->services.groups->leave(request.pathParameter, *member,
                                    answerNoContent<bool>(context, std::move(responder)));
}

std::vector<Recipient> findRecipients(const simdjson::dom::object &body, FieldProblems &problems)
{
    static constexpr std::array<QByteArrayView, 1> known{"recipients"};
    std::vector<Recipient> recipients;
    bool seen = false;
    for (const simdjson::dom::key_value_pair member : body) {
        const QByteArrayView name(member.key.data(), static_cast<qsizetype>(member.key.size()));
        if (name != known.front())
            problems.add(shortened(name), unknownName(name, known));
        else if (std::exchange(seen, true))
            problems.add(name, "is given twice in the same object; give it once.");
        else
            recipients = readRecipients(member.value, problems);
    }
    if (!seen)
        problems.add(known.front(), "is missing; give an array of 1 or more phone numbers.");
    return recipients;
}

void postMembers(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &,
                 HttpResponder responder)
{
    FieldProblems problems;
    checkName(request.pathParameter, problems);
    const auto body = request.isJson ? context->parser.parse(request.body) : std::unexpected(unreadable());
    if (!body) {
        context->invalid.add();
        return context->refuse(responder, body.error());
    }
    std::vector<Recipient> recipients = findRecipients(*body, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    context->services.groups->join(
        request.pathParameter, std::move(recipients),
        [context, responder = std::move(responder)](const Result<qint64> &added) mutable {
            if (!added)
                return context->refuse(responder, added.error());
            QByteArray answer = "{\"added\":" + QByteArray::number(*added) + '}';
            context->respondJson(responder, std::move(answer));
        });
}

void getGroup(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &,
              HttpResponder responder)
{
    FieldProblems problems;
    checkName(request.pathParameter, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    context->services.groups->memberCount(
        request.pathParameter,
        [context, name = request.pathParameter, responder = std::move(responder)](Result<qint64> count) mutable {
            if (!count || *count == 0)
                return context->refuse(responder, count ? noSuchGroup() : count.error());
            QByteArray body("{\"name\":\"");
            body.append(name).append("\",\"members\":").append(QByteArray::number(*count)).append('}');
            context->respondJson(responder, std::move(body));
        });
}

/// Which page of the members is asked for.
struct Page
{
    Recipient after;
    int limit = DefaultMembers;
};

Page readPage(QByteArrayView query, FieldProblems &problems)
{
    static constexpr std::array<QByteArrayView, 2> known{"limit", "cursor"};
    checkQueryNames(query, known, problems);
    Page page;
    if (const auto limit = queryValue(query, "limit")) {
        bool isNumber = false;
        page.limit = limit->toInt(&isNumber);
        if (!isNumber || page.limit < 1 || page.limit > MaximumMembers)
            problems.add("limit", "is not allowed; give a whole number from 1 to 10000.");
    }
    if (const auto cursor = queryValue(query, "cursor")) {
        const auto after = Recipient::fromString(*cursor);
        if (!after)
            problems.add("cursor", "is no cursor; give the nextCursor of the page before.");
        page.after = after.value_or(Recipient());
    }
    return page;
}

QByteArray pageJson(const std::vector<Recipient> &members, int limit)
{
    QByteArray out("{\"members\":[");
    out.reserve(static_cast<qsizetype>(members.size()) * (Recipient::MaximumDigits + 3) + 64);
    for (const Recipient &member : members)
        out.append(out.back() == '[' ? "\"" : ",\"").append(member.view()).append('"');
    out.append(']');
    if (static_cast<int>(members.size()) >= limit)
        out.append(",\"nextCursor\":\"").append(members.back().view()).append('"');
    return out.append('}');
}

void getMembers(const RestContextPointer &context, const RestRequest &request, const ApiKeyIdentity &,
                HttpResponder responder)
{
    FieldProblems problems;
    checkName(request.pathParameter, problems);
    const Page page = readPage(request.query, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    context->services.groups->members(
        request.pathParameter, page.after, page.limit,
        [context, limit = page.limit,
         responder = std::move(responder)](const Result<std::vector<Recipient>> &members) mutable {
            if (!members)
                context->refuse(responder, members.error());
            else
                context->respondJson(responder, pageJson(*members, limit));
        });
}

} // namespace

Result<void> mountGroupRoutes(RouteTable &routes, const RestContextPointer &context)
{
    const auto add = [&](HttpMethod method, const QByteArray &pattern, QByteArrayView scope, RestHandler handler) {
        return routes.addRoute(method, pattern, authorized(context, scope, handler));
    };
    Result<void> added = add(HttpMethod::Put, "/api/v1/groups/{name}/members/{recipient}", "send", putMember);
    if (added)
        added = add(HttpMethod::Delete, "/api/v1/groups/{name}/members/{recipient}", "send", deleteMember);
    if (added)
        added = add(HttpMethod::Post, "/api/v1/groups/{name}/members", "send", postMembers);
    if (added)
        added = add(HttpMethod::Get, "/api/v1/groups/{name}/members", "read", getMembers);
    if (added)
        added = add(HttpMethod::Get, "/api/v1/groups/{name}", "read", getGroup);
    return added;
}

} // namespace hudhud
