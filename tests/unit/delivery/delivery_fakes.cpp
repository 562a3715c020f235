// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery_fakes.h"

#include <algorithm>

namespace hudhud {

void FakeStore::insert(const Message &message)
{
    const std::scoped_lock lock(m_mutex);
    Row row{message, {}, {}};
    row.state.retryCount = message.retryCount;
    row.state.pushCount = message.pushCount;
    row.events.push_back({1, MessageStatus::Queued, message.createdAt, "test", 0, {}});
    m_rows.emplace(message.id, std::move(row));
}

std::optional<FakeStore::Row> FakeStore::row(const MessageId &id) const
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_rows.find(id);
    return found == m_rows.end() ? std::nullopt : std::optional(found->second);
}

std::vector<Result<void>> FakeStore::apply(const std::vector<StatusTransition> &transitions)
{
    const std::scoped_lock lock(m_mutex);
    std::vector<Result<void>> results;
    for (const StatusTransition &transition : transitions) {
        const auto found = m_rows.find(transition.id);
        if (found == m_rows.end() || found->second.message.recipient != transition.recipient) {
            results.push_back(std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("none"))));
            continue;
        }
        Row &row = found->second;
        const auto effect = applyTransition(row.state, transition,
                                            [&](const MessageEvent &event) { row.events.push_back(event); });
        if (effect == TransitionEffect::Forbidden)
            results.push_back(std::unexpected(Error(ErrorCode::Conflict, QStringLiteral("forbidden"))));
        else
            results.emplace_back();
        if (effect == TransitionEffect::Applied && !transition.failureReason.isEmpty())
            row.message.failureReason = transition.failureReason;
    }
    return results;
}

Result<void> FakeStore::withdraw(const MessageId &id)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_rows.find(id);
    if (found == m_rows.end())
        return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("none")));
    if (found->second.state.status != MessageStatus::Queued)
        return std::unexpected(Error(ErrorCode::Conflict, QStringLiteral("not queued")));
    m_rows.erase(found);
    return {};
}

Result<void> FakeStore::replace(const MessageReplacement &replacement)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_rows.find(replacement.id);
    if (found == m_rows.end())
        return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("none")));
    Row &row = found->second;
    if (row.state.status != MessageStatus::Queued || row.state.pushCount > 0)
        return std::unexpected(Error(ErrorCode::Conflict, QStringLiteral("not new")));
    row.message.content = replacement.content->content;
    row.events.push_back({0, MessageStatus::Queued, replacement.now, "test", 0, ReplacedReason});
    return {};
}

void FakeStore::putBack(Row &row, Timestamp now, const QByteArray &reason)
{
    row.state.status = MessageStatus::Queued;
    row.state.dueAt.reset();
    row.events.push_back({0, MessageStatus::Queued, now, "test", row.state.retryCount, reason});
}

std::vector<MessagePointer> FakeStore::claimDue(Timestamp now, int limit)
{
    const std::scoped_lock lock(m_mutex);
    std::vector<MessagePointer> claimed;
    for (auto &[id, row] : m_rows) {
        const bool isWaiting
            = row.state.status == MessageStatus::Queued || row.state.status == MessageStatus::Failed;
        if (isWaiting && row.message.expiresAt && *row.message.expiresAt <= now) {
            row.state.status = MessageStatus::DeadLetter;
            row.state.dueAt.reset();
            row.state.deadLetterReason = DeadLetterReason::Expired;
            claimed.push_back(snapshot(row));
            continue;
        }
        if (!row.state.dueAt || *row.state.dueAt > now || static_cast<int>(claimed.size()) >= limit)
            continue;
        putBack(row, now, "due");
        claimed.push_back(snapshot(row));
    }
    return claimed;
}

