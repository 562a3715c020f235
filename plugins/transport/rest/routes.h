// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/http.h"
#include "rest_context.h"

namespace hudhud {

/// Sending and withdrawing messages, on the public endpoint.
Result<void> mountSendRoutes(RouteTable &routes, const RestContextPointer &context);
/// Sending many messages with one request, on the public endpoint.
Result<void> mountBatchRoute(RouteTable &routes, const RestContextPointer &context);
/// Replacing messages that nobody has seen yet, on the public endpoint.
Result<void> mountReplaceRoute(RouteTable &routes, const RestContextPointer &context);
/// Messages, their events, and presence, on the public endpoint.
Result<void> mountReadRoutes(RouteTable &routes, const RestContextPointer &context);
/// Uploading files and getting them back, on the public endpoint; nothing where none are kept.
Result<void> mountAttachmentRoutes(RouteTable &routes, const RestContextPointer &context);
/// Groups of recipients and their members, on the public endpoint.
Result<void> mountGroupRoutes(RouteTable &routes, const RestContextPointer &context);
/// Starting, following and cancelling broadcasts, on the public endpoint.
Result<void> mountBroadcastRoutes(RouteTable &routes, const RestContextPointer &context);
/// /healthz and /readyz, on both endpoints, without an API key.
Result<void> mountProbeRoutes(RouteTable &routes, const RestContextPointer &context);
/// /metrics, on the admin endpoint, without an API key.
Result<void> mountMetricsRoute(RouteTable &routes, const RestContextPointer &context);
/// /api/v1/openapi.json, on the public endpoint, without an API key.
Result<void> mountOpenApiRoute(RouteTable &routes, const RestContextPointer &context,
                               const QByteArray &document);

} // namespace hudhud
