// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/query_reader.h"
#include "admin/routes.h"

#include <array>

namespace hudhud {

namespace {

/// Asks the store first, unless it was asked just now.
void showOverview(const AdminContextPointer &context, const AdminRequest &, HttpResponder responder)
{
    OverviewSampler &sampler = context->parts.process.sampler();
    if (sampler.hasFreshFigures())
        return context->respondValue(responder, context->parts.process.overview());
    context->parts.storage.read<StoreFigures>(
        [now = context->parts.clock.now()](StorageReader &reader) { return readStoreFigures(reader, now); },
        [context, &sampler, responder = std::move(responder)](Result<StoreFigures> figures) mutable {
            sampler.take(std::move(figures));
            context->respondValue(responder, context->parts.process.overview());
        });
}

void showHistory(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    static constexpr std::array<QByteArrayView, 1> Known{"resolution"};
    constexpr qint64 coarse = 10;
    FieldProblems problems;
    const QueryReader query(request.query, Known, problems);
    const qint64 resolution = query.number("resolution", 1, coarse).value_or(1);
    if (problems.isEmpty() && resolution != 1 && resolution != coarse)
        problems.add("resolution", "must be 1 (five minutes by seconds) or 10 (an hour by ten seconds).");
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    admin::History history = context->parts.process.sampler().history(resolution == coarse);
    history.node = QString::fromUtf8(context->parts.nodeId);
    context->respondValue(responder, history);
}

} // namespace

Result<void> mountOverviewRoutes(RouteTable &routes, const AdminContextPointer &context)
{
    static constexpr AdminRoute Routes[] = {
        {HttpMethod::Get, "/overview", AdminRole::Viewer, "", showOverview},
        {HttpMethod::Get, "/overview/history", AdminRole::Viewer, "", showHistory},
    };
    return addRoutes(routes, context, Routes);
}

} // namespace hudhud
