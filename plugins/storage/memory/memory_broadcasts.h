// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "memory_groups.h"
#include "memory_store.h"
#include "plugin-api/broadcasts.h"

#include <map>
#include <mutex>

namespace hudhud {

/// Broadcasts and their lists. Thread: any; its lock is taken before those of the store and of the groups.
class MemoryBroadcasts final : public BroadcastWriter, public BroadcastReader
{
public:
    MemoryBroadcasts(MemoryStore &store, MemoryGroups &groups)
        : m_store(store)
        , m_groups(groups)
    {
    }

    Result<StartedBroadcast> create(const Broadcast &broadcast, std::span<const Recipient> recipients,
                                    int maximumRunning, const std::optional<IdempotencyClaim> &claim) override;
    Result<BroadcastSlice> expand(const MessageId &id, int limit, MessageIdGenerator &ids, Timestamp now) override;
    Result<Broadcast> cancel(const MessageId &id, Timestamp now) override;
    Result<int> purge(Timestamp endedBefore, int limit) override;
    Result<std::optional<Broadcast>> find(const MessageId &id) override;
    Result<std::vector<MessageId>> running() override;

private:
    struct Row
    {
        Broadcast broadcast;
        std::vector<Recipient> recipients; ///< Of a list, all of them.
        Recipient last;                    ///< That has its message.
    };

    StartedBroadcast replayed(const MessageId &id, qint64 listed) const;
    Result<std::vector<Recipient>> next(const Row &row, int limit);
    void end(Row &row, BroadcastState state, Timestamp now);

    MemoryStore &m_store;
    MemoryGroups &m_groups;
    std::mutex m_mutex; ///< Guards the rest.
    std::map<MessageId, Row> m_rows;
};

} // namespace hudhud
