// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/queued_storage_client.h"

#include <QCoreApplication>
#include <QEvent>

#include <algorithm>

namespace hudhud {

namespace {

Error queueFull()
{
    return {ErrorCode::BufferFull, QStringLiteral("The storage queue is full; try again later.")};
}

} // namespace

QueuedStorageClient::QueuedStorageClient(std::span<const std::unique_ptr<WriteLane>> lanes, ReadPool &readers,
                                         QByteArray nodeId)
    : m_lanes(lanes)
    , m_readers(readers)
    , m_nodeId(std::move(nodeId))
    , m_port(std::make_shared<ReplyPort>())
    , m_writes(lanes.size())
{
}

QueuedStorageClient::~QueuedStorageClient()
{
    m_port->close();
}

void QueuedStorageClient::persist(std::vector<MessagePointer> messages,
                                  Completion<std::vector<Result<void>>> completion)
{
    if (messages.empty()) {
        m_port->post(
            [completion = std::move(completion)]() mutable { completion(std::vector<Result<void>>()); });
        return;
    }
    // One commit means one writer. Changes of the other messages find them there once this call is completed.
    const std::size_t lane = laneOf(messages.front()->id);
    append(lane, PersistCall{std::move(messages), std::move(completion), m_port});
}

void QueuedStorageClient::persistOnce(std::vector<MessagePointer> messages, std::optional<IdempotencyClaim> claim,
                                      Completion<PersistOutcome> completion)
{
    Q_ASSERT(!messages.empty());
    // Requests of one key meet on one writer.
    const std::size_t lane = claim ? qHash(claim->key) % m_lanes.size() : laneOf(messages.front()->id);
    const bool hasCollapseKeys = std::ranges::any_of(
        messages, [](const MessagePointer &message) { return !message->collapseKey.isEmpty(); });
    append(lane,
           PersistOnceCall{std::move(messages), std::move(claim), hasCollapseKeys, std::move(completion), m_port});
}

void QueuedStorageClient::transition(std::vector<StatusTransition> transitions, Urgency urgency,
                                     Completion<std::vector<Result<void>>> completion)
{
    if (transitions.empty()) {
        m_port->post(
            [completion = std::move(completion)]() mutable { completion(std::vector<Result<void>>()); });
        return;
    }
    const auto call = std::make_shared<TransitionCall>(transitions.size(), std::move(completion), m_port);
    for (std::size_t i = 0; i < transitions.size(); ++i) {
        Q_ASSERT(!transitions[i].events.empty());
        const std::size_t lane = laneOf(transitions[i].id);
        append(lane, TransitionItem{std::move(transitions[i]), urgency, {call, i}});
    }
}

void QueuedStorageClient::withdraw(const MessageId &id, Completion<void> completion)
{
    append(laneOf(id), WithdrawCall{id, std::move(completion), m_port});
}

void QueuedStorageClient::replace(MessageReplacement replacement, Completion<void> completion)
{
    const std::size_t lane = laneOf(replacement.id);
    append(lane, ReplaceCall{std::move(replacement), std::move(completion), m_port});
}

void QueuedStorageClient::claimDue(Timestamp now, int limit,
                                   Completion<std::vector<MessagePointer>> completion)
{
    write<std::vector<MessagePointer>>(
        [now, limit, node = m_nodeId](StorageWriter &writer) { return writer.claimDue(now, limit, node); },
        std::move(completion));
}

void QueuedStorageClient::recover(Timestamp now, Completion<qint64> completion)
{
    write<qint64>([now, node = m_nodeId](StorageWriter &writer) { return writer.recover(node, now); },
                  std::move(completion));
}

void QueuedStorageClient::purge(Timestamp deliveredBefore, Timestamp deadBefore, int limit,
                                Completion<int> completion)
{
    write<int>([=](StorageWriter &writer) { return writer.purge(deliveredBefore, deadBefore, limit); },
               std::move(completion));
}

void QueuedStorageClient::saveApiKey(ApiKeyRecord key, Completion<qint64> completion)
{
    write<qint64>([key = std::move(key)](StorageWriter &writer) { return writer.saveApiKey(key); },
                  std::move(completion));
}

void QueuedStorageClient::find(std::vector<MessageId> ids, Completion<std::vector<MessagePointer>> completion)
{
    read<std::vector<MessagePointer>>([ids = std::move(ids)](StorageReader &reader) { return reader.find(ids); }, std::move(completion));
}

void QueuedStorageClient::events(const MessageId &id, Completion<std::vector<MessageEvent>> completion)
{
    read<std::vector<MessageEvent>>([id](StorageReader &reader) { return reader.events(id); }, std::move(completion));
}

void QueuedStorageClient::list(const MessageFilter &filter,
                               Completion<std::vector<MessagePointer>> completion)
{
    read<std::vector<MessagePointer>>([filter](StorageReader &reader) { return reader.list(filter); }, std::move(completion));
}

void QueuedStorageClient::pending(const Recipient &recipient, int limit, Timestamp now,
                                  std::vector<MessageId> excluded,
                                  Completion<std::vector<MessagePointer>> completion)
{
    read<std::vector<MessagePointer>>(
        [recipient, limit, now, excluded = std::move(excluded)](StorageReader &reader) mutable {
            std::ranges::sort(excluded);
            return reader.pending(recipient, limit, now, excluded);
        },
        std::move(completion));
}

void QueuedStorageClient::pendingCount(const Recipient &recipient, Completion<qint64> completion)
{
    read<qint64>([recipient](StorageReader &reader) { return reader.pendingCount(recipient); },
         std::move(completion));
}

void QueuedStorageClient::statistics(Completion<StorageStatistics> completion)
{
    read<StorageStatistics>([](StorageReader &reader) { return reader.statistics(); }, std::move(completion));
}

void QueuedStorageClient::findApiKey(const QByteArray &hash,
                                     Completion<std::optional<ApiKeyRecord>> completion)
{
    read<std::optional<ApiKeyRecord>>([hash](StorageReader &reader) { return reader.findApiKey(hash); }, std::move(completion));
}

void QueuedStorageClient::apiKeys(Completion<std::vector<ApiKeyRecord>> completion)
{
    read<std::vector<ApiKeyRecord>>([](StorageReader &reader) { return reader.apiKeys(); }, std::move(completion));
}

void QueuedStorageClient::append(std::size_t lane, WriteItem &&item)
{
    if (!m_lanes[lane]->tryReserve(sizeOf(item))) {
        ReplyBatch replies;
        refuse(std::move(item), queueFull(), replies);
        replies.send();
        return;
    }
    m_writes[lane].push_back(std::move(item));
    armFlush();
}

void QueuedStorageClient::runOnWriter(DeviceTask<StorageWriter> task)
{
    // Maintenance concerns the whole store: any writer will do, but always the same.
    append(0, WriterTask{std::move(task), m_port});
}

void QueuedStorageClient::runOnReader(DeviceTask<StorageReader> task)
{
    if (!m_readers.tryReserve()) {
        m_port->post(task(std::unexpected(queueFull())));
        return;
    }
    m_reads.push_back(ReadTask{std::move(task), m_port});
    armFlush();
}

void QueuedStorageClient::armFlush()
{
    if (!std::exchange(m_isFlushArmed, true))
        QCoreApplication::postEvent(this, new QEvent(QEvent::User));
}

bool QueuedStorageClient::event(QEvent *event)
{
    if (event->type() != QEvent::User)
        return QObject::event(event);
    flush();
    return true;
}

void QueuedStorageClient::flush()
{
    m_isFlushArmed = false;
    for (std::size_t lane = 0; lane < m_writes.size(); ++lane) {
        if (!m_writes[lane].empty())
            m_lanes[lane]->submit(std::exchange(m_writes[lane], {}));
    }
    if (!m_reads.empty())
        m_readers.submit(std::exchange(m_reads, {}));
}

} // namespace hudhud
