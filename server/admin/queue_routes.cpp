// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin-api/queues.h"
#include "admin/api_time.h"
#include "admin/query_reader.h"
#include "admin/routes.h"

#include <algorithm>
#include <array>

namespace hudhud {

namespace {

/// What the store knows of the queues.
struct StoredQueues
{
    StorageStatistics statistics;
    PriorityStatistics priorities;
    qint64 open = 0;
    qint64 discarded = 0;
    qint64 runningJobs = 0;
};

Result<StoredQueues> readQueues(StorageReader &reader, Timestamp now)
{
    const auto statistics = reader.statistics();
    if (!statistics)
        return std::unexpected(statistics.error());
    const auto priorities = reader.queueStatistics(now);
    if (!priorities)
        return std::unexpected(priorities.error());
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
    return StoredQueues{.statistics = *statistics,
                        .priorities = *priorities,
                        .open = *open,
                        .discarded = *discarded,
                        .runningJobs = std::ssize(*jobs)};
}

admin::Buffer describeBuffer(const BufferMetrics &metrics)
{
    return {.depth = metrics.currentDepth,
            .bytes = metrics.currentBytes,
            .capacity = metrics.maxCapacity,
            .utilizationPercent = metrics.utilizationPercentage,
            .averageProcessingSeconds = toSeconds(metrics.averageProcessingTime),
            .messagesPerSecond = metrics.messagesPerSecond,
            .nearCapacity = metrics.isNearCapacity};
}

/// The executor registered these with their help texts.
admin::GroupCommit describeCommits(MetricsRegistry &metrics)
{
    constexpr double microsecondsPerSecond = 1e6;
    const DurationHistogram &durations = metrics.histogram("hudhud_storage_commit_seconds", {});
    admin::GroupCommit commits{.commits = metrics.counter("hudhud_storage_commits_total", {}).value(),
                               .committedItems = metrics.counter("hudhud_storage_committed_items_total", {}).value(),
                               .averageBatch = 0,
                               .latestBatch = metrics.gauge("hudhud_storage_batch_size", {}).value(),
                               .averageCommitSeconds = 0,
                               .queuedWrites = metrics.gauge("hudhud_storage_queued_writes", {}).value(),
                               .queuedReads = metrics.gauge("hudhud_storage_queued_reads", {}).value(),
                               .errors = metrics.counter("hudhud_storage_commit_errors_total", {}).value()};
    if (commits.commits > 0) {
        const auto count = static_cast<double>(commits.commits);
        commits.averageBatch = static_cast<double>(commits.committedItems) / count;
        commits.averageCommitSeconds = static_cast<double>(durations.sumMicroseconds()) / microsecondsPerSecond / count;
    }
    return commits;
}

admin::Queues describeQueues(const StoredQueues &stored, Timestamp now)
{
    admin::Queues queues;
    queues.pending = stored.statistics.pending;
    queues.deadLetters = stored.open;
    queues.discarded = stored.discarded;
    queues.runningJobs = stored.runningJobs;
    queues.sizeBytes = stored.statistics.sizeBytes;
    for (int priority = PriorityCount - 1; priority >= 0; --priority) {
        const QueueStatistics &queue = stored.priorities.at(static_cast<std::size_t>(priority));
        admin::PriorityQueue described{.priority = QLatin1StringView(priorityName(static_cast<Priority>(priority))),
                                       .depth = queue.depth,
                                       .oldestSeconds = std::nullopt,
                                       .inFlight = queue.inFlight,
                                       .scheduled = queue.scheduled,
                                       .retrying = queue.retrying};
        if (queue.oldestCreatedAt)
            described.oldestSeconds = std::max(0.0, toSeconds(now - *queue.oldestCreatedAt));
        queues.priorities.push_back(std::move(described));
    }
    return queues;
}

void showQueues(const AdminContextPointer &context, const AdminRequest &, HttpResponder responder)
{
    context->parts.storage.read<StoredQueues>(
        [now = context->parts.clock.now()](StorageReader &reader) { return readQueues(reader, now); },
        [context, responder = std::move(responder)](const Result<StoredQueues> &stored) mutable {
            if (!stored)
                return context->refuse(responder, stored.error());
            const AdminProcess::Parts &process = context->parts.process.parts();
            admin::Queues queues = describeQueues(*stored, context->parts.clock.now());
            queues.node = QString::fromUtf8(process.nodeId);
            queues.buffer = describeBuffer(process.buffer());
            queues.groupCommit = describeCommits(process.metrics);
            context->respondValue(responder, queues);
        });
}

/// The last 24 hours one by one, each of which begins with the clock's.
Result<admin::Trend> readTrend(StorageReader &reader, const QByteArray &signature, Timestamp now)
{
    using std::chrono::hours;
    constexpr int hoursShown = 24;
    admin::Trend trend{.signature = QString::fromUtf8(signature)};
    DeadLetterFilter filter;
    filter.signature = signature;
    const Timestamp end = std::chrono::floor<hours>(now) + hours(1);
    for (int hour = hoursShown; hour > 0; --hour) {
        filter.diedFrom = end - hours(hour);
        filter.diedBefore = *filter.diedFrom + hours(1);
        const auto count = reader.deadLetters().count(filter);
        if (!count)
            return std::unexpected(count.error());
        trend.hours.push_back({.from = toDateTime(*filter.diedFrom), .count = *count});
    }
    return trend;
}

void showTrend(const AdminContextPointer &context, const AdminRequest &request, HttpResponder responder)
{
    static constexpr std::array<QByteArrayView, 1> Known{"signature"};
    constexpr qsizetype longestSignature = 256;
    FieldProblems problems;
    const QByteArray signature = QueryReader(request.query, Known, problems).text("signature").value_or(QByteArray());
    if (signature.size() > longestSignature)
        problems.add("signature", "must be at most 256 bytes; GET /api/v1/admin/dlq/groups lists them.");
    if (!problems.isEmpty())
        return context->refuse(responder, problems);
    context->parts.storage.read<admin::Trend>(
        [signature, now = context->parts.clock.now()](StorageReader &reader) { return readTrend(reader, signature, now); },
        [context, responder = std::move(responder)](const Result<admin::Trend> &trend) mutable {
            if (!trend)
                return context->refuse(responder, trend.error());
            context->respondValue(responder, *trend);
        });
}

} // namespace

Result<void> mountQueueRoutes(RouteTable &routes, const AdminContextPointer &context)
{
    static constexpr AdminRoute Routes[] = {
        {HttpMethod::Get, "/queues", AdminRole::Viewer, "", showQueues},
        {HttpMethod::Get, "/dlq/trend", AdminRole::Viewer, "", showTrend},
    };
    return addRoutes(routes, context, Routes);
}

} // namespace hudhud
