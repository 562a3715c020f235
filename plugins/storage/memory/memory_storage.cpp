// SPDX-License-Identifier: GPL-3.0-or-later
#include "memory_storage.h"

namespace hudhud {

namespace {

/// Status and events of a row change together under one lock, and nothing reaches them from outside: there is nothing
/// to find.
class MemoryConsistency final : public ConsistencyCheck
{
public:
    Result<ConsistencyStep> check(ConsistencyScope, const QByteArray &, int, Timestamp) override { return {}; }
    Result<bool> repair(const Inconsistency &, Timestamp) override { return false; }
    Result<ConsistencyStep> rebuild(const QByteArray &, int) override { return {}; }
};

class MemoryWriter final : public StorageWriter, private ReceiptWriter
{
public:
    MemoryWriter(MemoryStore &store, GroupWriter &groups, BroadcastWriter &broadcasts)
        : m_store(store)
        , m_groups(groups)
        , m_broadcasts(broadcasts)
    {
    }

    Result<CommitOutcome> commit(const WriteBatch &batch) override { return m_store.commit(batch); }
    Result<std::vector<MessagePointer>> claimDue(Timestamp now, int limit, const QByteArray &node) override
    {
        return m_store.claimDue(now, limit, node);
    }
    Result<qint64> recover(const QByteArray &node, Timestamp now) override
    {
        return m_store.recover(node, now);
    }
    Result<int> purge(Timestamp deliveredBefore, Timestamp deadBefore, int limit) override
    {
        return m_store.purge(deliveredBefore, deadBefore, limit);
    }
    Result<qint64> saveApiKey(const ApiKeyRecord &key) override { return m_store.saveApiKey(key); }
    ConsistencyCheck &consistency() override { return m_consistency; }
    ReceiptWriter &receipts() override { return *this; }
    DeadLetterWriter &deadLetters() override { return m_deadLetters; }
    JobWriter &jobs() override { return m_jobs; }
    AuditWriter &audit() override { return m_audit; }
    GroupWriter &groups() override { return m_groups; }
    BroadcastWriter &broadcasts() override { return m_broadcasts; }
    AttachmentWriter &attachments() override { return m_attachments; }

private:
    Result<std::vector<MessagePointer>> markRead(const Recipient &recipient, std::span<const MessageId> ids,
                                                 Timestamp now, const QByteArray &node) override
    {
        return m_store.markRead(recipient, ids, now, node);
    }

    MemoryStore &m_store;
    MemoryConsistency m_consistency;
    MemoryDeadLetterWriter m_deadLetters{m_store};
    MemoryJobWriter m_jobs{m_store};
    MemoryAuditWriter m_audit{m_store};
    MemoryAttachmentWriter m_attachments{m_store};
    GroupWriter &m_groups;
    BroadcastWriter &m_broadcasts;
};

class MemoryReader final : public StorageReader
{
public:
    MemoryReader(const MemoryStore &store, GroupReader &groups, BroadcastReader &broadcasts)
        : m_store(store)
        , m_groups(groups)
        , m_broadcasts(broadcasts)
    {
    }

    Result<std::vector<MessagePointer>> find(std::span<const MessageId> ids) override
    {
        return m_store.find(ids);
    }
    Result<std::vector<MessageEvent>> events(const MessageId &id) override { return m_store.events(id); }
    Result<std::vector<MessagePointer>> list(const MessageFilter &filter) override
    {
        return m_store.list(filter);
    }
    Result<std::vector<MessagePointer>> pending(const Recipient &recipient, int limit, Timestamp now,
                                                std::span<const MessageId> excluded) override
    {
        return m_store.pending(recipient, limit, now, excluded);
    }
    Result<std::vector<MessagePointer>> pendingUpTo(Priority highest, const Recipient &recipient, int limit,
                                                    Timestamp now, std::span<const MessageId> excluded) override
    {
        return m_store.pendingUpTo(highest, recipient, limit, now, excluded);
    }
    Result<qint64> pendingCount(const Recipient &recipient) override
    {
        return m_store.pendingCount(recipient);
    }
    Result<std::vector<Recipient>> waiting(std::span<const Recipient> recipients, Timestamp now) override
    {
        return m_store.waiting(recipients, now);
    }
    Result<StorageStatistics> statistics() override { return m_store.statistics(); }
    Result<PriorityStatistics> queueStatistics(Timestamp now) override { return m_store.queueStatistics(now); }
    Result<std::optional<ApiKeyRecord>> findApiKey(QByteArrayView hash) override
    {
        return m_store.findApiKey(hash);
    }
    Result<std::vector<ApiKeyRecord>> apiKeys() override { return m_store.apiKeys(); }
    DeadLetterReader &deadLetters() override { return m_deadLetters; }
    JobReader &jobs() override { return m_jobs; }
    AuditReader &audit() override { return m_audit; }

    GroupReader &groups() override { return m_groups; }
    BroadcastReader &broadcasts() override { return m_broadcasts; }
    AttachmentReader &attachments() override { return m_attachments; }

private:
    const MemoryStore &m_store;
    MemoryDeadLetterReader m_deadLetters{m_store};
    MemoryJobReader m_jobs{m_store};
    MemoryAuditReader m_audit{m_store};
    MemoryAttachmentReader m_attachments{m_store};
    GroupReader &m_groups;
    BroadcastReader &m_broadcasts;
};

} // namespace

Result<void> MemoryStorage::configure(const QJsonObject &, const PluginContext &context)
{
    m_store = std::make_unique<MemoryStore>(context.nodeId, *context.clock);
    m_groups = std::make_unique<MemoryGroups>();
    m_broadcasts = std::make_unique<MemoryBroadcasts>(*m_store, *m_groups);
    return {};
}

Result<void> MemoryStorage::start()
{
    return {};
}

void MemoryStorage::stop(std::chrono::milliseconds) {}

StorageConcurrency MemoryStorage::concurrency() const
{
    return {.writers = 1, .readers = 1};
}

Result<std::unique_ptr<StorageWriter>> MemoryStorage::createWriter()
{
    return std::make_unique<MemoryWriter>(*m_store, *m_groups, *m_broadcasts);
}

Result<std::unique_ptr<StorageReader>> MemoryStorage::createReader()
{
    return std::make_unique<MemoryReader>(*m_store, *m_groups, *m_broadcasts);
}

Result<MessageId> MemoryStorage::highestId()
{
    return m_store->highestId();
}

} // namespace hudhud
