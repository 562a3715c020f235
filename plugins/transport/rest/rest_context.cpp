// SPDX-License-Identifier: GPL-3.0-or-later
#include "rest_context.h"

#include "authorization.h"

#include <utility>

namespace hudhud {

RestContext::RestContext(const RestOptions &restOptions, const IoServices &ioServices)
    : options(restOptions)
    , services(ioServices)
    , unauthorized(
          ioServices.metrics->counter("hudhud_rest_unauthorized_total",
                                      "REST requests without a valid API key or without the needed scope."))
    , invalid(ioServices.metrics->counter("hudhud_rest_invalid_total",
                                          "REST requests and messages of batches that validation refused."))
{
}

Result<simdjson::dom::object> RestContext::parse(const RestRequest &request)
{
    if (!request.isJson) {
        return std::unexpected(
            Error(ErrorCode::Unsupported,
                  QStringLiteral("The Content-Type must be application/json (UTF-8); send that header.")));
    }
    return parser.parse(request.body);
}

void RestContext::respond(HttpResponder &responder, HttpResponse &&response) const
{
    response.closeConnection = response.closeConnection || draining;
    responder.respond(std::move(response));
}

void RestContext::respondJson(HttpResponder &responder, QByteArray &&body) const
{
    respond(responder,
            HttpResponse{.status = 200,
                         .contentType = "application/json",
                         .body = std::move(body),
                         .headers = {{"Cache-Control", "no-store"}},
                         .closeConnection = false});
}

void RestContext::refuse(HttpResponder &responder, const Error &error) const
{
    respond(responder, problemResponse(error, options.retryAfter));
}

void RestContext::refuse(HttpResponder &responder, const FieldProblems &problems) const
{
    invalid.add();
    respond(responder, problemResponse(problems));
}

void RestContext::refuseUnreadable(HttpResponder &responder, const Error &error) const
{
    invalid.add();
    refuse(responder, error);
}

} // namespace hudhud
