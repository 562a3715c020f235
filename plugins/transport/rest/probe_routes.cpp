// SPDX-License-Identifier: GPL-3.0-or-later
#include "routes.h"

#include "core/json_text.h"

namespace hudhud {

namespace {

void answerReadiness(const RestContext &context, HttpResponder &responder)
{
    const std::optional<QByteArray> reason = context.services.node->notReadyReason();
    if (!reason) {
        QByteArray body("{\"status\":\"ready\"");
        if (const auto degraded = context.services.node->degradedReason()) {
            body.append(",\"degraded\":");
            appendJsonString(body, *degraded);
        }
        body.append('}');
        context.respondJson(responder, std::move(body));
        return;
    }
    context.refuse(
        responder,
        Error(ErrorCode::ShuttingDown, QStringLiteral("Not ready: ") + QString::fromUtf8(*reason)));
}

} // namespace

Result<void> mountProbeRoutes(RouteTable &routes, const RestContextPointer &context)
{
    const auto health = routes.addRoute(HttpMethod::Get, "/healthz",
                                        [context](const HttpRequest &, HttpResponder responder) {
                                            context->respondJson(responder, "{\"status\":\"ok\"}");
                                        });
    if (!health)
        return health;
    return routes.addRoute(
        HttpMethod::Get, "/readyz",
        [context](const HttpRequest &, HttpResponder responder) { answerReadiness(*context, responder); });
}

Result<void> mountMetricsRoute(RouteTable &routes, const RestContextPointer &context)
{
    return routes.addRoute(
        HttpMethod::Get, "/metrics", [context](const HttpRequest &, HttpResponder responder) {
            context->respond(responder,
                             HttpResponse{.status = 200,
                                          .contentType = "text/plain; version=0.0.4; charset=utf-8",
                                          .body = context->services.node->metricsText(),
                                          .headers = {},
                                          .closeConnection = false});
        });
}

Result<void> mountOpenApiRoute(RouteTable &routes, const RestContextPointer &context,
                               const QByteArray &document)
{
    return routes.addRoute(HttpMethod::Get, "/api/v1/openapi.json",
                           [context, document](const HttpRequest &, HttpResponder responder) {
                               context->respond(responder,
                                                HttpResponse{.status = 200,
                                                             .contentType = "application/json",
                                                             .body = document,
                                                             .headers = {},
                                                             .closeConnection = false});
                           });
}

} // namespace hudhud
