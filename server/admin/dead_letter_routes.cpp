// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_json.h"
#include "admin/dead_letter_parameters.h"
#include "admin/query_reader.h"
#include "admin/routes.h"
#include "list_query.h"

#include <array>

namespace hudhud {

namespace {

constexpr int MaximumGroups = 1'000;
constexpr int DefaultGroups = 100;

void listDeadLetters(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    FieldProblems problems;
    const DeadLetterListQuery query = readDeadLetterListQuery(request.query, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    context->parts.storage.read<std::vector<DeadLetterRecord>>(
        [query](StorageReader &reader) { return reader.deadLetters().list(query.filter, query.cursor, query.limit); },
        [context, limit = query.limit,
         responder = std::move(responder)](const Result<std::vector<DeadLetterRecord>> &letters) mutable {
            if (!letters)
                context->refuse(responder, letters.error());
            else
                context->respondJson(responder, deadLetterPageJson(*letters, limit));
        });
}

void countDeadLetters(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    FieldProblems problems;
    const DeadLetterFilter filter = readDeadLetterCountQuery(request.query, problems);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    context->parts.storage.read<qint64>(
        [filter](StorageReader &reader) { return reader.deadLetters().count(filter); },
        [context, responder = std::move(responder)](const Result<qint64> &count) mutable {
            if (!count)
                context->refuse(responder, count.error());
            else
                context->respondJson(responder, QByteArray("{\"count\":" + QByteArray::number(*count) + '}'));
        });
}

void listGroups(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    static constexpr std::array<QByteArrayView, 1> Known{"limit"};
    FieldProblems problems;
    const auto limit = QueryReader(request.query, Known, problems).number("limit", 1, MaximumGroups);
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    context->parts.storage.read<std::vector<DeadLetterGroup>>(
        [limit = static_cast<int>(limit.value_or(DefaultGroups))](StorageReader &reader) {
            return reader.deadLetters().groups(limit);
        },
        [context, responder = std::move(responder)](const Result<std::vector<DeadLetterGroup>> &groups) mutable {
            if (!groups)
                context->refuse(responder, groups.error());
            else
                context->respondJson(responder, groupsJson(*groups));
        });
}

/// The whole answer is made where the store is read.
Result<QByteArray> readDeadLetter(StorageReader &reader, const MessageId &id)
{
    const auto found = reader.find(std::array{id});
    if (!found)
        return std::unexpected(found.error());
    const auto letter = reader.deadLetters().find(id);
    if (!letter)
        return std::unexpected(letter.error());
    const auto events = reader.events(id);
    if (!events)
        return std::unexpected(events.error());
    if (!found->front())
        return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no such message.")));
    return deadLetterJson(*found->front(), *letter, *events);
}

void showDeadLetter(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    const auto id = MessageId::fromString(request.pathParameter);
    if (!id)
        return context->refuse(responder, invalidMessageId(request.pathParameter));
    context->parts.storage.read<QByteArray>(
        [id = *id](StorageReader &reader) { return readDeadLetter(reader, id); },
        [context, responder = std::move(responder)](Result<QByteArray> body) mutable {
            if (!body)
                context->refuse(responder, body.error());
            else
                context->respondJson(responder, std::move(*body));
        });
}

/// Nothing when the request was refused.
std::optional<JobRequest> readBody(AdminContext &context, JobKind kind, const AdminRequest &request,
                                   HttpResponder &responder)
{
    const auto body = context.parse(request);
    if (!body) {
        context.refuse(responder, body.error());
        return std::nullopt;
    }
    FieldProblems problems;
    JobRequest job = readJobRequest(kind, *body, problems);
    if (!problems.isEmpty()) {
        context.refuse(responder, problems);
        return std::nullopt;
    }
    job.createdBy = request.actor;
    job.createdAt = context.parts.clock.now();
    job.maximumItems = context.parts.deadLetters.maximumSelection;
    return job;
}

void createJob(const AdminContextPointer &context, JobKind kind, const AdminRequest &request, HttpResponder responder)
{
    auto job = readBody(*context, kind, request, responder);
    if (!job)
        return;
    const AuditRecord audit = context->auditOf(request, job->description);
    context->parts.storage.write<Job>(
        [job = std::move(*job), audit](StorageWriter &writer) { return writer.jobs().create(job, audit); },
        [context, audit, responder = std::move(responder)](const Result<Job> &created) mutable {
            if (!created) {
                context->auditFailure(std::move(audit), created.error());
                context->refuse(responder, created.error());
                return;
            }
            context->parts.wakeJobs();
            HttpResponse response{.status = 202,
                                  .contentType = "application/json",
                                  .body = jobJson(*created),
                                  .headers = {},
                                  .closeConnection = false};
            response.headers.emplace_back("Location",
                                          QByteArray(AdminPath) + "/jobs/" + QByteArray::number(created->id));
            context->respond(responder, std::move(response));
        });
}

template <JobKind kind>
void createJobOf(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    createJob(context, kind, request, std::move(responder));
}

void previewReplay(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    auto job = readBody(*context, JobKind::Replay, request, responder);
    if (!job)
        return;
    context->parts.storage.read<RefusalCounts>(
        [job = *job](StorageReader &reader) {
            return reader.deadLetters().preview(job.kind, job.selection, job.includesPoison, job.createdAt);
        },
        [context, rate = job->rate, responder = std::move(responder)](const Result<RefusalCounts> &counts) mutable {
            if (!counts)
                context->refuse(responder, counts.error());
            else
                context->respondJson(responder, previewJson(*counts, rate));
        });
}

} // namespace

Result<void> mountDeadLetterRoutes(RouteTable &routes, const AdminContextPointer &context)
{
    struct Entry
    {
        HttpMethod method;
        const char *path;
        AdminRole role;
        const char *action;
        AdminHandler handler;
    };
    static constexpr std::array Entries{
        Entry{HttpMethod::Get, "/dlq", AdminRole::Viewer, "", listDeadLetters},
        Entry{HttpMethod::Get, "/dlq/count", AdminRole::Viewer, "", countDeadLetters},
        Entry{HttpMethod::Get, "/dlq/groups", AdminRole::Viewer, "", listGroups},
        Entry{HttpMethod::Get, "/dlq/{id}", AdminRole::Viewer, "", showDeadLetter},
        Entry{HttpMethod::Post, "/dlq/replay/dry-run", AdminRole::Viewer, "", previewReplay},
        Entry{HttpMethod::Post, "/dlq/replay", AdminRole::Operator, "dead-letters.replay", createJobOf<JobKind::Replay>},
        Entry{HttpMethod::Post, "/dlq/discard", AdminRole::Operator, "dead-letters.discard",
              createJobOf<JobKind::Discard>},
        Entry{HttpMethod::Post, "/dlq/restore", AdminRole::Operator, "dead-letters.restore",
              createJobOf<JobKind::Restore>},
    };
    for (const Entry &entry : Entries) {
        auto added = routes.addRoute(entry.method, QByteArray(AdminPath) + entry.path,
                                     allowed(context, entry.role, entry.action, entry.handler));
        if (!added)
            return added;
    }
    return {};
}

} // namespace hudhud
