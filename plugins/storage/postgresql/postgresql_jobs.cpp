// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_jobs.h"

#include "dead_letter_query.h"
#include "message_loader.h"
#include "plugin-api/job_rules.h"
#include "postgresql_writer.h"

namespace hudhud {

namespace {

Job readJob(const Rows &row)
{
    Job job;
    job.id = row.number(0);
    job.kind = static_cast<JobKind>(row.number(1));
    job.state = static_cast<JobState>(row.number(2));
    job.rate = static_cast<int>(row.number(3));
    job.canary.count = static_cast<int>(row.number(4));
    job.canary.maximumFailurePercent = static_cast<int>(row.number(5));
    job.canary.timeout = std::chrono::milliseconds(row.number(6));
    job.includesPoison = row.flag(7);
    job.hasPassedCanary = row.flag(8);
    job.canarySince = row.time(9);
    job.createdBy = row.text(10);
    job.description = row.text(11);
    job.reason = row.text(12);
    job.createdAt = row.time(13).value_or(Timestamp());
    job.endedAt = row.time(14);
    job.total = row.number(15);
    job.position = row.number(16);
    job.done = row.number(17);
    job.refused = row.number(18);
    job.lastError = row.text(19);
    return job;
}

Result<std::vector<Job>> readJobs(Result<Rows> rows)
{
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<Job> jobs;
    while (rows->next())
        jobs.push_back(readJob(*rows));
    return jobs;
}

} // namespace

Result<std::vector<Job>> PostgresqlJobReader::list(std::optional<qint64> before, int limit)
{
    return readJobs(m_connection.run("list_jobs", before, limit));
}

Result<std::optional<Job>> PostgresqlJobReader::find(qint64 id)
{
    auto jobs = readJobs(m_connection.run("select_job", id));
    if (!jobs)
        return std::unexpected(jobs.error());
    return jobs->empty() ? std::nullopt : std::optional(std::move(jobs->front()));
}

Result<std::vector<Job>> PostgresqlJobReader::running()
{
    return readJobs(m_connection.run("list_running_jobs"));
}

Result<JobOutcome> PostgresqlJobReader::outcome(qint64 id, qint64 items)
{
    auto row = m_connection.run("select_job_outcome", id, items);
    if (!row)
        return std::unexpected(row.error());
    return row->next() ? JobOutcome{row->number(0), row->number(1), row->number(2)} : JobOutcome();
}

Result<RefusalCounts> PostgresqlJobReader::refusals(qint64 id)
{
    auto rows = m_connection.run("count_job_refusals", id);
    if (!rows)
        return std::unexpected(rows.error());
    RefusalCounts counts{};
    while (rows->next()) {
        if (const auto refusal = static_cast<std::size_t>(rows->number(0)); refusal < counts.size())
            counts[refusal] = rows->number(1);
    }
    return counts;
}

Result<Job> PostgresqlJobWriter::create(const JobRequest &request, const AuditRecord &audit)
{
    return m_writer.inTransaction([&]() { return createWithin(request, audit); });
}

Result<Job> PostgresqlJobWriter::createWithin(const JobRequest &request, const AuditRecord &audit)
{
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
}

Result<void> PostgresqlJobWriter::insert(Job &job)
{
    auto row = m_writer.m_connection.run(
        "insert_job", job.kind, job.state, job.rate, job.canary.count, job.canary.maximumFailurePercent,
        qint64(job.canary.timeout.count()), job.includesPoison, job.hasPassedCanary, job.canarySince, Text{job.createdBy},
        Text{job.description}, Text{job.reason}, job.createdAt, job.endedAt, job.total, job.position, job.done,
        job.refused, Text{job.lastError});
    if (!row)
        return std::unexpected(row.error());
    job.id = row->next() ? row->number(0) : 0;
    return {};
}

Result<void> PostgresqlJobWriter::store(const Job &job)
{
    return done(m_writer.m_connection.run("update_job", job.id, job.state, job.rate, job.hasPassedCanary, job.canarySince,
                                          job.endedAt, job.total, job.position, job.done, job.refused,
                                          Text{job.lastError}));
}

/// Result: how many; one more than allowed when there are too many.
Result<qint64> PostgresqlJobWriter::freeze(const Job &job, const JobRequest &request)
{
    const std::vector<MessageId> &ids = request.selection.ids;
    if (ids.empty()) {
        const auto frozen = runFiltered(m_writer.m_connection, "freeze_selection", request.selection.filter, job.id,
                                        request.maximumItems + 1);
        if (!frozen)
            return std::unexpected(frozen.error());
        return frozen->affected();
    }
    const auto standings = readStandings(m_writer.m_connection, ids);
    if (!standings)
        return std::unexpected(standings.error());
    for (const MessageId &id : ids) {
        if (!standings->contains(id))
            return std::unexpected(unknownItem(id));
    }
    if (auto inserted = m_writer.m_connection.run("insert_job_items", job.id, arrayOf(ids)); !inserted)
        return std::unexpected(inserted.error());
    return std::ssize(ids);
}

Result<Job> PostgresqlJobWriter::load(qint64 id)
{
    auto jobs = readJobs(m_writer.m_connection.run("lock_job", id));
    if (!jobs)
        return std::unexpected(jobs.error());
    if (jobs->empty())
        return std::unexpected(unknownJob(id));
    return std::move(jobs->front());
}

Result<JobSlice> PostgresqlJobWriter::advance(qint64 id, int limit, Timestamp now)
{
    if (auto numbered = m_writer.numberNode(m_writer.m_shared.node); !numbered)
        return std::unexpected(numbered.error());
    return m_writer.inTransaction([&]() { return advanceWithin(id, limit, now); });
}

Result<JobSlice> PostgresqlJobWriter::advanceWithin(qint64 id, int limit, Timestamp now)
{
    auto loaded = load(id);
    if (!loaded)
        return std::unexpected(loaded.error());
    JobSlice slice{std::move(*loaded), {}, 0};
    Job &job = slice.job;
    if (job.state != JobState::Running)
        return slice;
    const auto items = m_writer.readIds(m_writer.m_connection.run("select_job_items", job.id, job.position,
                                                                  std::min<qint64>(limit, job.available())));
    if (!items)
        return std::unexpected(items.error());
    MessageStates states(m_writer.m_connection, m_writer.m_shared.nodes);
    const auto treatment = treat(job, states, *items, now);
    if (!treatment)
        return std::unexpected(treatment.error());
    if (auto stored = states.store(); !stored)
        return std::unexpected(stored.error());
    if (!treatment->touched.empty()) {
        const bool isDiscard = job.kind == JobKind::Discard;
        const auto set = m_writer.m_connection.run("update_discards", arrayOf(treatment->touched),
                                                   isDiscard ? std::optional(now) : std::nullopt,
                                                   Text{isDiscard ? job.reason : QByteArray()});
        if (!set)
            return std::unexpected(set.error());
    }
    if (treatment->refused > 0) {
        const auto noted = m_writer.m_connection.run("update_job_items", job.id, treatment->refusedNumbers,
                                                     treatment->refusals);
        if (!noted)
            return std::unexpected(noted.error());
    }
    slice.refused = treatment->refused;
    auto replayed = loadMessages(m_writer.m_connection, treatment->replayed);
    if (!replayed)
        return std::unexpected(replayed.error());
    slice.replayed = std::move(*replayed);
    finishSlice(job, now);
    if (auto stored = store(job); !stored)
        return std::unexpected(stored.error());
    return slice;
}

Result<PostgresqlJobWriter::Treatment> PostgresqlJobWriter::treat(Job &job, MessageStates &states,
                                                                  std::span<const MessageId> items, Timestamp now)
{
    Treatment treatment;
    // Locked before they are judged.
    if (auto locked = states.load(items); !locked)
        return std::unexpected(locked.error());
    auto standings = readStandings(m_writer.m_connection, items);
    if (!standings)
        return std::unexpected(standings.error());
    for (const MessageId &id : items) {
        DeadLetterRefusal refusal = refusalOf(job.kind, job.includesPoison, standingOf(*standings, id), now);
        const StoredState *stored = states.find(id);
        if (refusal == DeadLetterRefusal::None && job.kind == JobKind::Replay) {
            const bool isReplayed = stored
                && m_writer.apply(states, replayTransition(id, unpackRecipient(stored->recipient), job.id, now,
                                                           m_writer.m_shared.node));
            if (isReplayed) {
                treatment.replayed.push_back(id);
                (*standings)[id].isDead = false; // Should the selection name it twice.
            } else {
                refusal = DeadLetterRefusal::NotDead;
            }
        } else if (refusal == DeadLetterRefusal::None) {
            treatment.touched.push_back(id);
            (*standings)[id].isDiscarded = job.kind == JobKind::Discard;
        }
        if (refusal != DeadLetterRefusal::None) {
            ++treatment.refused;
            treatment.refusedNumbers.addNumber(job.position);
            treatment.refusals.addNumber(static_cast<qint64>(refusal));
        }
        countItem(job, refusal);
    }
    return treatment;
}

Result<Job> PostgresqlJobWriter::change(qint64 id, const JobChange &change, const AuditRecord &audit)
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

Result<int> PostgresqlJobWriter::purge(Timestamp endedBefore, int limit)
{
    return m_writer.inTransaction([&]() -> Result<int> {
        const auto purged = m_writer.m_connection.run("purge_jobs", endedBefore, limit);
        if (!purged)
            return std::unexpected(purged.error());
        return static_cast<int>(purged->affected());
    });
}

} // namespace hudhud
