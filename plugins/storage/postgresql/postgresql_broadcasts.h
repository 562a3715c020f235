// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/broadcasts.h"
#include "postgresql_connection.h"

namespace hudhud {

class PostgresqlWriter;

/// A broadcast as its row has it.
struct StoredBroadcast
{
    qint64 last = 0; ///< The packed recipient that has its message; 0: none.
    Broadcast broadcast;
};

/// The writer's part for broadcasts. A broadcast's row is locked while it moves. Thread: the writer's.
class PostgresqlBroadcastWriter final : public BroadcastWriter
{
public:
    explicit PostgresqlBroadcastWriter(PostgresqlWriter &writer)
        : m_writer(writer)
    {
    }

    Result<StartedBroadcast> create(const Broadcast &broadcast, std::span<const Recipient> recipients,
                                    int maximumRunning, const std::optional<IdempotencyClaim> &claim) override;
    Result<BroadcastSlice> expand(const MessageId &id, int limit, MessageIdGenerator &ids, Timestamp now) override;
    Result<Broadcast> cancel(const MessageId &id, Timestamp now) override;
    Result<int> purge(Timestamp endedBefore, int limit) override;

private:
    // Each within a transaction.
    Result<qint64> insert(const Broadcast &broadcast, std::span<const Recipient> recipients, int maximumRunning);
    Result<qint64> totalOf(const Broadcast &broadcast, std::span<const Recipient> recipients);
    Result<void> insertList(const MessageId &id, std::span<const Recipient> recipients);
    Result<StartedBroadcast> replayed(const MessageId &id, qint64 listed);
    Result<StoredBroadcast> load(const MessageId &id);
    Result<BroadcastSlice> expandWithin(StoredBroadcast &stored, const std::vector<MessagePointer> &messages, int limit,
                                        Timestamp now);
    Result<std::vector<Recipient>> next(const StoredBroadcast &stored, int limit);
    Result<void> supersede(BroadcastSlice &slice);
    Result<void> store(const StoredBroadcast &stored);

    PostgresqlWriter &m_writer;
};

/// The reader's part for broadcasts. Thread: the reader's.
class PostgresqlBroadcastReader final : public BroadcastReader
{
public:
    explicit PostgresqlBroadcastReader(PostgresqlConnection &connection)
        : m_connection(connection)
    {
    }

    Result<std::optional<Broadcast>> find(const MessageId &id) override;
    Result<std::vector<MessageId>> running() override;

private:
    PostgresqlConnection &m_connection;
};

} // namespace hudhud
