// SPDX-License-Identifier: GPL-3.0-or-later
// What operators look at and do when the store, something else the node depends on, or a user has gone wrong.
#include "admin/admin_json.h"
#include "admin/json_fields.h"
#include "admin/query_reader.h"
#include "admin/routes.h"
#include "message_reader.h"

#include <array>

namespace hudhud {

namespace {

void listBreakers(const AdminContextPointer &context, const AdminRequest &, HttpResponder responder)
{
    context->respondJson(responder, breakersJson(context->parts.breakers.list()));
}

void resetBreaker(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    QByteArray detail("{");
    appendText(detail, "dependency", request.pathParameter);
    AuditRecord audit = context->auditOf(request, detail.append('}'));
    if (const auto reset = context->parts.breakers.reset(request.pathParameter); !reset) {
        context->auditFailure(std::move(audit), reset.error());
        return context->refuse(responder, reset.error());
    }
    audit.count = 1;
    context->auditDone(std::move(audit));
    listBreakers(context, request, std::move(responder));
}

/// Revoking a token is the issuer's affair; this ends what was opened with it.
void disconnectUser(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    const auto user = Recipient::fromString(request.pathParameter);
    if (!user) {
        FieldProblems problems;
        problems.add("recipient", "is no phone number of 7 to 15 digits.");
        return context->refuse(responder, problems);
    }
    QByteArray detail("{");
    appendText(detail, "recipient", user->view());
    AuditRecord audit = context->auditOf(request, detail.append('}'));
    audit.count = context->parts.disconnectUser(user->toByteArray());
    QByteArray body("{");
    appendNumber(body, "disconnected", audit.count);
    context->auditDone(std::move(audit));
    context->respondJson(responder, std::move(body.append('}')));
}

QByteArrayView scopeName(ConsistencyScope scope)
{
    return scope == ConsistencyScope::Queue ? "queue" : "all";
}

void appendFinding(QByteArray &out, const Inconsistency &finding)
{
    out.append(out.back() == '[' ? "{" : ",{");
    appendText(out, "id", finding.id.toString());
    appendText(out, "kind", inconsistencyKindName(finding.kind));
    appendText(out, "explanation", finding.explanation);
    out.append('}');
}

QByteArray consistencyJson(const ConsistencyState &state)
{
    QByteArray body("{");
    appendBoolean(body, "running", state.isRunning);
    if (state.startedAt != Timestamp()) {
        appendText(body, "scope", scopeName(state.scope));
        appendBoolean(body, "repair", state.repairs);
        appendOptionalTime(body, "startedAt", state.startedAt);
    }
    if (state.endedAt) {
        appendOptionalTime(body, "endedAt", state.endedAt);
        appendNumber(body, "examined", state.report.examined);
        appendNumber(body, "repaired", state.report.repaired);
        appendName(body, "found");
        body.append('{');
        for (std::size_t kind = 0; kind < InconsistencyKindCount; ++kind)
            appendNumber(body, inconsistencyKindName(static_cast<InconsistencyKind>(kind)), state.report.found[kind]);
        body.append('}');
        appendName(body, "findings");
        body.append('[');
        for (const Inconsistency &finding : state.report.findings)
            appendFinding(body, finding);
        body.append(']');
    }
    if (state.error)
        appendText(body, "error", state.error->message().toUtf8());
    return body.append('}');
}

void showConsistency(const AdminContextPointer &context, const AdminRequest &, HttpResponder responder)
{
    context->respondJson(responder, consistencyJson(context->parts.consistency.state()));
}

struct CheckRequest
{
    ConsistencyScope scope = ConsistencyScope::All;
    bool repairs = false;
};

CheckRequest readCheckRequest(const simdjson::dom::object &body, FieldProblems &problems)
{
    static constexpr std::array<QByteArrayView, 2> Known{"scope", "repair"};
    CheckRequest check;
    for (const simdjson::dom::key_value_pair member : body) {
        const QByteArrayView name(member.key.data(), static_cast<qsizetype>(member.key.size()));
        std::string_view scope;
        if (name == Known[0]) {
            const bool isText = member.value.get_string().get(scope) == simdjson::SUCCESS;
            if (!isText || (scope != "queue" && scope != "all"))
                problems.add(name, "must be \"queue\" or \"all\".");
            check.scope = scope == "queue" ? ConsistencyScope::Queue : ConsistencyScope::All;
        } else if (name == Known[1]) {
            if (member.value.get_bool().get(check.repairs) != simdjson::SUCCESS)
                problems.add(name, "must be true or false.");
        } else {
            problems.add(shortened(name), unknownName(name, Known));
        }
    }
    return check;
}

void checkConsistency(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    const auto body = context->parse(request);
    if (!body)
        return context->refuse(responder, body.error());
    FieldProblems problems;
    const CheckRequest check = readCheckRequest(*body, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    QByteArray detail("{");
    appendText(detail, "scope", scopeName(check.scope));
    appendBoolean(detail, "repair", check.repairs);
    AuditRecord audit = context->auditOf(request, detail.append('}'));
    if (const auto begun = context->parts.consistency.run(check.scope, check.repairs); !begun) {
        context->auditFailure(std::move(audit), begun.error());
        return context->refuse(responder, begun.error());
    }
    context->auditDone(std::move(audit));
    context->respondJson(responder, consistencyJson(context->parts.consistency.state()), 202);
}

} // namespace

Result<void> mountMaintenanceRoutes(RouteTable &routes, const AdminContextPointer &context)
{
    const QByteArray path(AdminPath);
    Result<void> added = routes.addRoute(HttpMethod::Get, path + "/breakers",
                                         allowed(context, AdminRole::Viewer, "", listBreakers));
    if (added)
        added = routes.addRoute(HttpMethod::Post, path + "/breakers/{dependency}/reset",
                                allowed(context, AdminRole::Operator, "breaker.reset", resetBreaker));
    if (added)
        added = routes.addRoute(HttpMethod::Post, path + "/users/{recipient}/disconnect",
                                allowed(context, AdminRole::Operator, "user.disconnect", disconnectUser));
    if (added)
        added = routes.addRoute(HttpMethod::Get, path + "/consistency",
                                allowed(context, AdminRole::Viewer, "", showConsistency));
    if (added)
        added = routes.addRoute(HttpMethod::Post, path + "/consistency/check",
                                allowed(context, AdminRole::Operator, "consistency.check", checkConsistency));
    return added;
}

} // namespace hudhud
