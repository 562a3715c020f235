// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_json.h"
#include "admin/query_reader.h"
#include "admin/routes.h"

#include <QFile>

#include <array>
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
    if (added) {
        added = routes.addRoute(HttpMethod::Get, path + "/openapi.json",
                                [context, body = *document](const HttpRequest &, HttpResponder responder) {
                                    context->respondJson(responder, QByteArray(body));
                                });
    }
    return added;
}

} // namespace hudhud
