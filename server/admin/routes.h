// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/admin_context.h"
#include "plugin-api/http.h"

namespace hudhud {

inline constexpr char AdminPath[] = "/api/v1/admin";

/// Lists, groups, single dead letters, and the jobs that are made of them.
Result<void> mountDeadLetterRoutes(RouteTable &routes, const AdminContextPointer &context);
/// Edit and replay.
Result<void> mountEditRoute(RouteTable &routes, const AdminContextPointer &context);
Result<void> mountJobRoutes(RouteTable &routes, const AdminContextPointer &context);
/// Breakers, and checks of the store.
Result<void> mountMaintenanceRoutes(RouteTable &routes, const AdminContextPointer &context);
/// The nodes, how many there should be, draining this one, and what the hubs do.
Result<void> mountClusterRoutes(RouteTable &routes, const AdminContextPointer &context);
/// Audit, queues, and the OpenAPI document, which needs no token.
Result<void> mountOverviewRoutes(RouteTable &routes, const AdminContextPointer &context);

} // namespace hudhud
