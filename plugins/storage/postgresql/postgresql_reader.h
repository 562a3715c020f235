// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/storage.h"
#include "postgresql_attachments.h"
#include "postgresql_audit.h"
#include "postgresql_broadcasts.h"
#include "postgresql_dead_letters.h"
#include "postgresql_groups.h"
#include "postgresql_jobs.h"

namespace hudhud {

class NodeNames;
struct PostgresqlShared;

/// Looks, one statement for each question: each sees one moment.
class PostgresqlReader final : public StorageReader
{
public:
    static Result<std::unique_ptr<StorageReader>> create(PostgresqlShared &shared);

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
    explicit PostgresqlReader(PostgresqlShared &shared);

    Result<std::vector<MessageEvent>> unpack(QByteArrayView history, Timestamp createdAt, qint64 node);

    NodeNames &m_nodes;
    PostgresqlConnection m_connection;
    PostgresqlAttachmentReader m_attachments{m_connection};
    PostgresqlAuditReader m_audit{m_connection};
    PostgresqlBroadcastReader m_broadcasts{m_connection};
    PostgresqlDeadLetterReader m_deadLetters{m_connection};
    PostgresqlGroupReader m_groups{m_connection};
    PostgresqlJobReader m_jobs{m_connection};
};

} // namespace hudhud
