// SPDX-License-Identifier: GPL-3.0-or-later
#include "memory_broadcasts.h"

#include <algorithm>

namespace hudhud {

namespace {

std::unexpected<Error> broadcastNotFound()
{
    return std::unexpected(noSuchBroadcast());
}

} // namespace

Result<StartedBroadcast> MemoryBroadcasts::create(const Broadcast &broadcast, std::span<const Recipient> recipients,
                                                  int maximumRunning, const std::optional<IdempotencyClaim> &claim)
{
    const std::scoped_lock lock(m_mutex);
    if (claim) {
        const auto known = m_store.findClaim(*claim);
        if (!known)
            return std::unexpected(known.error());
        if (*known)
            return replayed((*known)->ids.front(), std::ssize(recipients));
    }
    const auto isRunning = [](const auto &row) { return row.second.broadcast.state == BroadcastState::Running; };
    if (std::ranges::count_if(m_rows, isRunning) >= maximumRunning)
        return std::unexpected(tooManyBroadcasts(maximumRunning));
    Row row{broadcast, {recipients.begin(), recipients.end()}, {}};
    row.broadcast.state = BroadcastState::Running;
    row.broadcast.total = std::ssize(recipients);
    if (!broadcast.group.isEmpty()) {
        const auto count = m_groups.memberCount(broadcast.group);
        if (!count || *count == 0)
            return std::unexpected(noSuchGroup());
        row.broadcast.total = *count;
    }
    if (auto held = m_store.holdAttachments(broadcast.message); !held)
        return std::unexpected(held.error());
    const qint64 total = row.broadcast.total;
    m_rows.emplace(broadcast.id, std::move(row));
    if (claim)
        m_store.addClaim(*claim, {broadcast.id});
    return StartedBroadcast{broadcast.id, total, false};
}

/// Its broadcast may have been purged; the list says how many it was for then.
StartedBroadcast MemoryBroadcasts::replayed(const MessageId &id, qint64 listed) const
{
    const auto found = m_rows.find(id);
    return {id, found == m_rows.end() ? listed : found->second.broadcast.total, true};
}

Result<std::vector<Recipient>> MemoryBroadcasts::next(const Row &row, int limit)
{
    if (!row.broadcast.group.isEmpty())
        return m_groups.members(row.broadcast.group, row.last, limit);
    const auto begin = std::ranges::upper_bound(row.recipients, row.last, RecipientOrder());
    const auto count = std::min<std::ptrdiff_t>(limit, row.recipients.end() - begin);
    return std::vector<Recipient>(begin, begin + count);
}

Result<BroadcastSlice> MemoryBroadcasts::expand(const MessageId &id, int limit, MessageIdGenerator &ids,
                                                Timestamp now)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_rows.find(id);
    if (found == m_rows.end())
        return broadcastNotFound();
    Row &row = found->second;
    if (row.broadcast.state != BroadcastState::Running)
        return BroadcastSlice{{}, {}, true};
    const auto recipients = next(row, limit);
    if (!recipients)
        return std::unexpected(recipients.error());
    WriteBatch batch;
    for (const Recipient &recipient : *recipients)
        batch.accepted.push_back(messageOf(row.broadcast, recipient, ids, now));
    CommitOutcome outcome = m_store.commit(batch);
    for (const Result<void> &accepted : outcome.accepted) {
        if (!accepted)
            return std::unexpected(accepted.error());
    }
    row.broadcast.stored += std::ssize(*recipients);
    if (!recipients->empty())
        row.last = recipients->back();
    BroadcastSlice slice{std::move(batch.accepted), {}, std::ssize(*recipients) < limit};
    for (Supersession &supersession : outcome.superseded)
        slice.superseded.push_back(std::move(supersession.message));
    if (slice.isEnded)
        end(row, BroadcastState::Completed, now);
    return slice;
}

void MemoryBroadcasts::end(Row &row, BroadcastState state, Timestamp now)
{
    m_store.releaseAttachments(row.broadcast.message);
    row.broadcast.state = state;
    row.broadcast.endedAt = now;
    row.recipients = {};
}

Result<Broadcast> MemoryBroadcasts::cancel(const MessageId &id, Timestamp now)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_rows.find(id);
    if (found == m_rows.end())
        return broadcastNotFound();
    if (found->second.broadcast.state == BroadcastState::Running)
        end(found->second, BroadcastState::Cancelled, now);
    return found->second.broadcast;
}

Result<int> MemoryBroadcasts::purge(Timestamp endedBefore, int limit)
{
    const std::scoped_lock lock(m_mutex);
    int count = 0;
    for (auto row = m_rows.begin(); row != m_rows.end() && count < limit;) {
        const std::optional<Timestamp> endedAt = row->second.broadcast.endedAt;
        if (endedAt && *endedAt < endedBefore) {
            row = m_rows.erase(row);
            ++count;
        } else {
            ++row;
        }
    }
    return count;
}

Result<std::optional<Broadcast>> MemoryBroadcasts::find(const MessageId &id)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_rows.find(id);
    return found == m_rows.end() ? std::nullopt : std::optional(found->second.broadcast);
}

Result<std::vector<MessageId>> MemoryBroadcasts::running()
{
    const std::scoped_lock lock(m_mutex);
    std::vector<MessageId> ids;
    for (const auto &[id, row] : m_rows) {
        if (row.broadcast.state == BroadcastState::Running)
            ids.push_back(id);
    }
    return ids;
}

} // namespace hudhud