qint64 FakeStore::recover(const QByteArray &node, Timestamp now)
{
    const std::scoped_lock lock(m_mutex);
    qint64 count = 0;
    for (auto &[id, row] : m_rows) {
        if (row.state.status != MessageStatus::Processing || row.events.back().node != node)
            continue;
        putBack(row, now, "node restarted");
        ++count;
    }
    return count;
}

MessagePointer FakeStore::snapshot(const Row &row)
{
    auto message = std::make_shared<Message>(row.message);
    message->status = row.state.status;
    message->retryCount = row.state.retryCount;
    message->pushCount = row.state.pushCount;
    message->deadLetterReason = row.state.deadLetterReason;
    return message;
}

std::vector<MessagePointer> FakeStore::find(const std::vector<MessageId> &ids) const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<MessagePointer> messages;
    for (const MessageId &id : ids) {
        const auto found = m_rows.find(id);
        messages.push_back(found == m_rows.end() ? nullptr : snapshot(found->second));
    }
    return messages;
}

std::vector<MessagePointer> FakeStore::pending(const Recipient &recipient, int limit, Timestamp now,
                                               const std::vector<MessageId> &excluded, Priority highest) const
{
    Q_ASSERT(std::is_sorted(excluded.begin(), excluded.end()));
    const std::scoped_lock lock(m_mutex);
    std::vector<MessagePointer> messages;
    for (const auto &[id, row] : m_rows) {
        using enum MessageStatus;
        const MessageStatus status = row.state.status;
        const bool isWaiting
            = status == Queued || status == Processing || (status == Failed && *row.state.dueAt <= now);
        if (isWaiting && row.message.priority <= highest && row.message.recipient == recipient
            && !std::binary_search(excluded.begin(), excluded.end(), id))
            messages.push_back(snapshot(row));
    }
    std::stable_sort(messages.begin(), messages.end(), [](const MessagePointer &a, const MessagePointer &b) {
        return a->priority > b->priority;
    });
    messages.resize(std::min(messages.size(), static_cast<std::size_t>(limit)));
    return messages;
}

std::vector<Recipient> FakeStore::waiting(std::span<const Recipient> recipients, Timestamp now) const
{
    const std::scoped_lock lock(m_mutex);
    std::vector<Recipient> found;
    for (const Recipient &recipient : recipients) {
        const bool isWaiting = std::ranges::any_of(m_rows, [&](const auto &entry) {
            const Row &row = entry.second;
            return row.message.recipient == recipient && row.state.status == MessageStatus::Queued
                && !scheduledAfter(row.message.deliverAt, now);
        });
        if (isWaiting)
            found.push_back(recipient);
    }
    return found;
}

void FakeStorageClient::later(std::deque<Task> &queue, bool isHeld, Task task)
{
    queue.push_back(std::move(task));
    if (!isHeld)
        QMetaObject::invokeMethod(
            &m_context, [&queue] { run(queue); }, Qt::QueuedConnection);
}

void FakeStorageClient::run(std::deque<Task> &queue)
{
    for (std::deque<Task> tasks = std::exchange(queue, {}); Task & task : tasks)
        task();
}

void FakeStorageClient::releaseReads()
{
    holdReads = false;
    run(m_keptReads);
    run(m_reads);
}

void FakeStorageClient::letReadsThrough()
{
    holdReads = false;
    m_keptReads = std::exchange(m_reads, {});
}

void FakeStorageClient::releaseWrites()
{
    holdWrites = false;
    run(m_writes);
}

void FakeStorageClient::transition(std::vector<StatusTransition> transitions, Urgency,
                                   Completion<std::vector<Result<void>>> completion)
{
    later(m_writes, holdWrites,
          [this, transitions = std::move(transitions), completion = std::move(completion)]() mutable {
              if (failWrites)
                  completion(std::unexpected(*failWrites));
              else
                  completion(m_store.apply(transitions));
          });
}

void FakeStorageClient::withdraw(const MessageId &id, Completion<void> completion)
{
    later(m_writes, holdWrites,
          [this, id, completion = std::move(completion)]() mutable { completion(m_store.withdraw(id)); });
}

