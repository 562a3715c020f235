// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/api_time.h"
#include "admin/json_fields.h"
#include "admin/routes.h"

#include <algorithm>
#include <chrono>

namespace hudhud {

namespace {

double seconds(std::chrono::microseconds duration)
{
    return std::chrono::duration<double>(duration).count();
}

admin::Breaker breakerOf(const BreakerSnapshot &breaker)
{
    return {.dependency = QString::fromUtf8(breaker.dependency),
            .state = QString::fromLatin1(breakerStateName(breaker.state)),
            .changedAt = toDateTime(breaker.changedAt),
            .consecutiveFailures = breaker.consecutiveFailures,
            .windowCalls = breaker.windowCalls,
            .windowFailures = breaker.windowFailures,
            .rejectedCalls = breaker.rejectedCalls,
            .openings = breaker.openings,
            .lastFailure = QString::fromUtf8(breaker.lastFailure)};
}

void listNodes(const AdminContextPointer &context, const AdminRequest &, HttpResponder responder)
{
    context->respondValue(responder, context->parts.process.nodeList());
}

/// Of the node that was asked everything is known, also what only it can tell.
void addDetails(admin::Node &node, const AdminProcess::Parts &process)
{
    node.plugins = process.plugins;
    for (admin::Plugin &plugin : *node.plugins)
        plugin.settings.reset();
    node.breakers.emplace();
    for (const BreakerSnapshot &breaker : process.breakers.list())
        node.breakers->push_back(breakerOf(breaker));
}

void showNode(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    admin::NodeList list = context->parts.process.nodeList();
    const auto found = std::ranges::find(list.nodes, QString::fromUtf8(request.pathParameter), &admin::Node::id);
    if (found == list.nodes.end()) {
        return context->refuse(responder,
                               Error(ErrorCode::NotFound,
                                     QStringLiteral("There is no node of that id; GET /api/v1/admin/nodes lists them.")));
    }
    if (found->self)
        addDetails(*found, context->parts.process.parts());
    context->respondValue(responder, *found);
}

void appendHub(QByteArray &out, const HubStatus &hub)
{
    separate(out);
    out.append('{');
    appendText(out, "name", hub.name);
    appendNumber(out, "activeConnections", hub.metrics.activeConnections);
    appendReal(out, "messagesPerSecond", hub.metrics.messagesPerSecond);
    appendReal(out, "averageDeliveryLatencySeconds", seconds(hub.metrics.averageDeliveryLatency));
    appendNumber(out, "failedDeliveries", hub.metrics.failedDeliveries);
    appendOptionalTime(out, "lastUpdated", hub.metrics.lastUpdated);
    appendNumber(out, "maxConcurrentConnections", hub.connections.maxConcurrentConnections);
    appendReal(out, "connectionUtilization", hub.connections.connectionUtilization);
    appendReal(out, "averageConnectionDurationSeconds", seconds(hub.connections.averageConnectionDuration));
    appendReal(out, "connectionsPerSecond", hub.connections.connectionsPerSecond);
    out.append('}');
}

void listHubs(const AdminContextPointer &context, const AdminRequest &, HttpResponder responder)
{
    QByteArray body("{\"hubs\":[");
    for (const HubStatus &hub : context->parts.hubs())
        appendHub(body, hub);
    body.append("]}");
    context->respondJson(responder, std::move(body));
}

void showScaling(const AdminContextPointer &context, const AdminRequest &, HttpResponder responder)
{
    const ScalingAdvice advice = context->parts.scaling();
    QByteArray body("{");
    appendNumber(body, "currentNodes", advice.currentNodes);
    appendNumber(body, "desiredNodes", advice.desiredNodes);
    appendNumber(body, "neededNodes", advice.neededNodes);
    appendText(body, "reason", advice.reason);
    appendReal(body, "cpuUse", advice.cpuUse);
    appendReal(body, "connectionUse", advice.connectionUse);
    appendReal(body, "messageUse", advice.messageUse);
    body.append('}');
    context->respondJson(responder, std::move(body));
}

/// What SIGTERM does. The record is written first: the store ends with the node.
void drainNode(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    AuditRecord audit = context->auditOf(request, "{}");
    audit.count = 1;
    context->auditDone(std::move(audit));
    context->parts.drain();
    context->respondJson(responder, "{\"draining\":true}", 202);
}

void redistributePhones(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    AuditRecord audit = context->auditOf(request, "{}");
    const auto plan = context->parts.redistribute();
    if (!plan) {
        context->auditFailure(std::move(audit), plan.error());
        return context->refuse(responder, plan.error());
    }
    audit.count = plan->phones;
    context->auditDone(std::move(audit));
    QByteArray body("{");
    appendNumber(body, "phones", plan->phones);
    appendReal(body, "withinSeconds", seconds(plan->within));
    body.append('}');
    context->respondJson(responder, std::move(body), 202);
}

} // namespace

Result<void> mountClusterRoutes(RouteTable &routes, const AdminContextPointer &context)
{
    static constexpr AdminRoute Routes[] = {
        {HttpMethod::Get, "/nodes", AdminRole::Viewer, "", listNodes},
        {HttpMethod::Get, "/nodes/{id}", AdminRole::Viewer, "", showNode},
        {HttpMethod::Get, "/hubs", AdminRole::Viewer, "", listHubs},
        {HttpMethod::Get, "/scaling", AdminRole::Viewer, "", showScaling},
        {HttpMethod::Post, "/drain", AdminRole::Admin, "node.drain", drainNode},
        {HttpMethod::Post, "/cluster/redistribute", AdminRole::Operator, "cluster.redistribute", redistributePhones},
    };
    return addRoutes(routes, context, Routes);
}

} // namespace hudhud
