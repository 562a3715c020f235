// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin-api/cache.h"
#include "admin/answer_later.h"
#include "admin/body_reader.h"
#include "admin/json_fields.h"
#include "admin/routes.h"

#include <array>

namespace hudhud {

namespace {

void showCache(const AdminContextPointer &context, const AdminRequest &, HttpResponder responder)
{
    const CacheMetrics metrics = context->parts.cache.metrics();
    const qint64 looks = metrics.hits + metrics.misses;
    context->respondValue(
        responder,
        admin::CacheInfo{.plugin = QString::fromUtf8(context->parts.cacheName),
                         .entries = metrics.entries,
                         .sizeBytes = metrics.sizeBytes,
                         .hits = metrics.hits,
                         .misses = metrics.misses,
                         .evictions = metrics.evictions,
                         .expirations = metrics.expirations,
                         .hitRate = looks == 0 ? 0 : static_cast<double>(metrics.hits) / static_cast<double>(looks)});
}

void invalidateCache(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    static constexpr std::array<QByteArrayView, 1> Known{"pattern"};
    constexpr qsizetype longestPattern = 256;
    const auto body = context->parse(request);
    if (!body)
        return context->refuse(responder, body.error());
    FieldProblems problems;
    const QByteArray pattern = BodyReader(*body, Known, problems).requiredText("pattern", longestPattern);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    QByteArray detail("{");
    appendText(detail, "pattern", pattern);
    AuditRecord audit = context->auditOf(request, detail.append('}'));
    context->parts.cache.invalidatePattern(
        pattern, answerLater<Result<qint64>>(
                     context, std::move(responder),
                     [audit = std::move(audit), pattern](const AdminContextPointer &own, HttpResponder answer,
                                                         Result<qint64> &&removed) mutable {
                         if (!removed) {
                             own->auditFailure(std::move(audit), removed.error());
                             return own->refuse(answer, removed.error());
                         }
                         audit.count = *removed;
                         own->auditDone(std::move(audit));
                         own->respondValue(
                             answer, admin::CacheInvalidation{.pattern = QString::fromUtf8(pattern), .removed = *removed});
                     }));
}

} // namespace

Result<void> mountCacheRoutes(RouteTable &routes, const AdminContextPointer &context)
{
    static constexpr AdminRoute Routes[] = {
        {HttpMethod::Get, "/cache", AdminRole::Viewer, "", showCache},
        {HttpMethod::Post, "/cache/invalidate", AdminRole::Admin, "cache.invalidate", invalidateCache},
    };
    return addRoutes(routes, context, Routes);
}

} // namespace hudhud
