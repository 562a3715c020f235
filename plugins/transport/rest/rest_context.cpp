// SPDX-License-Identifier: GPL-3.0-or-later
#include "rest_context.h"

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

} // namespace hudhud
