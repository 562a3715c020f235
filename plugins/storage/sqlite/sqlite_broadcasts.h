// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "broadcast_loader.h"
#include "sqlite_groups.h"

namespace hudhud {

/// The writer's part for broadcasts. Thread: the writer's.
class SqliteBroadcastWriter final : public BroadcastWriter
{
public:
    explicit SqliteBroadcastWriter(SqliteWriter &writer)
        : m_writer(writer)
    {
    }
    Result<void> prepare(SqliteConnection &connection);

    Result<StartedBroadcast> create(const Broadcast &broadcast, std::span<const Recipient> recipients,
                                    int maximumRunning, const std::optional<IdempotencyClaim> &claim) override;
    Result<BroadcastSlice> expand(const MessageId &id, int limit, MessageIdGenerator &ids, Timestamp now) override;
    Result<Broadcast> cancel(const MessageId &id, Timestamp now) override;
    Result<int> purge(Timestamp endedBefore, int limit) override;

private:
    // Each within a transaction.
    Result<qint64> insert(const Broadcast &broadcast, std::span<const Recipient> recipients, int maximumRunning);
    Result<StartedBroadcast> replayed(const MessageId &id, qint64 listed);
    Result<void> insertList(qint64 number, std::span<const Recipient> recipients);
    Result<BroadcastSlice> expand(StoredBroadcast &stored, int limit, MessageIdGenerator &ids, Timestamp now);
    Result<Broadcast> cancel(StoredBroadcast &stored, Timestamp now);
    Result<void> supersede(BroadcastSlice &slice);
    Result<StoredBroadcast> load(const MessageId &id);
    Result<std::vector<Recipient>> next(const StoredBroadcast &stored, int limit);
    Result<void> store(const StoredBroadcast &stored);

    SqliteWriter &m_writer;
    SqliteConnection *m_connection = nullptr;
    BroadcastLoader m_loader;
    SqliteGroupReader m_groups; ///< Of the writer's connection: sees its transaction.
    SqliteStatement m_insert;
    SqliteStatement m_update;
    SqliteStatement m_countRunning;
    SqliteStatement m_insertList;
    SqliteStatement m_selectList;
    SqliteStatement m_deleteList;
    SqliteStatement m_deleteEnded;
};

/// The reader's part for broadcasts. Thread: the reader's.
class SqliteBroadcastReader final : public BroadcastReader
{
public:
    Result<void> prepare(SqliteConnection &connection);

    Result<std::optional<Broadcast>> find(const MessageId &id) override;
    Result<std::vector<MessageId>> running() override;

private:
    BroadcastLoader m_loader;
    SqliteStatement m_running;
};

} // namespace hudhud
