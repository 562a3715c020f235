// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_context.h"

namespace hudhud {

namespace {

bool isJsonType(QByteArrayView header)
{
    const qsizetype semicolon = header.indexOf(';');
    return (semicolon < 0 ? header : header.first(semicolon)).trimmed().compare("application/json", Qt::CaseInsensitive)
        == 0;
}

AdminRequest capture(const HttpRequest &request, const char *action, const AdminIdentity &identity)
{
    return AdminRequest{.pathParameter = request.pathParameter(),
                        .query = request.query().toByteArray(),
                        .body = request.body(),
                        .isJson = isJsonType(request.header("Content-Type")),
                        .action = action,
                        .actor = identity.subject,
                        .address = request.peerAddress().toString().toUtf8(),
                        .role = identity.role,
                        .tokenExpiresAt = identity.expiresAt};
}

} // namespace

HttpResponse tooManyBadTokens(std::chrono::seconds wait)
{
    return problemResponse(
        Error(ErrorCode::RateLimited,
              QStringLiteral("More than %1 bad tokens came from this address within a minute; try again in %2 s, with a token "
                             "that is valid.")
                  .arg(SignInThrottle::AllowedFailures)
                  .arg(wait.count())),
        wait);
}

AdminContext::AdminContext(const AdminParts &adminParts)
    : parts(adminParts)
    , access(adminParts.tokenKeys, adminParts.jwt, adminParts.clock)
{
}

void AdminContext::respond(HttpResponder &responder, HttpResponse &&response) const
{
    response.closeConnection = response.closeConnection || draining;
    response.headers.emplace_back("Cache-Control", "no-store");
    responder.respond(std::move(response));
}

void AdminContext::respondJson(HttpResponder &responder, QByteArray &&body, int status) const
{
    respond(responder,
            HttpResponse{.status = status,
                         .contentType = "application/json",
                         .body = std::move(body),
                         .headers = {},
                         .closeConnection = false});
}

void AdminContext::refuse(HttpResponder &responder, const Error &error) const
{
    respond(responder, problemResponse(error, parts.messageLimits.retryAfter));
}

void AdminContext::refuse(HttpResponder &responder, const FieldProblems &problems) const
{
    respond(responder, problemResponse(problems));
}

Result<simdjson::dom::object> AdminContext::parse(const AdminRequest &request)
{
    if (!request.isJson) {
        return std::unexpected(
            Error(ErrorCode::Unsupported,
                  QStringLiteral("The Content-Type must be application/json (UTF-8); send that header.")));
    }
    return parser.parse(request.body);
}

AuditRecord AdminContext::auditOf(const AdminRequest &request, QByteArray detail) const
{
    AuditRecord record;
    record.time = parts.clock.now();
    record.actor = request.actor;
    record.address = request.address;
    record.action = request.action;
    record.detail = std::move(detail);
    record.result = AuditOk;
    return record;
}

void AdminContext::auditDone(AuditRecord record) const
{
    parts.storage.write<qint64>([record = std::move(record)](StorageWriter &writer) { return writer.audit().append(record); },
                                [](const Result<qint64> &) {});
}

void AdminContext::auditFailure(AuditRecord record, const Error &error) const
{
    record.result = errorCodeInfo(error.code()).name;
    auditDone(std::move(record)); // If that fails too, the answer still says what happened.
}

Result<void> addRoutes(RouteTable &table, const AdminContextPointer &context, std::span<const AdminRoute> routes)
{
    for (const AdminRoute &route : routes) {
        if (auto added = table.addRoute(route.method, QByteArray("/api/v1/admin") + route.path,
                                        allowed(context, route.role, route.action, route.handler));
            !added)
            return added;
    }
    return {};
}

HttpHandler allowed(const AdminContextPointer &context, AdminRole role, const char *action, AdminHandler handler)
{
    return [context, role, action, handler](const HttpRequest &request, HttpResponder responder) {
        const auto identity = context->access.identify(request.header("Authorization"));
        if (!identity) {
            if (identity.error().code() == ErrorCode::Unauthorized) {
                if (const auto wait = context->parts.process.throttle().failed(request.peerAddress()))
                    return context->respond(responder, tooManyBadTokens(*wait));
            }
            return context->refuse(responder, identity.error());
        }
        const AdminRequest captured = capture(request, action, *identity);
        if (identity->role >= role)
            return handler(context, captured, std::move(responder));
        const QLatin1StringView name(adminRoleName(role));
        const Error error(ErrorCode::Forbidden,
                          QStringLiteral("This needs the role %1; use a token that has it.").arg(name));
        if (role > AdminRole::Viewer)
            context->auditFailure(context->auditOf(captured, "{}"), error);
        context->refuse(responder, error);
    };
}

} // namespace hudhud
