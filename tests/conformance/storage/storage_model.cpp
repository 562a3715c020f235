// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage_model.h"

#include <algorithm>
#include <ranges>

namespace hudhud {

using enum MessageStatus;

namespace {

void addEvent(StorageModel::Row &row, MessageEvent event)
{
    Message &message = row.message;
    if (event.status == Processing && event.attempt > 0)
        message.lastRetryAt = event.time;
    if (event.status == Delivered)
        message.deliveredAt = event.time;
    if (message.status == DeadLetter && event.status == Queued)
        ++message.replayCount;
    if (event.status != DeadLetter)
        message.deadLetterReason.reset();
    message.movedToDlqAt = event.status == DeadLetter ? std::optional(event.time) : std::nullopt;
    message.status = event.status;
    event.sequence = static_cast<quint32>(row.events.size()) + 1;
    row.events.push_back(std::move(event));
}

void setDue(StorageModel::Row &row, std::optional<Timestamp> dueAt)
{
    row.dueAt = dueAt;
    row.message.nextRetryAt = row.message.status == Failed ? dueAt : std::nullopt;
}

} // namespace

bool StorageModel::accept(const Message &message)
{
    if (m_rows.contains(message.id))
        return false;
    Row row{message, {}, {}};
    if (message.deliverAt > message.createdAt)
        row.dueAt = message.deliverAt;
    addEvent(row, MessageEvent{0, Queued, message.createdAt, m_node, 0, {}});
    m_rows.emplace(message.id, std::move(row));
    return true;
}

std::optional<ErrorCode> StorageModel::transition(const StatusTransition &transition)
{
    const auto found = m_rows.find(transition.id);
    if (found == m_rows.end() || found->second.message.recipient != transition.recipient)
        return ErrorCode::NotFound;
    Row changed = found->second;
    bool isLastFulfilled = false;
    for (const MessageEvent &event : transition.events) {
        const MessageStatus status = changed.message.status;
        isLastFulfilled = event.status == status || isTransitionAllowed(status, event.status);
        if (event.status != status && isLastFulfilled)
            addEvent(changed, event);
    }
    if (!isLastFulfilled)
        return ErrorCode::Conflict;
    if (changed.events.size() == found->second.events.size())
        return std::nullopt;
    changed.message.retryCount = transition.retryCount;
    changed.message.pushCount = transition.pushCount;
    const Timestamp end = transition.events.back().time;
    const bool needsDue = changed.message.status == Processing || changed.message.status == Failed;
    const bool isScheduled = changed.message.status == Queued && changed.message.deliverAt > end;
    setDue(changed, needsDue ? std::optional(transition.dueAt.value_or(end)) : std::nullopt);
    if (isScheduled)
        changed.dueAt = changed.message.deliverAt;
    if (changed.message.status == DeadLetter)
        changed.message.deadLetterReason = transition.deadLetterReason.value_or(DeadLetterReason::PermanentError);
    if (changed.message.replayCount != found->second.message.replayCount)
        changed.message.replayJob = transition.replayJob;
    if (found->second.message.status == DeadLetter) {
        changed.message.failureReason.clear();
        changed.message.failureClass = {};
    }
    if (!transition.failureReason.isEmpty()) {
        changed.message.failureReason = transition.failureReason;
        changed.message.failureClass = transition.failureClass;
    }
    found->second = std::move(changed);
    return std::nullopt;
}

std::optional<ErrorCode> StorageModel::withdraw(const MessageId &id)
{
    const auto found = m_rows.find(id);
    if (found == m_rows.end())
        return ErrorCode::NotFound;
    if (found->second.message.status != Queued)
        return ErrorCode::Conflict;
    m_rows.erase(found);
    return std::nullopt;
}

std::expected<ClaimOutcome, ErrorCode> StorageModel::claim(const IdempotencyClaim &claim,
                                                           std::span<const MessagePointer> messages)
{
    Claim &known = m_claims[{claim.apiKeyId, claim.key}];
    if (known.expiresAt > claim.now) {
        if (known.fingerprint != claim.fingerprint)
            return std::unexpected(ErrorCode::IdempotencyMismatch);
        return known.outcome;
    }
    ClaimOutcome outcome{false, {}, claim.now};
    for (const MessagePointer &message : messages) {
        outcome.ids.push_back(message->id);
        accept(*message);
    }
    known = {claim.fingerprint, outcome, claim.expiresAt};
    known.outcome.isReplayed = true;
    return outcome;
}

std::vector<MessageId> StorageModel::supersede(const Message &newer)
{
    std::vector<MessageId> superseded;
    for (auto &[id, row] : m_rows) {
        const bool isSame = row.message.recipient == newer.recipient && row.message.collapseKey == newer.collapseKey;
        if (newer.collapseKey.isEmpty() || !isSame || id >= newer.id
            || (row.message.status != Queued && row.message.status != Failed))
            continue;
        giveUp(row,
               {0, DeadLetter, newer.createdAt, m_node, row.message.retryCount, "replaced by " + newer.id.toString()},
               DeadLetterReason::Superseded);
        superseded.push_back(id);
    }
    return superseded;
}

void StorageModel::giveUp(Row &row, MessageEvent event, DeadLetterReason why)
{
    row.message.failureReason = event.reason;
    row.message.failureClass = ErrorClass::Permanent;
    addEvent(row, std::move(event));
    row.message.deadLetterReason = why;
    setDue(row, std::nullopt);
}

std::optional<ErrorCode> StorageModel::replace(const MessageReplacement &replacement)
{
    const auto found = m_rows.find(replacement.id);
    if (found == m_rows.end())
        return ErrorCode::NotFound;
    Row &row = found->second;
    if (row.message.status != Queued || row.message.pushCount > 0)
        return ErrorCode::Conflict;
    Message changed = *replacement.content;
    changed.id = row.message.id;
    changed.recipient = row.message.recipient;
    changed.createdAt = row.message.createdAt;
    changed.status = row.message.status;
    changed.retryCount = row.message.retryCount;
    changed.deliveredAt = row.message.deliveredAt;
    changed.lastRetryAt = row.message.lastRetryAt;
    changed.failureReason = row.message.failureReason;
    changed.failureClass = row.message.failureClass;
    changed.replayCount = row.message.replayCount;
    changed.replayJob = row.message.replayJob;
    changed.idempotencyKey = row.message.idempotencyKey;
    changed.collapseKey = row.message.collapseKey;
    changed.apiKeyId = row.message.apiKeyId;
    row.message = changed;
    addEvent(row, {0, Queued, replacement.now, m_node, changed.retryCount, "replaced"});
    setDue(row, std::nullopt);
    if (changed.deliverAt > replacement.now)
        row.dueAt = changed.deliverAt;
    return std::nullopt;
}

std::vector<MessageId> StorageModel::markRead(const Recipient &recipient, std::span<const MessageId> ids,
                                              Timestamp now, const QByteArray &node)
{
    std::vector<MessageId> marked;
    for (const MessageId &id : ids) {
        const auto found = m_rows.find(id);
        if (found == m_rows.end() || found->second.message.recipient != recipient
            || found->second.message.status != Delivered || found->second.message.readAt)
            continue;
        Row &row = found->second;
        row.message.readAt = now;
        row.events.push_back({static_cast<quint32>(row.events.size()) + 1, Delivered, now, node,
                              row.message.retryCount, "read"});
        marked.push_back(id);
    }
    return marked;
}

void StorageModel::putBack(Row &row, Timestamp now, const QByteArray &node, const QByteArray &reason)
{
    addEvent(row, MessageEvent{0, Queued, now, node, row.message.retryCount, reason});
    setDue(row, std::nullopt);
    if (row.message.deliverAt > now)
        row.dueAt = row.message.deliverAt;
}

std::vector<MessageId> StorageModel::claimDue(Timestamp now, int limit, const QByteArray &node)
{
    using Times = std::vector<std::pair<Timestamp, MessageId>>;
    Times expired;
    Times due;
    for (const auto &[id, row] : m_rows) {
        const MessageStatus status = row.message.status;
        const bool isDue = row.dueAt && *row.dueAt <= now;
        if (row.message.expiresAt && *row.message.expiresAt <= now
            && (status == Queued || status == Failed || (status == Processing && isDue)))
            expired.emplace_back(*row.message.expiresAt, id);
        else if (isDue)
            due.emplace_back(*row.dueAt, id);
    }
    std::ranges::sort(expired);
    std::ranges::sort(due);
    const auto most = static_cast<std::size_t>(limit);
    expired.resize(std::min(expired.size(), most));
    due.resize(std::min(due.size(), most - expired.size()));
    std::vector<MessageId> claimed;
    for (const auto &[time, id] : expired) {
        Row &row = m_rows.at(id);
        giveUp(row, {0, DeadLetter, now, node, row.message.retryCount, "expired before it could be delivered"},
               DeadLetterReason::Expired);
        claimed.push_back(id);
    }
    for (const auto &[time, id] : due) {
        Row &row = m_rows.at(id);
        QByteArray reason = "delivery time came";
        if (row.message.status != Queued)
            reason = row.message.status == Processing ? "lease expired" : "retry due";
        putBack(row, now, node, reason);
        claimed.push_back(id);
    }
    return claimed;
}

qint64 StorageModel::recover(const QByteArray &node, Timestamp now)
{
    qint64 count = 0;
    for (auto &[id, row] : m_rows) {
        if (row.message.status != Processing || row.events.back().node != node)
            continue;
        putBack(row, now, node, "node restarted");
        ++count;
    }
    return count;
}

int StorageModel::purge(Timestamp deliveredBefore, Timestamp deadBefore, Timestamp now)
{
    const auto claims = std::erase_if(m_claims, [&](const auto &entry) { return entry.second.expiresAt <= now; });
    return static_cast<int>(claims + std::erase_if(m_rows, [&](const auto &entry) {
        const Message &message = entry.second.message;
        return (message.status == Delivered && message.deliveredAt < deliveredBefore)
            || (message.status == DeadLetter && message.movedToDlqAt < deadBefore);
    }));
}

std::vector<Message> StorageModel::pending(const Recipient &recipient, Timestamp now) const
{
    std::vector<Message> messages;
    for (const auto &[id, row] : m_rows) {
        const Message &message = row.message;
        const bool isDue = !row.dueAt || *row.dueAt <= now;
        const bool isSendable
            = message.status == Processing || ((message.status == Queued || message.status == Failed) && isDue);
        const bool hasExpired = message.expiresAt && *message.expiresAt <= now;
        if (message.recipient == recipient && isSendable && !hasExpired)
            messages.push_back(message);
    }
    std::ranges::stable_sort(messages, std::ranges::greater(), &Message::priority);
    return messages;
}

std::vector<Message> StorageModel::newestFirst(std::optional<Recipient> recipient,
                                               std::optional<MessageStatus> status) const
{
    std::vector<Message> messages;
    for (const auto &[id, row] : m_rows | std::views::reverse) {
        if ((!recipient || row.message.recipient == *recipient) && (!status || row.message.status == *status))
            messages.push_back(row.message);
    }
    return messages;
}

} // namespace hudhud
