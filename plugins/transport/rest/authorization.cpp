// SPDX-License-Identifier: GPL-3.0-or-later
#include "authorization.h"

#include <utility>

namespace hudhud {

namespace {

bool isJsonType(QByteArrayView header)
{
    const qsizetype semicolon = header.indexOf(';');
    const QByteArrayView type = (semicolon < 0 ? header : header.first(semicolon)).trimmed();
    if (type.compare("application/json", Qt::CaseInsensitive) != 0)
        return false;
    if (semicolon < 0)
        return true;
    // RFC 8259, section 8.1: UTF-8 and nothing else. The parameter has no meaning, but another charset is a
    // mistake.
    const QByteArray parameter
        = header.sliced(semicolon + 1).toByteArray().trimmed().toLower().replace('"', "");
    return parameter.isEmpty() || parameter == "charset=utf-8";
}

RestRequest captureRequest(const HttpRequest &request)
{
    const QByteArrayView contentType = request.header("Content-Type");
    const bool isJson = isJsonType(contentType);
    return RestRequest{.pathParameter = request.pathParameter(),
                       .secondPathParameter = request.secondPathParameter(),
                       .query = request.query().toByteArray(),
                       .body = request.body(),
                       .isJson = isJson,
                       .contentType = isJson ? QByteArray() : contentType.toByteArray(),
                       .idempotencyKey = request.header("Idempotency-Key").toByteArray()};
}

void refuseUnauthorized(const RestContext &context, HttpResponder &responder, const Error &error)
{
    if (error.code() == ErrorCode::Unauthorized)
        context.unauthorized.add();
    context.refuse(responder, error);
}

void refuseScope(const RestContext &context, HttpResponder &responder, QByteArrayView scope)
{
    context.unauthorized.add();
    const QByteArray name = scope.toByteArray();
    HttpResponse response = problemResponse(
        Error(ErrorCode::Forbidden,
              QStringLiteral("The API key has not the scope \"%1\" that this needs; use a key that has it.")
                  .arg(QString::fromLatin1(name))),
        context.options.retryAfter);
    response.headers.emplace_back(
        "WWW-Authenticate", "Bearer realm=\"hudhud\", error=\"insufficient_scope\", scope=\"" + name + '"');
    context.respond(responder, std::move(response));
}

} // namespace

void authenticate(const RestContextPointer &context, QByteArrayView scope, const HttpRequest &request,
                  HttpResponder responder, AuthenticatedRequest then)
{
    const QByteArrayView authorization = request.header("Authorization");
    if (authorization.isEmpty()) {
        refuseUnauthorized(*context, responder,
                           Error(ErrorCode::Unauthorized,
                                 QStringLiteral("There is no API key; send it as \"Authorization: Bearer hk_…\".")));
        return;
    }
    context->services.authenticator->authenticateApiKey(
        authorization,
        [context, scope, then = std::move(then), captured = captureRequest(request),
         responder = std::move(responder)](Result<ApiKeyIdentity> identity) mutable {
            if (!identity)
                refuseUnauthorized(*context, responder, identity.error());
            else if (!identity->hasScope(scope))
                refuseScope(*context, responder, scope);
            else
                then(context, captured, *identity, std::move(responder));
        });
}

HttpHandler authorized(const RestContextPointer &context, QByteArrayView scope, RestHandler handler)
{
    return [context, scope, handler](const HttpRequest &request, HttpResponder responder) {
        authenticate(context, scope, request, std::move(responder), handler);
    };
}

} // namespace hudhud
