// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/job_store.h"

namespace hudhud {

class MemoryStore;

/// A job with its frozen items.
struct MemoryJob
{
    struct Item
    {
        MessageId id;
        DeadLetterRefusal refusal = DeadLetterRefusal::None;
    };
    Job job;
    std::vector<Item> items;
};

/// Ownership: `store` outlives it.
class MemoryJobReader final : public JobReader
{
public:
    explicit MemoryJobReader(const MemoryStore &store)
        : m_store(store)
    {
    }
    Result<std::vector<Job>> list(std::optional<qint64> before, int limit) override;
    Result<std::optional<Job>> find(qint64 id) override;
    Result<std::vector<Job>> running() override;
    Result<JobOutcome> outcome(qint64 id, qint64 items) override;
    Result<RefusalCounts> refusals(qint64 id) override;

private:
    const MemoryStore &m_store;
};

/// Ownership: `store` outlives it.
class MemoryJobWriter final : public JobWriter
{
public:
    explicit MemoryJobWriter(MemoryStore &store)
        : m_store(store)
    {
    }
    Result<Job> create(const JobRequest &request, const AuditRecord &audit) override;
    Result<JobSlice> advance(qint64 id, int limit, Timestamp now) override;
    Result<Job> change(qint64 id, const JobChange &change, const AuditRecord &audit) override;
    Result<int> purge(Timestamp endedBefore, int limit) override;

private:
    DeadLetterRefusal treat(const Job &job, const MessageId &id, Timestamp now, std::vector<MessagePointer> &replayed);

    MemoryStore &m_store;
};

/// Ownership: `store` outlives it.
class MemoryAuditReader final : public AuditReader
{
public:
    explicit MemoryAuditReader(const MemoryStore &store)
        : m_store(store)
    {
    }
    Result<std::vector<AuditRecord>> list(const AuditFilter &filter) override;

private:
    const MemoryStore &m_store;
};

/// Ownership: `store` outlives it.
class MemoryAuditWriter final : public AuditWriter
{
public:
    explicit MemoryAuditWriter(MemoryStore &store)
        : m_store(store)
    {
    }
    Result<qint64> append(const AuditRecord &record) override;
    Result<int> purge(Timestamp before, int limit) override;

private:
    MemoryStore &m_store;
};

} // namespace hudhud
