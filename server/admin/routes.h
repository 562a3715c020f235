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
/// The audit, and the OpenAPI document, which needs no token.
Result<void> mountAuditRoutes(RouteTable &routes, const AdminContextPointer &context);
/// Who asks.
Result<void> mountSessionRoutes(RouteTable &routes, const AdminContextPointer &context);
/// Lists, counts and closes this node's connections.
Result<void> mountConnectionRoutes(RouteTable &routes, const AdminContextPointer &context);
/// The first page and its history.
Result<void> mountOverviewRoutes(RouteTable &routes, const AdminContextPointer &context);

/// Somebody who receives messages, and test messages for him.
Result<void> mountRecipientRoutes(RouteTable &routes, const AdminContextPointer &context);
/// Looks for messages, shows and cancels them.
Result<void> mountMessageRoutes(RouteTable &routes, const AdminContextPointer &context);
/// What waits, and how dead letters have come in.
Result<void> mountQueueRoutes(RouteTable &routes, const AdminContextPointer &context);
Result<void> mountCacheRoutes(RouteTable &routes, const AdminContextPointer &context);
/// Plugins, and the configuration in force.
Result<void> mountConfigurationRoutes(RouteTable &routes, const AdminContextPointer &context);
Result<void> mountApiKeyRoutes(RouteTable &routes, const AdminContextPointer &context);

} // namespace hudhud
