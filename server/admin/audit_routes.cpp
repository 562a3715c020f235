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

constexpr qsizetype LongestTarget = 128;
constexpr int MaximumAuditScanned = 10'000;

struct AuditSearch
{
    AuditFilter filter;
    QByteArray target; ///< Somewhere in the detail; empty: any.
};

struct AuditPage
{
    std::vector<AuditRecord> records;
    std::optional<qint64> next; ///< The cursor of the next page; nothing when this was the last.
};

AuditSearch readAuditQuery(QByteArrayView text, FieldProblems &problems)
{
    static constexpr std::array<QByteArrayView, 7> Known{"actor", "action", "target", "from",
                                                         "until", "limit",  "cursor"};
    const QueryReader query(text, Known, problems);
    AuditSearch search;
    search.target = query.text("target").value_or(QByteArray());
    if (search.target.size() > LongestTarget)
        problems.add("target", "must be at most 128 bytes of what the record's detail contains.");
    AuditFilter &filter = search.filter;
    filter.actor = query.text("actor").value_or(QByteArray());
    filter.action = query.text("action").value_or(QByteArray());
    filter.from = query.time("from");
    filter.until = query.time("until");
    filter.before = query.number("cursor", 1, Latest);
    filter.limit = static_cast<int>(query.number("limit", 1, MaximumPage).value_or(filter.limit));
    return search;
}

/// The store cannot look into details: at most `MaximumAuditScanned` records are looked at for one page, which may then be
/// short and yet not the last.
Result<AuditPage> findAudit(StorageReader &reader, const AuditSearch &search)
{
    AuditPage page;
    AuditFilter filter = search.filter;
    filter.limit = search.target.isEmpty() ? search.filter.limit : MaximumPage;
    for (int scanned = 0; scanned < MaximumAuditScanned; scanned += filter.limit) {
        auto found = reader.audit().list(filter);
        if (!found)
            return std::unexpected(found.error());
        for (AuditRecord &record : *found) {
            page.next = record.id;
            if (search.target.isEmpty() || record.detail.contains(search.target))
                page.records.push_back(std::move(record));
            if (std::ssize(page.records) >= search.filter.limit)
                return page;
        }
        if (std::ssize(*found) < filter.limit) {
            page.next.reset();
            return page;
        }
        filter.before = page.next;
    }
    return page;
}

void listAudit(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    FieldProblems problems;
    const AuditSearch search = readAuditQuery(request.query, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    context->parts.storage.read<AuditPage>(
        [search](StorageReader &reader) { return findAudit(reader, search); },
        [context, responder = std::move(responder)](const Result<AuditPage> &page) mutable {
            if (!page)
                context->refuse(responder, page.error());
            else
                context->respondJson(responder, auditPageJson(page->records, page->next));
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

Result<void> mountAuditRoutes(RouteTable &routes, const AdminContextPointer &context)
{
    const auto document = adminDocument();
    if (!document)
        return std::unexpected(document.error());
    const QByteArray path(AdminPath);
    Result<void> added
        = routes.addRoute(HttpMethod::Get, path + "/audit", allowed(context, AdminRole::Viewer, "", listAudit));
    if (added) {
        added = routes.addRoute(HttpMethod::Get, path + "/openapi.json",
                                [context, body = *document](const HttpRequest &, HttpResponder responder) {
                                    context->respondJson(responder, QByteArray(body));
                                });
    }
    return added;
}

} // namespace hudhud
