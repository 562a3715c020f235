// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "message_loader.h"
#include "node_names.h"
#include "plugin-api/storage.h"
#include "queue_reader.h"
#include "sql/sqlite_connection.h"
#include "sqlite_attachments.h"
#include "sqlite_audit.h"
#include "sqlite_broadcasts.h"
#include "sqlite_dead_letters.h"
#include "sqlite_groups.h"
#include "sqlite_jobs.h"

namespace hudhud {

class SqliteReader final : public StorageReader
{
public:
    static Result<std::unique_ptr<StorageReader>> create(SqliteConnection connection, const NodeNames &nodes,
                                                         const QueueTail &tail);

    Result<std::vector<MessagePointer>> find(std::span<const MessageId> ids) override;
    Result<std::vector<MessageEvent>> events(const MessageId &id) override;
    Result<std::vector<MessagePointer>> list(const MessageFilter &filter) override;
    Result<std::vector<MessagePointer>> pending(const Recipient &recipient, int limit, Timestamp now,
                                                std::span<const MessageId> excluded) override;
    Result<std::vector<MessagePointer>> pendingUpTo(Priority highest, const Recipient &recipient, int limit,
                                                    Timestamp now, std::span<const MessageId> excluded) override;
    Result<qint64> pendingCount(const Recipient &recipient) override;
    Result<std::vector<Recipient>> waiting(std::span<const Recipient> recipients, Timestamp now) override;
    Result<StorageStatistics> statistics() override;
    Result<PriorityStatistics> queueStatistics(Timestamp now) override;
    Result<std::optional<ApiKeyRecord>> findApiKey(QByteArrayView hash) override;
    Result<std::vector<ApiKeyRecord>> apiKeys() override;
    DeadLetterReader &deadLetters() override { return m_deadLetters; }
    JobReader &jobs() override { return m_jobs; }
    AuditReader &audit() override { return m_audit; }
    GroupReader &groups() override { return m_groups; }
    BroadcastReader &broadcasts() override { return m_broadcasts; }
    AttachmentReader &attachments() override { return m_attachments; }

private:
    SqliteReader(SqliteConnection connection, const NodeNames &nodes, const QueueTail &tail);
    Result<void> prepare();
    SqliteStatement &listStatement(const MessageFilter &filter);
    Result<std::vector<MessagePointer>> listRecipient(const MessageFilter &filter);
    Result<std::vector<MessagePointer>> load(std::span<const qint64> keys);
    Result<bool> isWaiting(qint64 recipient, Timestamp now);
    Result<bool> isScheduled(qint64 key, Timestamp now);
    Result<PriorityStatistics> countQueues(const QueueTail::View &tail, Timestamp now);
    Result<void> countTail(const QueueTail::View &tail, Timestamp now, PriorityStatistics &priorities);
    Result<void> countDue(Timestamp now, PriorityStatistics &priorities);

    SqliteConnection m_connection;
    const NodeNames &m_nodes;
    MessageLoader m_loader;
    QueueReader m_queue;
    SqliteDeadLetterReader m_deadLetters{m_loader};
    SqliteJobReader m_jobs;
    SqliteAttachmentReader m_attachments;
    SqliteAuditReader m_audit;
    SqliteStatement m_history;
    SqliteStatement m_pending;
    SqliteStatement m_pendingCount;
    SqliteStatement m_waiting;
    SqliteStatement m_statistics;
    SqliteStatement m_queueCounts;
    SqliteStatement m_dueCounts;
    SqliteStatement m_scheduled;
    SqliteStatement m_listAll;
    SqliteStatement m_listQueued;
    SqliteStatement m_listDelivered;
    SqliteStatement m_listDue;
    SqliteStatement m_listDead;
    SqliteStatement m_listRecipient;
    SqliteStatement m_apiKey;
    SqliteStatement m_apiKeys;
    SqliteGroupReader m_groups;
    SqliteBroadcastReader m_broadcasts;
};

} // namespace hudhud
