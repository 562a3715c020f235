// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin-api/session.h"
#include "admin/api_time.h"
#include "admin/routes.h"

namespace hudhud {

namespace {

void showSession(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    const AdminProcess::Parts &process = context->parts.process.parts();
    context->respondValue(responder,
                          admin::Session{.subject = QString::fromUtf8(request.actor),
                                         .role = QLatin1StringView(adminRoleName(request.role)),
                                         .expiresAt = toDateTime(request.tokenExpiresAt),
                                         .server = QStringLiteral("Hudhud"),
                                         .version = process.version,
                                         .node = QString::fromUtf8(process.nodeId),
                                         .time = toDateTime(context->parts.clock.now())});
}

} // namespace

Result<void> mountSessionRoutes(RouteTable &routes, const AdminContextPointer &context)
{
    static constexpr AdminRoute Routes[] = {{HttpMethod::Get, "/me", AdminRole::Viewer, "", showSession}};
    return addRoutes(routes, context, Routes);
}

} // namespace hudhud
