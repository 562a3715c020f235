// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/job_store.h"
#include "sql/sqlite_connection.h"
#include "sql/sqlite_statement.h"

namespace hudhud {

class SqliteWriter;

/// Ownership: the reader's part.
class SqliteJobReader final : public JobReader
{
public:
    Result<void> prepare(SqliteConnection &connection);

    Result<std::vector<Job>> list(std::optional<qint64> before, int limit) override;
    Result<std::optional<Job>> find(qint64 id) override;
    Result<std::vector<Job>> running() override;
    Result<JobOutcome> outcome(qint64 id, qint64 items) override;
    Result<RefusalCounts> refusals(qint64 id) override;

private:
    SqliteStatement m_list;
    SqliteStatement m_select;
    SqliteStatement m_running;
    SqliteStatement m_outcome;
    SqliteStatement m_refusals;
};

/// Ownership: the writer's part.
class SqliteJobWriter final : public JobWriter
{
public:
    explicit SqliteJobWriter(SqliteWriter &writer)
        : m_writer(writer)
    {
    }
    Result<void> prepare(SqliteConnection &connection);

    Result<Job> create(const JobRequest &request, const AuditRecord &audit) override;
    Result<JobSlice> advance(qint64 id, int limit, Timestamp now) override;
    Result<Job> change(qint64 id, const JobChange &change, const AuditRecord &audit) override;
    Result<int> purge(Timestamp endedBefore, int limit) override;

private:
    Result<Job> load(qint64 id);
    Result<void> insert(Job &job);
    Result<void> store(const Job &job);
    Result<qint64> freeze(const Job &job, const JobRequest &request);
    Result<void> freezeIds(const Job &job, const std::vector<MessageId> &ids);
    Result<std::vector<qint64>> itemKeys(const Job &job, qint64 limit);
    Result<DeadLetterRefusal> treat(const Job &job, qint64 key, Timestamp now, std::vector<MessagePointer> &replayed);
    Result<DeadLetterRefusal> replay(const Job &job, qint64 key, const MessageId &id, qint64 recipient, Timestamp now,
                                     std::vector<MessagePointer> &replayed);
    Result<void> noteRefusal(const Job &job, DeadLetterRefusal refusal);

    SqliteWriter &m_writer;
    SqliteStatement m_insert;
    SqliteStatement m_update;
    SqliteStatement m_select;
    SqliteStatement m_freeze;
    SqliteStatement m_insertItem;
    SqliteStatement m_selectItems;
    SqliteStatement m_updateItem;
    SqliteStatement m_standing;
    SqliteStatement m_selectPurgeable;
    SqliteStatement m_delete;
    SqliteStatement m_deleteItems;
};

} // namespace hudhud
