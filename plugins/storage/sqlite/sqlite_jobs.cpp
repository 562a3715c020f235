// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_jobs.h"

#include "dead_letter_query.h"
#include "plugin-api/job_rules.h"
#include "sql/record_codec.h"
#include "sqlite_dead_letters.h"
#include "sqlite_queries.h"
#include "sqlite_writer.h"

#include <limits>

namespace hudhud {

namespace {

Job readJob(const SqliteStatement &row)
{
    Job job;
    job.id = row.number(0);
    job.kind = static_cast<JobKind>(row.number(1));
    job.state = static_cast<JobState>(row.number(2));
    job.rate = static_cast<int>(row.number(3));
    job.canary.count = static_cast<int>(row.number(4));
    job.canary.maximumFailurePercent = static_cast<int>(row.number(5));
    job.canary.timeout = std::chrono::milliseconds(row.number(6));
    job.includesPoison = row.number(7) != 0;
    job.hasPassedCanary = row.number(8) != 0;
    job.canarySince = row.time(9);
    job.createdBy = row.byteArray(10);
    job.description = row.byteArray(11);
    job.reason = row.byteArray(12);
    job.createdAt = row.time(13).value_or(Timestamp());
    job.endedAt = row.time(14);
    job.total = row.number(15);
    job.position = row.number(16);
    job.done = row.number(17);
    job.refused = row.number(18);
    job.lastError = row.byteArray(19);
    return job;
}

Result<std::vector<Job>> readJobs(SqliteStatement &statement)
{
    const SqliteResetGuard guard(statement);
    std::vector<Job> jobs;
    for (;;) {
        const auto row = statement.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return jobs;
        jobs.push_back(readJob(statement));
    }
}

} // namespace

Result<void> SqliteJobReader::prepare(SqliteConnection &connection)
{
    return prepareQueries(connection,
                          {{m_list, "list_jobs"},
                           {m_select, "select_job"},
                           {m_running, "list_running_jobs"},
                           {m_outcome, "select_job_outcome"},
                           {m_refusals, "count_job_refusals"}});
}

Result<std::vector<Job>> SqliteJobReader::list(std::optional<qint64> before, int limit)
{
    m_list.bind(1, before.value_or(std::numeric_limits<qint64>::max()));
    m_list.bind(2, qint64(limit));
    return readJobs(m_list);
}

Result<std::optional<Job>> SqliteJobReader::find(qint64 id)
{
    m_select.bind(1, id);
    auto jobs = readJobs(m_select);
    if (!jobs)
        return std::unexpected(jobs.error());
    return jobs->empty() ? std::nullopt : std::optional(std::move(jobs->front()));
}

Result<std::vector<Job>> SqliteJobReader::running()
{
    return readJobs(m_running);
}

Result<JobOutcome> SqliteJobReader::outcome(qint64 id, qint64 items)
{
    const auto job = find(id);
    if (!job)
        return std::unexpected(job.error());
    if (!*job)
        return JobOutcome();
    const SqliteResetGuard guard(m_outcome);
    m_outcome.bind(1, id);
    m_outcome.bind(2, std::min(items, (*job)->position));
    const auto row = m_outcome.step();
    if (!row)
        return std::unexpected(row.error());
    return JobOutcome{m_outcome.number(0), m_outcome.number(1), m_outcome.number(2)};
}

Result<RefusalCounts> SqliteJobReader::refusals(qint64 id)
{
    RefusalCounts counts{};
    const auto job = find(id);
    if (!job)
        return std::unexpected(job.error());
    if (!*job)
        return counts;
    const SqliteResetGuard guard(m_refusals);
    m_refusals.bind(1, id);
    m_refusals.bind(2, (*job)->position);
    for (;;) {
        const auto row = m_refusals.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return counts;
        const auto refusal = static_cast<std::size_t>(m_refusals.number(0));
        if (refusal < counts.size())
            counts[refusal] = m_refusals.number(1);
    }
}

Result<void> SqliteJobWriter::prepare(SqliteConnection &connection)
{
    auto freeze = prepareFilteredQuery(connection, "freeze_selection");
    if (!freeze)
        return std::unexpected(freeze.error());
    m_freeze = std::move(*freeze);
    return prepareQueries(connection,
                          {{m_insert, "insert_job"},
                           {m_update, "update_job"},
                           {m_select, "select_job"},
                           {m_insertItem, "insert_job_item"},
                           {m_selectItems, "select_job_items"},
                           {m_updateItem, "update_job_item"},
                           {m_standing, "select_standing"},
                           {m_selectPurgeable, "select_purgeable_jobs"},
                           {m_delete, "delete_job"},
                           {m_deleteItems, "delete_job_items"}});
}

Result<Job> SqliteJobWriter::create(const JobRequest &request, const AuditRecord &audit)
{
    return m_writer.inTransaction([&]() -> Result<Job> {
        Job job = newJob(request);
        if (auto inserted = insert(job); !inserted)
            return std::unexpected(inserted.error());
        const auto total = freeze(job, request);
        if (!total)
            return std::unexpected(total.error());
        if (auto checked = checkSelection(*total, request); !checked)
            return std::unexpected(checked.error());
        job.total = *total;
        if (auto stored = store(job); !stored)
            return std::unexpected(stored.error());
        AuditRecord record = audit;
        record.job = job.id;
        record.count = job.total;
        if (auto noted = m_writer.m_audit.insert(record); !noted)
            return std::unexpected(noted.error());
        return job;
    });
}

Result<void> SqliteJobWriter::insert(Job &job)
{
    m_insert.bind(2, static_cast<qint64>(job.kind));
    m_insert.bind(3, static_cast<qint64>(job.state));
    m_insert.bind(4, qint64(job.rate));
    m_insert.bind(5, qint64(job.canary.count));
    m_insert.bind(6, qint64(job.canary.maximumFailurePercent));
    m_insert.bind(7, qint64(job.canary.timeout.count()));
    m_insert.bind(8, qint64(job.includesPoison));
    m_insert.bind(9, qint64(job.hasPassedCanary));
    m_insert.bind(10, job.canarySince);
    m_insert.bindText(11, job.createdBy);
    m_insert.bindText(12, job.description);
    m_insert.bindText(13, job.reason);
    m_insert.bind(14, job.createdAt);
    m_insert.bind(15, job.endedAt);
    m_insert.bind(16, job.total);
    m_insert.bind(17, job.position);
    m_insert.bind(18, job.done);
    m_insert.bind(19, job.refused);
    m_insert.bindText(20, job.lastError);
    if (auto inserted = m_insert.run(); !inserted)
        return inserted;
    job.id = m_writer.m_connection.lastInsertId();
    return {};
}

Result<void> SqliteJobWriter::store(const Job &job)
{
    m_update.bind(1, job.id);
    m_update.bind(2, static_cast<qint64>(job.state));
    m_update.bind(3, qint64(job.rate));
    m_update.bind(4, qint64(job.hasPassedCanary));
    m_update.bind(5, job.canarySince);
    m_update.bind(6, job.endedAt);
    m_update.bind(7, job.total);
    m_update.bind(8, job.position);
    m_update.bind(9, job.done);
    m_update.bind(10, job.refused);
    m_update.bindText(11, job.lastError);
    return m_update.run();
}

/// Result: how many; one more than allowed when there are too many.
Result<qint64> SqliteJobWriter::freeze(const Job &job, const JobRequest &request)
{
    if (!request.selection.ids.empty()) {
        if (auto frozen = freezeIds(job, request.selection.ids); !frozen)
            return std::unexpected(frozen.error());
        return std::ssize(request.selection.ids);
    }
    const DeadLetterQuery query(request.selection.filter);
    query.bindTo(m_freeze);
    m_freeze.bind(13, job.id);
    m_freeze.bind(14, request.maximumItems + 1);
    if (auto frozen = m_freeze.run(); !frozen)
        return std::unexpected(frozen.error());
    return m_writer.m_connection.changes();
}

Result<void> SqliteJobWriter::freezeIds(const Job &job, const std::vector<MessageId> &ids)
{
    qint64 number = 0;
    for (const MessageId &id : ids) {
        const auto stored = readStanding(m_standing, rowKey(id));
        if (!stored)
            return std::unexpected(stored.error());
        if (!stored->standing.isStored || stored->id != id)
            return std::unexpected(unknownItem(id));
        m_insertItem.bind(1, job.id);
        m_insertItem.bind(2, number++);
        m_insertItem.bind(3, rowKey(id));
        if (auto inserted = m_insertItem.run(); !inserted)
            return inserted;
    }
    return {};
}

Result<Job> SqliteJobWriter::load(qint64 id)
{
    m_select.bind(1, id);
    auto jobs = readJobs(m_select);
    if (!jobs)
        return std::unexpected(jobs.error());
    if (jobs->empty())
        return std::unexpected(unknownJob(id));
    return std::move(jobs->front());
}

Result<std::vector<qint64>> SqliteJobWriter::itemKeys(const Job &job, qint64 limit)
{
    m_selectItems.bind(1, job.id);
    m_selectItems.bind(2, job.position);
    m_selectItems.bind(3, std::min(limit, job.available()));
    return readKeys(m_selectItems);
}

Result<JobSlice> SqliteJobWriter::advance(qint64 id, int limit, Timestamp now)
{
    if (auto number = m_writer.nodeNumber(m_writer.m_node); !number)
        return std::unexpected(number.error());
    return m_writer.inTransaction([&]() -> Result<JobSlice> {
        auto loaded = load(id);
        if (!loaded)
            return std::unexpected(loaded.error());
        JobSlice slice{std::move(*loaded), {}, 0};
        Job &job = slice.job;
        if (job.state != JobState::Running)
            return slice;
        const auto keys = itemKeys(job, limit);
        if (!keys)
            return std::unexpected(keys.error());
        for (const qint64 key : *keys) {
            const auto refusal = treat(job, key, now, slice.replayed);
            if (!refusal)
                return std::unexpected(refusal.error());
            if (*refusal != DeadLetterRefusal::None) {
                ++slice.refused;
                if (auto noted = noteRefusal(job, *refusal); !noted)
                    return std::unexpected(noted.error());
            }
            countItem(job, *refusal);
        }
        finishSlice(job, now);
        if (auto stored = store(job); !stored)
            return std::unexpected(stored.error());
        return slice;
    });
}

Result<DeadLetterRefusal> SqliteJobWriter::treat(const Job &job, qint64 key, Timestamp now,
                                                 std::vector<MessagePointer> &replayed)
{
    const auto stored = readStanding(m_standing, key);
    if (!stored)
        return std::unexpected(stored.error());
    const DeadLetterRefusal refusal = refusalOf(job.kind, job.includesPoison, stored->standing, now);
    if (refusal != DeadLetterRefusal::None)
        return refusal;
    if (job.kind == JobKind::Replay)
        return replay(job, key, stored->id, stored->recipient, now, replayed);
    const bool isDiscard = job.kind == JobKind::Discard;
    if (auto set = m_writer.m_deadLetterTable.setDiscarded(key, isDiscard ? std::optional(now) : std::nullopt,
                                                           isDiscard ? job.reason : QByteArray());
        !set)
        return std::unexpected(set.error());
    return DeadLetterRefusal::None;
}

Result<DeadLetterRefusal> SqliteJobWriter::replay(const Job &job, qint64 key, const MessageId &id, qint64 recipient,
                                                  Timestamp now, std::vector<MessagePointer> &replayed)
{
    const auto applied = m_writer.apply(replayTransition(id, unpackRecipient(recipient), job.id, now, m_writer.m_node));
    if (!applied)
        return std::unexpected(applied.error());
    if (!*applied)
        return DeadLetterRefusal::NotDead;
    auto message = m_writer.m_loader.load(key);
    if (!message)
        return std::unexpected(message.error());
    replayed.push_back(std::move(*message));
    return DeadLetterRefusal::None;
}

Result<void> SqliteJobWriter::noteRefusal(const Job &job, DeadLetterRefusal refusal)
{
    m_updateItem.bind(1, job.id);
    m_updateItem.bind(2, job.position);
    m_updateItem.bind(3, static_cast<qint64>(refusal));
    return m_updateItem.run();
}

Result<Job> SqliteJobWriter::change(qint64 id, const JobChange &change, const AuditRecord &audit)
{
    return m_writer.inTransaction([&]() -> Result<Job> {
        auto job = load(id);
        if (!job)
            return job;
        if (auto applied = applyJobChange(*job, change, audit.time); !applied)
            return std::unexpected(applied.error());
        if (auto stored = store(*job); !stored)
            return std::unexpected(stored.error());
        AuditRecord record = audit;
        record.job = id;
        if (auto noted = m_writer.m_audit.insert(record); !noted)
            return std::unexpected(noted.error());
        return job;
    });
}

Result<int> SqliteJobWriter::purge(Timestamp endedBefore, int limit)
{
    return m_writer.inTransaction([&]() -> Result<int> {
        m_selectPurgeable.bind(1, endedBefore);
        m_selectPurgeable.bind(2, qint64(limit));
        const auto ids = readKeys(m_selectPurgeable);
        if (!ids)
            return std::unexpected(ids.error());
        for (const qint64 id : *ids) {
            for (SqliteStatement *statement : {&m_deleteItems, &m_delete}) {
                statement->bind(1, id);
                if (auto deleted = statement->run(); !deleted)
                    return std::unexpected(deleted.error());
            }
        }
        return static_cast<int>(ids->size());
    });
}

} // namespace hudhud
