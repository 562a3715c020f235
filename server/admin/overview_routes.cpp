// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_json.h"
#include "admin/json_fields.h"
#include "admin/query_reader.h"
#include "admin/routes.h"
#include "core/json_text.h"

#include <QFile>

#include <array>
#include <chrono>
#include <limits>

// Outside any namespace, as Q_INIT_RESOURCE requires: a static library's resources are not registered on their own.
static void registerAdminResource()
{
    Q_INIT_RESOURCE(admin);
}

namespace hudhud {

namespace {

constexpr qint64 Latest = std::numeric_limits<qint64>::max();

AuditFilter readAuditQuery(QByteArrayView text, FieldProblems &problems)
{
    static constexpr std::array<QByteArrayView, 6> Known{"actor", "action", "from", "until", "limit", "cursor"};
    const QueryReader query(text, Known, problems);
    AuditFilter filter;
    filter.actor = query.text("actor").value_or(QByteArray());
    filter.action = query.text("action").value_or(QByteArray());
    filter.from = query.time("from");
    filter.until = query.time("until");
    filter.before = query.number("cursor", 1, Latest);
    filter.limit = static_cast<int>(query.number("limit", 1, MaximumPage).value_or(filter.limit));
    return filter;
}

void listAudit(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    FieldProblems problems;
    const AuditFilter filter = readAuditQuery(request.query, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    context->parts.storage.read<std::vector<AuditRecord>>(
        [filter](StorageReader &reader) { return reader.audit().list(filter); },
        [context, limit = filter.limit,
         responder = std::move(responder)](const Result<std::vector<AuditRecord>> &records) mutable {
            if (!records)
                context->refuse(responder, records.error());
            else
                context->respondJson(responder, auditPageJson(*records, limit));
        });
}

/// The whole answer is made where the store is read.
Result<QByteArray> readQueues(StorageReader &reader)
{
    const auto statistics = reader.statistics();
    if (!statistics)
        return std::unexpected(statistics.error());
    DeadLetterFilter filter;
    const auto open = reader.deadLetters().count(filter);
    if (!open)
        return std::unexpected(open.error());
    filter.isDiscarded = true;
    const auto discarded = reader.deadLetters().count(filter);
    if (!discarded)
        return std::unexpected(discarded.error());
    const auto jobs = reader.jobs().running();
    if (!jobs)
        return std::unexpected(jobs.error());
    return "{\"pending\":" + QByteArray::number(statistics->pending) + ",\"deadLetters\":" + QByteArray::number(*open)
        + ",\"discarded\":" + QByteArray::number(*discarded) + ",\"runningJobs\":" + QByteArray::number(qint64(jobs->size()))
        + ",\"sizeBytes\":" + QByteArray::number(statistics->sizeBytes) + '}';
}

void showQueues(const AdminContextPointer &context, const AdminRequest &, HttpResponder responder)
{
    context->parts.storage.read<QByteArray>(
        readQueues, [context, responder = std::move(responder)](Result<QByteArray> body) mutable {
            if (!body)
                context->refuse(responder, body.error());
            else
                context->respondJson(responder, std::move(*body));
        });
}

void listNodes(const AdminContextPointer &context, const AdminRequest &, HttpResponder responder)
{
    const auto reason = context->parts.node.notReadyReason();
    QByteArray body("{\"nodes\":[{\"id\":");
    appendJsonString(body, context->parts.nodeId);
    body.append(reason ? ",\"ready\":false,\"reason\":" : ",\"ready\":true");
    if (reason)
        appendJsonString(body, *reason);
    body.append("}]}");
    context->respondJson(responder, std::move(body));
}

double seconds(std::chrono::microseconds duration)
{
    return std::chrono::duration<double>(duration).count();
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

Result<QByteArray> adminDocument()
{
    registerAdminResource();
    QFile file(QStringLiteral(":/openapi-admin/hudhud-admin.json"));
    if (!file.open(QIODevice::ReadOnly)) {
        return std::unexpected(
            Error(ErrorCode::Internal, QStringLiteral("open the OpenAPI document: ") + file.errorString()));
    }
    return file.readAll();
}

} // namespace

Result<void> mountOverviewRoutes(RouteTable &routes, const AdminContextPointer &context)
{
    const auto document = adminDocument();
    if (!document)
        return std::unexpected(document.error());
    const QByteArray path(AdminPath);
    Result<void> added
        = routes.addRoute(HttpMethod::Get, path + "/audit", allowed(context, AdminRole::Viewer, "", listAudit));
    if (added)
        added = routes.addRoute(HttpMethod::Get, path + "/queues", allowed(context, AdminRole::Viewer, "", showQueues));
    if (added)
        added = routes.addRoute(HttpMethod::Get, path + "/nodes", allowed(context, AdminRole::Viewer, "", listNodes));
    if (added)
        added = routes.addRoute(HttpMethod::Get, path + "/hubs", allowed(context, AdminRole::Viewer, "", listHubs));
    if (added) {
        added = routes.addRoute(HttpMethod::Get, path + "/openapi.json",
                                [context, body = *document](const HttpRequest &, HttpResponder responder) {
                                    context->respondJson(responder, QByteArray(body));
                                });
    }
    return added;
}

} // namespace hudhud
