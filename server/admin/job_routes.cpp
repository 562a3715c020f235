// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_json.h"
#include "admin/dead_letter_parameters.h"
#include "admin/query_reader.h"
#include "admin/routes.h"

#include <array>
#include <limits>

namespace hudhud {

namespace {

constexpr int DefaultPage = 50;

/// Nothing when the request was refused.
std::optional<qint64> readJobId(const AdminContext &context, const AdminRequest &request, HttpResponder &responder)
{
    const auto id = parseNumber(request.pathParameter, 1, std::numeric_limits<qint64>::max());
    if (!id) {
        FieldProblems problems;
        problems.add("id", shown(request.pathParameter) + " is no number of a job.");
        context.refuse(responder, problems);
    }
    return id;
}

void listJobs(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    static constexpr std::array<QByteArrayView, 2> Known{"limit", "cursor"};
    FieldProblems problems;
    const QueryReader query(request.query, Known, problems);
    const int limit = static_cast<int>(query.number("limit", 1, MaximumPage).value_or(DefaultPage));
    const auto before = query.number("cursor", 1, std::numeric_limits<qint64>::max());
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    context->parts.storage.read<std::vector<Job>>(
        [before, limit](StorageReader &reader) { return reader.jobs().list(before, limit); },
        [context, limit, responder = std::move(responder)](const Result<std::vector<Job>> &jobs) mutable {
            if (!jobs)
                context->refuse(responder, jobs.error());
            else
                context->respondJson(responder, jobPageJson(*jobs, limit));
        });
}

/// The whole answer is made where the store is read.
Result<QByteArray> readJob(StorageReader &reader, qint64 id)
{
    const auto job = reader.jobs().find(id);
    if (!job)
        return std::unexpected(job.error());
    if (!*job)
        return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no job %1.").arg(id)));
    const auto outcome = reader.jobs().outcome(id, (*job)->total);
    if (!outcome)
        return std::unexpected(outcome.error());
    const auto refusals = reader.jobs().refusals(id);
    if (!refusals)
        return std::unexpected(refusals.error());
    return jobDetailsJson(**job, *outcome, *refusals);
}

void showJob(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    const auto id = readJobId(*context, request, responder);
    if (!id)
        return;
    context->parts.storage.read<QByteArray>(
        [id = *id](StorageReader &reader) { return readJob(reader, id); },
        [context, responder = std::move(responder)](Result<QByteArray> body) mutable {
            if (!body)
                context->refuse(responder, body.error());
            else
                context->respondJson(responder, std::move(*body));
        });
}

void changeJob(const AdminContextPointer &context, const AdminRequest &request, JobChange change, QByteArray detail,
               HttpResponder responder)
{
    const auto id = readJobId(*context, request, responder);
    if (!id)
        return;
    AuditRecord audit = context->auditOf(request, std::move(detail));
    audit.job = *id;
    context->parts.storage.write<Job>(
        [id = *id, change = std::move(change), audit](StorageWriter &writer) {
            return writer.jobs().change(id, change, audit);
        },
        [context, audit, responder = std::move(responder)](const Result<Job> &job) mutable {
            if (!job) {
                context->auditFailure(std::move(audit), job.error());
                context->refuse(responder, job.error());
                return;
            }
            context->parts.wakeJobs();
            context->respondJson(responder, jobJson(*job));
        });
}

template <JobState state>
void becomes(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    changeJob(context, request, {.state = state, .rate = {}, .passesCanary = false, .error = {}}, "{}",
              std::move(responder));
}

void setRate(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    const auto body = context->parse(request);
    if (!body)
        return context->refuse(responder, body.error());
    FieldProblems problems;
    const int rate = readRate(*body, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    changeJob(context, request, {.state = {}, .rate = rate, .passesCanary = false, .error = {}},
              "{\"rate\":" + QByteArray::number(rate) + '}', std::move(responder));
}

} // namespace

Result<void> mountJobRoutes(RouteTable &routes, const AdminContextPointer &context)
{
    const QByteArray jobs = QByteArray(AdminPath) + "/jobs";
    const QByteArray job = jobs + "/{id}";
    Result<void> added = routes.addRoute(HttpMethod::Get, jobs, allowed(context, AdminRole::Viewer, "", listJobs));
    if (added)
        added = routes.addRoute(HttpMethod::Get, job, allowed(context, AdminRole::Viewer, "", showJob));
    const auto addChange = [&](const char *name, const char *action, AdminHandler handler) {
        if (added)
            added = routes.addRoute(HttpMethod::Post, job + name, allowed(context, AdminRole::Operator, action, handler));
    };
    addChange("/pause", "job.pause", becomes<JobState::Paused>);
    addChange("/resume", "job.resume", becomes<JobState::Running>);
    addChange("/cancel", "job.cancel", becomes<JobState::Cancelled>);
    addChange("/rate", "job.rate", setRate);
    return added;
}

} // namespace hudhud
