// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/job_store.h"
#include "postgresql_connection.h"
#include "postgresql_dead_letters.h"

namespace hudhud {

class MessageStates;
class PostgresqlWriter;

/// Ownership: the reader's part.
class PostgresqlJobReader final : public JobReader
{
public:
    explicit PostgresqlJobReader(PostgresqlConnection &connection)
        : m_connection(connection)
    {
    }

    Result<std::vector<Job>> list(std::optional<qint64> before, int limit) override;
    Result<std::optional<Job>> find(qint64 id) override;
    Result<std::vector<Job>> running() override;
    Result<JobOutcome> outcome(qint64 id, qint64 items) override;
    Result<RefusalCounts> refusals(qint64 id) override;

private:
    PostgresqlConnection &m_connection;
};

/// Ownership: the writer's part. A job's row is locked while it moves, so that two nodes never treat an item twice.
class PostgresqlJobWriter final : public JobWriter
{
public:
    explicit PostgresqlJobWriter(PostgresqlWriter &writer)
        : m_writer(writer)
    {
    }

    Result<Job> create(const JobRequest &request, const AuditRecord &audit) override;
    Result<JobSlice> advance(qint64 id, int limit, Timestamp now) override;
    Result<Job> change(qint64 id, const JobChange &change, const AuditRecord &audit) override;
    Result<int> purge(Timestamp endedBefore, int limit) override;

private:
    /// What becomes of the items of a slice.
    struct Treatment
    {
        std::vector<MessageId> replayed;
        std::vector<MessageId> touched; ///< To be discarded or restored.
        ArrayLiteral refusedNumbers;
        ArrayLiteral refusals;
        qint64 refused = 0;
    };

    // Each within a transaction.
    Result<Job> createWithin(const JobRequest &request, const AuditRecord &audit);
    Result<void> insert(Job &job);
    Result<qint64> freeze(const Job &job, const JobRequest &request);
    Result<Job> load(qint64 id);
    Result<JobSlice> advanceWithin(qint64 id, int limit, Timestamp now);
    Result<Treatment> treat(Job &job, MessageStates &states, std::span<const MessageId> items, Timestamp now);
    Result<void> store(const Job &job);

    PostgresqlWriter &m_writer;
};

} // namespace hudhud