void FakeStorageClient::replace(MessageReplacement replacement, Completion<void> completion)
{
    later(m_writes, holdWrites,
          [this, replacement = std::move(replacement), completion = std::move(completion)]() mutable {
              completion(m_store.replace(replacement));
          });
}

void FakeStorageClient::claimDue(Timestamp now, int limit, Completion<std::vector<MessagePointer>> completion)
{
    ++claims;
    later(m_writes, holdWrites, [this, now, limit, completion = std::move(completion)]() mutable {
        if (failWrites)
            completion(std::unexpected(*failWrites));
        else
            completion(m_store.claimDue(now, limit));
    });
}

void FakeStorageClient::recover(Timestamp now, Completion<qint64> completion)
{
    later(m_writes, holdWrites, [this, now, completion = std::move(completion)]() mutable {
        completion(m_store.recover("node-1", now));
    });
}

void FakeStorageClient::purge(Timestamp, Timestamp, int, Completion<int> completion)
{
    ++purges;
    int answer = 0;
    if (!purgeAnswers.empty()) {
        answer = purgeAnswers.front();
        purgeAnswers.erase(purgeAnswers.begin());
    }
    later(m_writes, holdWrites,
          [answer, completion = std::move(completion)]() mutable { completion(answer); });
}

void FakeStorageClient::find(std::vector<MessageId> ids, Completion<std::vector<MessagePointer>> completion)
{
    Result<std::vector<MessagePointer>> found = m_store.find(ids);
    if (failReads)
        found = std::unexpected(*failReads);
    later(m_reads, holdReads, [found = std::move(found), completion = std::move(completion)]() mutable {
        completion(std::move(found));
    });
}

void FakeStorageClient::pending(const Recipient &recipient, int limit, Timestamp now,
                                std::vector<MessageId> excluded,
                                Completion<std::vector<MessagePointer>> completion)
{
    ++pendingReads;
    Result<std::vector<MessagePointer>> page = m_store.pending(recipient, limit, now, excluded);
    if (failReads)
        page = std::unexpected(*failReads);
    later(m_reads, holdReads, [page = std::move(page), completion = std::move(completion)]() mutable {
        completion(std::move(page));
    });
}

void FakeStorageClient::runOnReader(DeviceTask<StorageReader> task)
{
    ++pendingReads;
    if (failReads)
        later(m_reads, holdReads, task(std::unexpected(*failReads)));
    else
        later(m_reads, holdReads, task(&m_reader));
}

void FakeReceiver::push(std::span<const MessagePointer> messages)
{
    {
        const std::scoped_lock lock(m_mutex);
        for (const MessagePointer &message : messages)
            m_ids.push_back(message->id);
    }
    if (onPush)
        onPush(messages);
}

void FakeReceiver::pushPending(std::span<const MessagePointer> messages)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_pages.push_back(messages.size());
    }
    push(messages);
}

void FakeReceiver::withdrawn(std::span<const MessageId> ids)
{
    const std::scoped_lock lock(m_mutex);
    m_withdrawn.insert(m_withdrawn.end(), ids.begin(), ids.end());
}

std::vector<MessageId> FakeReceiver::withdrawals() const
{
    const std::scoped_lock lock(m_mutex);
    return m_withdrawn;
}

void FakeReceiver::close(CloseReason)
{
    const std::scoped_lock lock(m_mutex);
    ++m_closes;
}

std::vector<MessageId> FakeReceiver::all() const
{
    const std::scoped_lock lock(m_mutex);
    return m_ids;
}

std::vector<std::size_t> FakeReceiver::pageSizes() const
{
    const std::scoped_lock lock(m_mutex);
    return m_pages;
}

int FakeReceiver::closes() const
{
    const std::scoped_lock lock(m_mutex);
    return m_closes;
}

} // namespace hudhud
