// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/read_pool.h"
#include "storage/storage_client.h"
#include "storage/write_lane.h"

#include <QObject>

#include <span>

namespace hudhud {

/// The executor's client: gathers the calls of a loop turn and hands them over together when the turn ends.
/// Thread: constructed, used and destroyed on one thread with an event loop; not destroyed from a completion.
/// Calls still unanswered at destruction are dropped: stop the executor and let the loop turn first.
class QueuedStorageClient final : public QObject, public StorageClient
{
public:
    QueuedStorageClient(std::span<const std::unique_ptr<WriteLane>> lanes, ReadPool &readers,
                        QByteArray nodeId);
    ~QueuedStorageClient() override;

    void persist(std::vector<MessagePointer> messages,
                 Completion<std::vector<Result<void>>> completion) override;
    void persistOnce(std::vector<MessagePointer> messages, std::optional<IdempotencyClaim> claim,
                     Completion<PersistOutcome> completion) override;
    void transition(std::vector<StatusTransition> transitions, Urgency urgency,
                    Completion<std::vector<Result<void>>> completion) override;
    void withdraw(const MessageId &id, Completion<void> completion) override;
    void replace(MessageReplacement replacement, Completion<void> completion) override;
    void claimDue(Timestamp now, int limit, Completion<std::vector<MessagePointer>> completion) override;
    void recover(Timestamp now, Completion<qint64> completion) override;
    void purge(Timestamp deliveredBefore, Timestamp deadBefore, int limit,
               Completion<int> completion) override;
    void saveApiKey(ApiKeyRecord key, Completion<qint64> completion) override;

    void find(std::vector<MessageId> ids, Completion<std::vector<MessagePointer>> completion) override;
    void events(const MessageId &id, Completion<std::vector<MessageEvent>> completion) override;
    void list(const MessageFilter &filter, Completion<std::vector<MessagePointer>> completion) override;
    void pending(const Recipient &recipient, int limit, Timestamp now, std::vector<MessageId> excluded,
                 Completion<std::vector<MessagePointer>> completion) override;
    void pendingCount(const Recipient &recipient, Completion<qint64> completion) override;
    void statistics(Completion<StorageStatistics> completion) override;
    void findApiKey(const QByteArray &hash, Completion<std::optional<ApiKeyRecord>> completion) override;
    void apiKeys(Completion<std::vector<ApiKeyRecord>> completion) override;

    bool event(QEvent *event) override;

protected:
    void runOnWriter(DeviceTask<StorageWriter> task) override;
    void runOnReader(DeviceTask<StorageReader> task) override;

private:
    std::size_t laneOf(const MessageId &id) const { return std::hash<MessageId>{}(id) % m_lanes.size(); }
    void append(std::size_t lane, WriteItem &&item);
    void armFlush();
    void flush();

    const std::span<const std::unique_ptr<WriteLane>> m_lanes;
    ReadPool &m_readers;
    const QByteArray m_nodeId;
    const ReplyPortPointer m_port;
    std::vector<std::vector<WriteItem>> m_writes; ///< By lane.
    std::vector<ReadTask> m_reads;
    bool m_isFlushArmed = false;
};

} // namespace hudhud
