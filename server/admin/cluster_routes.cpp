// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/json_fields.h"
#include "admin/routes.h"

#include <QJsonDocument>

#include <algorithm>
#include <chrono>

namespace hudhud {

namespace {

double seconds(std::chrono::microseconds duration)
{
    return std::chrono::duration<double>(duration).count();
}

void appendLoad(QByteArray &out, const LoadMetrics &load)
{
    appendName(out, "load");
    out.append('{');
    appendReal(out, "cpuUsage", load.cpuUsage);
    appendReal(out, "memoryUsage", load.memoryUsage);
    appendNumber(out, "activeConnections", load.activeConnections);
    appendNumber(out, "queueDepth", load.queueDepth);
    appendReal(out, "requestsPerSecond", load.requestsPerSecond);
    appendReal(out, "averageResponseTimeSeconds", seconds(load.averageResponseTime));
    appendOptionalTime(out, "lastUpdated", load.lastUpdated);
    out.append('}');
}

void appendKnown(QByteArray &out, const ProcessingNode &node)
{
    appendText(out, "endpoint", node.endpoint);
    appendText(out, "status", nodeStatusName(node.status));
    appendOptionalTime(out, "lastHeartbeat", node.lastHeartbeat);
    appendNumber(out, "maxConcurrentRequests", node.maxConcurrentRequests);
    appendNumber(out, "currentActiveRequests", node.currentActiveRequests);
    appendLoad(out, node.currentLoad);
    appendName(out, "capabilities");
    out.append(QJsonDocument(node.capabilities).toJson(QJsonDocument::Compact));
}

/// The node that was asked says also whether it is ready, and why not.
void listNodes(const AdminContextPointer &context, const AdminRequest &, HttpResponder responder)
{
    const QByteArray &own = context->parts.nodeId;
    std::vector<ProcessingNode> nodes = context->parts.nodes();
    const auto isOwn = [&own](const ProcessingNode &node) { return node.id == own; };
    const bool isAlone = std::ranges::none_of(nodes, isOwn);
    if (isAlone)
        nodes.emplace(nodes.begin())->id = own;
    QByteArray body("{\"nodes\":[");
    for (const ProcessingNode &node : nodes) {
        separate(body);
        body.append('{');
        appendText(body, "id", node.id);
        if (isOwn(node)) {
            const auto reason = context->parts.node.notReadyReason();
            appendBoolean(body, "ready", !reason);
            if (reason)
                appendText(body, "reason", *reason);
            else if (const auto degraded = context->parts.node.degradedReason())
                appendText(body, "reason", *degraded);
        }
        if (!isAlone || !isOwn(node))
            appendKnown(body, node);
        body.append('}');
    }
    body.append("]}");
    context->respondJson(responder, std::move(body));
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
    const QByteArray path(AdminPath);
    Result<void> added
        = routes.addRoute(HttpMethod::Get, path + "/nodes", allowed(context, AdminRole::Viewer, "", listNodes));
    if (added)
        added = routes.addRoute(HttpMethod::Get, path + "/hubs", allowed(context, AdminRole::Viewer, "", listHubs));
    if (added)
        added = routes.addRoute(HttpMethod::Get, path + "/scaling", allowed(context, AdminRole::Viewer, "", showScaling));
    if (added)
        added = routes.addRoute(HttpMethod::Post, path + "/drain",
                                allowed(context, AdminRole::Admin, "node.drain", drainNode));
    if (added)
        added = routes.addRoute(HttpMethod::Post, path + "/cluster/redistribute",
                                allowed(context, AdminRole::Operator, "cluster.redistribute", redistributePhones));
    return added;
}

} // namespace hudhud
