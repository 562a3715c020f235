// SPDX-License-Identifier: GPL-3.0-or-later
#include "memory_store.h"

#include "plugin-api/job_rules.h"

#include <algorithm>
#include <mutex>
#include <ranges>

namespace hudhud {

namespace {

std::unexpected<Error> notFound()
{
    return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no such message.")));
}

std::unexpected<Error> conflict(const QString &message)
{
    return std::unexpected(Error(ErrorCode::Conflict, message));
}

bool isPending(MessageStatus status)
{
    return status == MessageStatus::Queued || status == MessageStatus::Processing
        || status == MessageStatus::Failed;
}

} // namespace

CommitOutcome MemoryStore::commit(const WriteBatch &batch)
{
    const std::unique_lock lock(m_mutex);
    CommitOutcome outcome;
    outcome.transitions.reserve(batch.transitions.size());
    outcome.withdrawals.reserve(batch.withdrawals.size());
    insertAccepted(batch, outcome);
    for (const StatusTransition &transition : batch.transitions)
        outcome.transitions.push_back(apply(transition));
    for (std::size_t i = 0; i < batch.accepted.size(); ++i) {
        if (!batch.accepted[i]->collapseKey.isEmpty() && outcome.accepted[i])
            supersede(*batch.accepted[i], i, outcome.superseded);
    }
    for (const MessageReplacement &replacement : batch.replacements)
        outcome.replacements.push_back(replace(replacement));
    for (const MessageId &id : batch.withdrawals)
        outcome.withdrawals.push_back(withdraw(id));
    return outcome;
}

Result<void> MemoryStore::insert(const MessagePointer &message)
{
    const quint64 key = message->id.orderKey();
    if (m_rows.contains(key))
        return conflict(QStringLiteral("A message of this id exists already."));
    if (auto missing = missingAttachment(*message))
        return std::unexpected(std::move(*missing));
    hold(*message);
    auto stored = std::make_shared<Message>(*message);
    stored->status = MessageStatus::Queued;
    Row row;
    row.state.retryCount = stored->retryCount;
    row.state.pushCount = stored->pushCount;
    row.state.deliverAt = stored->deliverAt;
    row.state.dueAt = scheduledFor(*stored);
    row.events.push_back(
        MessageEvent{1, MessageStatus::Queued, stored->createdAt, m_node, stored->retryCount, {}});
    row.message = std::move(stored);
    addToIndexes(key, row);
    if (m_highestId.isNull() || key > m_highestId.orderKey())
        m_highestId = message->id;
    m_rows.emplace(key, std::move(row));
    return {};
}

Result<void> MemoryStore::apply(const StatusTransition &transition)
{
    Row *row = rowOf(transition.id);
    if (!row || row->message->recipient != transition.recipient)
        return notFound();
    MessageState state = row->state;
    const std::size_t eventCount = row->events.size();
    const auto effect = applyTransition(state, transition, [&](const MessageEvent &event) {
        row->events.push_back(event);
        row->events.back().sequence = static_cast<quint32>(row->events.size());
    });
    if (effect != TransitionEffect::Applied)
        row->events.resize(eventCount);
    if (effect == TransitionEffect::Forbidden) {
        return conflict(QStringLiteral("The message is %1 and cannot become %2.")
                            .arg(QLatin1StringView(messageStatusName(row->state.status)),
                                 QLatin1StringView(messageStatusName(transition.events.back().status))));
    }
    if (effect == TransitionEffect::Unchanged)
        return {};

    Message changed = *row->message;
    if (row->state.status == MessageStatus::DeadLetter) { // A replay starts anew; the history keeps it.
        changed.failureReason.clear();
        changed.failureClass = {};
    }
    if (!transition.failureReason.isEmpty()) {
        changed.failureReason = transition.failureReason;
        changed.failureClass = transition.failureClass;
    }
    setState(*row, state, std::move(changed));
    return {};
}

Result<void> MemoryStore::withdraw(const MessageId &id)
{
    const Row *row = rowOf(id);
    if (!row)
        return notFound();
    if (row->state.status != MessageStatus::Queued) {
        return conflict(QStringLiteral("The message is %1; only Queued messages can be withdrawn.")
                            .arg(QLatin1StringView(messageStatusName(row->state.status))));
    }
    removeFromIndexes(id.orderKey(), *row);
    release(*row->message);
    m_rows.erase(id.orderKey());
    return {};
}

void MemoryStore::setState(Row &row, const MessageState &state, Message &&changed)
{
    const quint64 key = changed.id.orderKey();
    removeFromIndexes(key, row);
    changed.status = state.status;
    changed.retryCount = state.retryCount;
    changed.pushCount = state.pushCount;
    changed.deliveredAt = state.deliveredAt;
    changed.lastRetryAt = state.lastRetryAt;
    changed.nextRetryAt = state.nextRetryAt();
    changed.movedToDlqAt = state.movedToDlqAt;
    changed.deadLetterReason = state.deadLetterReason;
    changed.replayCount = state.replayCount;
    changed.replayJob = state.replayJob;
    if (state.status != MessageStatus::DeadLetter)
        row.death.reset();
    else if (!row.death)
        row.death = MemoryDeath{.signature = deathSignature(*state.deadLetterReason, changed.failureReason)};
    row.state = state;
    row.message = std::make_shared<const Message>(std::move(changed));
    addToIndexes(key, row);
}

void MemoryStore::addEvent(Row &row, MessageEvent event)
{
    event.sequence = static_cast<quint32>(row.events.size()) + 1;
    row.events.push_back(std::move(event));
}

void MemoryStore::putBack(Row &row, Timestamp now, const QByteArray &node, const char *reason)
{
    const MessageEvent event{0, MessageStatus::Queued, now, node, row.state.retryCount, reason};
    MessageState state = row.state;
    enterStatus(state, event);
    state.dueAt = scheduledAfter(state.deliverAt, now);
    addEvent(row, event);
    setState(row, state, Message(*row.message));
}

std::vector<MessagePointer> MemoryStore::claimDue(Timestamp now, int limit, const QByteArray &node)
{
    const std::unique_lock lock(m_mutex);
    std::vector<MessagePointer> claimed;
    expire(now, limit, node, claimed);
    while (std::ssize(claimed) < limit && !m_due.empty() && m_due.begin()->first <= now) {
        Row &row = m_rows.at(m_due.begin()->second);
        const char *reason = DeliveryTimeReason;
        if (row.state.status == MessageStatus::Processing)
            reason = LeaseExpiredReason;
        else if (row.state.status == MessageStatus::Failed)
            reason = RetryDueReason;
        putBack(row, now, node, reason);
        claimed.push_back(row.message);
    }
    return claimed;
}

qint64 MemoryStore::recover(const QByteArray &node, Timestamp now)
{
    const std::unique_lock lock(m_mutex);
    qint64 count = 0;
    const auto due = m_due;
    for (const auto &entry : due) {
        Row &row = m_rows.at(entry.second);
        if (row.state.status != MessageStatus::Processing || row.events.back().node != node)
            continue;
        putBack(row, now, node, RestartReason);
        ++count;
    }
    return count;
}

int MemoryStore::purge(Timestamp deliveredBefore, Timestamp deadBefore, int limit)
{
    const std::unique_lock lock(m_mutex);
    int count = 0;
    for (auto it = m_rows.begin(); it != m_rows.end() && count < limit;) {
        const MessageState &state = it->second.state;
        const bool isExpired
            = (state.status == MessageStatus::Delivered && state.deliveredAt < deliveredBefore)
            || (state.status == MessageStatus::DeadLetter && state.movedToDlqAt < deadBefore);
        if (!isExpired) {
            ++it;
            continue;
        }
        release(*it->second.message);
        it = m_rows.erase(it);
        ++count;
    }
    return count + purgeClaims(limit - count);
}

Result<qint64> MemoryStore::saveApiKey(const ApiKeyRecord &key)
{
    const std::unique_lock lock(m_mutex);
    const auto clash = std::ranges::find(m_apiKeys, key.hash, &ApiKeyRecord::hash);
    if (clash != m_apiKeys.end() && clash->id != key.id)
        return conflict(QStringLiteral("An API key with this hash exists already."));
    if (key.id == 0) {
        m_apiKeys.push_back(key);
        m_apiKeys.back().id = std::ssize(m_apiKeys);
        return m_apiKeys.back().id;
    }
    const auto existing = std::ranges::find(m_apiKeys, key.id, &ApiKeyRecord::id);
    if (existing == m_apiKeys.end())
        return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no API key of this id.")));
    *existing = key;
    return key.id;
}

std::vector<MessagePointer> MemoryStore::find(std::span<const MessageId> ids) const
{
    const std::shared_lock lock(m_mutex);
    std::vector<MessagePointer> found;
    found.reserve(ids.size());
    for (const MessageId &id : ids) {
        const Row *row = rowOf(id);
        found.push_back(row ? row->message : nullptr);
    }
    return found;
}

Result<std::vector<MessageEvent>> MemoryStore::events(const MessageId &id) const
{
    const std::shared_lock lock(m_mutex);
    const Row *row = rowOf(id);
    if (!row)
        return notFound();
    return row->events;
}

std::vector<MessagePointer> MemoryStore::list(const MessageFilter &filter) const
{
    const std::shared_lock lock(m_mutex);
    std::vector<MessagePointer> page;
    const auto end = filter.before ? m_rows.lower_bound(filter.before->orderKey()) : m_rows.end();
    for (const auto &[key, row] : std::ranges::subrange(m_rows.begin(), end) | std::views::reverse) {
        if (std::ssize(page) >= filter.limit)
            break;
        if (filter.recipient && row.message->recipient != *filter.recipient)
            continue;
        if (filter.status && row.state.status != *filter.status)
            continue;
        page.push_back(row.message);
    }
    return page;
}

std::vector<MessagePointer> MemoryStore::pending(const Recipient &recipient, int limit, Timestamp now,
                                                 std::span<const MessageId> excluded) const
{
    return pendingUpTo(Priority::Critical, recipient, limit, now, excluded);
}

std::vector<MessagePointer> MemoryStore::pendingUpTo(Priority highest, const Recipient &recipient, int limit,
                                                     Timestamp now, std::span<const MessageId> excluded) const
{
    const std::shared_lock lock(m_mutex);
    std::vector<MessagePointer> page;
    const auto queue = m_pending.find(recipient);
    if (queue == m_pending.end())
        return page;
    const auto end = queue->second.end();
    for (auto entry = queue->second.lower_bound({-static_cast<int>(highest), 0});
         entry != end && std::ssize(page) < limit; ++entry) {
        const Row &row = m_rows.at(entry->second);
        if (canBePushed(*row.message, now) && !std::ranges::binary_search(excluded, row.message->id))
            page.push_back(row.message);
    }
    return page;
}

qint64 MemoryStore::pendingCount(const Recipient &recipient) const
{
    const std::shared_lock lock(m_mutex);
    const auto queue = m_pending.find(recipient);
    return queue == m_pending.end() ? 0 : std::ssize(queue->second);
}

std::vector<Recipient> MemoryStore::waiting(std::span<const Recipient> recipients, Timestamp now) const
{
    const std::shared_lock lock(m_mutex);
    std::vector<Recipient> found;
    for (const Recipient &recipient : recipients) {
        const auto queue = m_pending.find(recipient);
        if (queue == m_pending.end())
            continue;
        const bool isWaiting = std::ranges::any_of(queue->second, [&](const auto &entry) {
            const Message &message = *m_rows.at(entry.second).message;
            return message.status == MessageStatus::Queued && canBePushed(message, now);
        });
        if (isWaiting)
            found.push_back(recipient);
    }
    return found;
}

StorageStatistics MemoryStore::statistics() const
{
    const std::shared_lock lock(m_mutex);
    StorageStatistics statistics;
    for (const auto &[key, row] : m_rows) {
        statistics.pending += isPending(row.state.status) ? 1 : 0;
        statistics.deadLetters += row.state.status == MessageStatus::DeadLetter ? 1 : 0;
        statistics.sizeBytes
            += static_cast<qint64>(sizeof(Row) + sizeof(Message)) + row.message->content.size();
    }
    return statistics;
}

PriorityStatistics MemoryStore::queueStatistics(Timestamp now) const
{
    const std::shared_lock lock(m_mutex);
    PriorityStatistics priorities;
    for (const auto &[key, row] : m_rows) {
        if (!isPending(row.state.status))
            continue;
        QueueStatistics &queue = priorities.at(static_cast<std::size_t>(row.message->priority));
        const bool isScheduled = row.state.status == MessageStatus::Queued && row.state.dueAt && *row.state.dueAt > now;
        if (isScheduled)
            ++queue.scheduled;
        else if (row.state.status == MessageStatus::Queued)
            ++queue.depth;
        else if (row.state.status == MessageStatus::Processing)
            ++queue.inFlight;
        else
            ++queue.retrying;
        if (!isScheduled && (!queue.oldestCreatedAt || row.message->createdAt < *queue.oldestCreatedAt))
            queue.oldestCreatedAt = row.message->createdAt;
    }
    return priorities;
}

std::optional<ApiKeyRecord> MemoryStore::findApiKey(QByteArrayView hash) const
{
    const std::shared_lock lock(m_mutex);
    const auto key = std::ranges::find(m_apiKeys, hash, &ApiKeyRecord::hash);
    return key == m_apiKeys.end() ? std::nullopt : std::optional(*key);
}

std::vector<ApiKeyRecord> MemoryStore::apiKeys() const
{
    const std::shared_lock lock(m_mutex);
    return m_apiKeys;
}

MessageId MemoryStore::highestId() const
{
    const std::shared_lock lock(m_mutex);
    return m_highestId;
}

qint64 MemoryStore::addAudit(AuditRecord record)
{
    record.id = ++m_lastAudit;
    m_audit.push_back(std::move(record));
    return m_lastAudit;
}

void MemoryStore::addToIndexes(quint64 key, const Row &row)
{
    if (isPending(row.state.status)) {
        m_pending[row.message->recipient].emplace(-static_cast<int>(row.message->priority), key);
        if (row.message->expiresAt)
            m_expiring.emplace(*row.message->expiresAt, key);
        if (!row.message->collapseKey.isEmpty())
            m_collapsible[{row.message->recipient, row.message->collapseKey}].insert(key);
    }
    if (row.state.dueAt)
        m_due.emplace(*row.state.dueAt, key);
}

void MemoryStore::removeFromIndexes(quint64 key, const Row &row)
{
    if (isPending(row.state.status)) {
        const auto queue = m_pending.find(row.message->recipient);
        queue->second.erase({-static_cast<int>(row.message->priority), key});
        if (queue->second.empty())
            m_pending.erase(queue);
        if (row.message->expiresAt)
            m_expiring.erase({*row.message->expiresAt, key});
        const auto older = m_collapsible.find({row.message->recipient, row.message->collapseKey});
        if (older != m_collapsible.end()) {
            older->second.erase(key);
            if (older->second.empty())
                m_collapsible.erase(older);
        }
    }
    if (row.state.dueAt)
        m_due.erase({*row.state.dueAt, key});
}

const MemoryStore::Row *MemoryStore::rowOf(const MessageId &id) const
{
    const auto row = m_rows.find(id.orderKey());
    return row != m_rows.end() && row->second.message->id == id ? &row->second : nullptr;
}

MemoryStore::Row *MemoryStore::rowOf(const MessageId &id)
{
    return const_cast<Row *>(std::as_const(*this).rowOf(id));
}

} // namespace hudhud
