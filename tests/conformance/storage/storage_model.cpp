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
    const bool needsDue = changed.message.status == Processing || changed.message.status == Failed;
    setDue(changed,
           needsDue ? std::optional(transition.dueAt.value_or(transition.events.back().time)) : std::nullopt);
    if (found->second.message.status == DeadLetter)
        changed.message.failureReason.clear();
    if (!transition.failureReason.isEmpty())
        changed.message.failureReason = transition.failureReason;
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

void StorageModel::putBack(Row &row, Timestamp now, const QByteArray &node, const QByteArray &reason)
{
    addEvent(row, MessageEvent{0, Queued, now, node, row.message.retryCount, reason});
    setDue(row, std::nullopt);
}

std::vector<MessageId> StorageModel::claimDue(Timestamp now, int limit, const QByteArray &node)
{
    std::vector<std::pair<Timestamp, MessageId>> due;
    for (const auto &[id, row] : m_rows) {
        if (row.dueAt && *row.dueAt <= now)
            due.emplace_back(*row.dueAt, id);
    }
    std::ranges::sort(due);
    due.resize(std::min(due.size(), static_cast<std::size_t>(limit)));
    std::vector<MessageId> claimed;
    for (const auto &[time, id] : due) {
        Row &row = m_rows.at(id);
        putBack(row, now, node, row.message.status == Processing ? "lease expired" : "retry due");
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

int StorageModel::purge(Timestamp deliveredBefore, Timestamp deadBefore)
{
    return static_cast<int>(std::erase_if(m_rows, [&](const auto &entry) {
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
        const bool isSendable = message.status == Queued || message.status == Processing
            || (message.status == Failed && row.dueAt <= now);
        if (message.recipient == recipient && isSendable)
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
