// SPDX-License-Identifier: GPL-3.0-or-later
#include "memory_jobs.h"

#include "memory_store.h"
#include "plugin-api/job_rules.h"

#include <algorithm>
#include <mutex>
#include <ranges>

namespace hudhud {

Result<std::vector<Job>> MemoryJobReader::list(std::optional<qint64> before, int limit)
{
    const std::shared_lock lock(m_store.m_mutex);
    const auto &all = m_store.m_jobs;
    const auto end = before ? all.lower_bound(*before) : all.end();
    std::vector<Job> jobs;
    for (const auto &[id, stored] : std::ranges::subrange(all.begin(), end) | std::views::reverse) {
        if (std::ssize(jobs) >= limit)
            break;
        jobs.push_back(stored.job);
    }
    return jobs;
}

Result<std::optional<Job>> MemoryJobReader::find(qint64 id)
{
    const std::shared_lock lock(m_store.m_mutex);
    const auto found = m_store.m_jobs.find(id);
    return found == m_store.m_jobs.end() ? std::nullopt : std::optional(found->second.job);
}

Result<std::vector<Job>> MemoryJobReader::running()
{
    const std::shared_lock lock(m_store.m_mutex);
    std::vector<Job> jobs;
    for (const auto &[id, stored] : m_store.m_jobs) {
        if (stored.job.state == JobState::Running)
            jobs.push_back(stored.job);
    }
    return jobs;
}

Result<JobOutcome> MemoryJobReader::outcome(qint64 id, qint64 items)
{
    const std::shared_lock lock(m_store.m_mutex);
    JobOutcome outcome;
    const auto found = m_store.m_jobs.find(id);
    if (found == m_store.m_jobs.end())
        return outcome;
    const auto count = std::min(items, found->second.job.position);
    for (const MemoryJob::Item &item : found->second.items | std::views::take(count)) {
        const auto *row = m_store.rowOf(item.id);
        if (item.refusal != DeadLetterRefusal::None || !row)
            continue;
        const bool isReplayedAgain = row->message->replayJob != id;
        ++outcome.moved;
        outcome.delivered += !isReplayedAgain && row->state.status == MessageStatus::Delivered ? 1 : 0;
        outcome.deadAgain += isReplayedAgain || row->state.status == MessageStatus::DeadLetter ? 1 : 0;
    }
    return outcome;
}

Result<RefusalCounts> MemoryJobReader::refusals(qint64 id)
{
    const std::shared_lock lock(m_store.m_mutex);
    RefusalCounts counts{};
    const auto found = m_store.m_jobs.find(id);
    if (found == m_store.m_jobs.end())
        return counts;
    for (const MemoryJob::Item &item : found->second.items | std::views::take(found->second.job.position))
        ++counts[static_cast<std::size_t>(item.refusal)];
    return counts;
}

Result<Job> MemoryJobWriter::create(const JobRequest &request, const AuditRecord &audit)
{
    const std::unique_lock lock(m_store.m_mutex);
    MemoryJob created{newJob(request), {}};
    for (const MessageId &id : request.selection.ids) {
        if (!m_store.rowOf(id))
            return std::unexpected(unknownItem(id));
        created.items.push_back({id});
    }
    if (request.selection.ids.empty()) {
        for (const DeadLetterRecord &letter : matchingDeadLetters(m_store, request.selection.filter) | std::views::reverse)
            created.items.push_back({letter.message->id});
    }
    created.job.total = std::ssize(created.items);
    if (auto checked = checkSelection(created.job.total, request); !checked)
        return std::unexpected(checked.error());
    created.job.id = ++m_store.m_lastJob;
    AuditRecord record = audit;
    record.job = created.job.id;
    record.count = created.job.total;
    m_store.addAudit(record);
    return m_store.m_jobs.emplace(created.job.id, std::move(created)).first->second.job;
}

Result<JobSlice> MemoryJobWriter::advance(qint64 id, int limit, Timestamp now)
{
    const std::unique_lock lock(m_store.m_mutex);
    const auto found = m_store.m_jobs.find(id);
    if (found == m_store.m_jobs.end())
        return std::unexpected(unknownJob(id));
    Job &job = found->second.job;
    if (job.state != JobState::Running)
        return JobSlice{job, {}, 0};
    JobSlice slice;
    for (qint64 left = std::min<qint64>(limit, job.available()); left > 0; --left) {
        MemoryJob::Item &item = found->second.items[static_cast<std::size_t>(job.position)];
        item.refusal = treat(job, item.id, now, slice.replayed);
        slice.refused += item.refusal != DeadLetterRefusal::None ? 1 : 0;
        countItem(job, item.refusal);
    }
    finishSlice(job, now);
    slice.job = job;
    return slice;
}

DeadLetterRefusal MemoryJobWriter::treat(const Job &job, const MessageId &id, Timestamp now,
                                         std::vector<MessagePointer> &replayed)
{
    const auto refusal = refusalOf(job.kind, job.includesPoison, m_store.standing(id), now);
    if (refusal != DeadLetterRefusal::None)
        return refusal;
    auto *row = m_store.rowOf(id);
    if (job.kind != JobKind::Replay) {
        const bool isDiscard = job.kind == JobKind::Discard;
        row->death->discardedAt = isDiscard ? std::optional(now) : std::nullopt;
        row->death->discardReason = isDiscard ? job.reason : QByteArray();
        return refusal;
    }
    const auto transition = replayTransition(id, row->message->recipient, job.id, now, m_store.m_node);
    if (!m_store.apply(transition))
        return DeadLetterRefusal::NotDead;
    replayed.push_back(row->message);
    return refusal;
}

Result<Job> MemoryJobWriter::change(qint64 id, const JobChange &change, const AuditRecord &audit)
{
    const std::unique_lock lock(m_store.m_mutex);
    const auto found = m_store.m_jobs.find(id);
    if (found == m_store.m_jobs.end())
        return std::unexpected(unknownJob(id));
    Job &job = found->second.job;
    if (auto applied = applyJobChange(job, change, audit.time); !applied)
        return std::unexpected(applied.error());
    AuditRecord record = audit;
    record.job = id;
    m_store.addAudit(record);
    return job;
}

Result<int> MemoryJobWriter::purge(Timestamp endedBefore, int limit)
{
    const std::unique_lock lock(m_store.m_mutex);
    int count = 0;
    for (auto it = m_store.m_jobs.begin(); it != m_store.m_jobs.end() && count < limit;) {
        if (it->second.job.endedAt && *it->second.job.endedAt < endedBefore) {
            it = m_store.m_jobs.erase(it);
            ++count;
        } else {
            ++it;
        }
    }
    return count;
}

Result<std::vector<AuditRecord>> MemoryAuditReader::list(const AuditFilter &filter)
{
    const std::shared_lock lock(m_store.m_mutex);
    std::vector<AuditRecord> records;
    for (const AuditRecord &record : m_store.m_audit | std::views::reverse) {
        if (std::ssize(records) >= filter.limit)
            break;
        const bool isWanted = (filter.actor.isEmpty() || record.actor == filter.actor)
            && (filter.action.isEmpty() || record.action == filter.action)
            && (!filter.from || record.time >= *filter.from) && (!filter.until || record.time < *filter.until)
            && (!filter.before || record.id < *filter.before);
        if (isWanted)
            records.push_back(record);
    }
    return records;
}

Result<qint64> MemoryAuditWriter::append(const AuditRecord &record)
{
    const std::unique_lock lock(m_store.m_mutex);
    return m_store.addAudit(record);
}

Result<int> MemoryAuditWriter::purge(Timestamp before, int limit)
{
    const std::unique_lock lock(m_store.m_mutex);
    int left = limit;
    std::erase_if(m_store.m_audit,
                  [&](const AuditRecord &record) { return record.time < before && left > 0 && left-- > 0; });
    return limit - left;
}

} // namespace hudhud
