// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recipient.h"

#include <array>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace hudhud {

/// Who is connected on this node, and which I/O thread owns each recipient's delivery. The thread of the
/// first connection becomes the owner and stays it until it releases a recipient without connections. Thread:
/// any. Locks are per shard and held for one look-up only.
class PresenceDirectory
{
public:
    /// One more connection of `recipient` on `ioThread`. Result: the owner's I/O thread.
    int attach(const Recipient &recipient, int ioThread);
    /// One connection less. The owner stays until it calls `releaseIfUnused`.
    void detach(const Recipient &recipient);
    /// Called by the owner only. True when there is no connection: the recipient has no owner any more. False
    /// when a connection has come meanwhile, whose news is on its way to the owner.
    bool releaseIfUnused(const Recipient &recipient);

    /// The owner's I/O thread; nothing while the recipient is offline.
    std::optional<int> owner(const Recipient &recipient) const;
    int connectionCount(const Recipient &recipient) const;

    static constexpr std::size_t ShardCount = 64;
    /// The recipients of one part who have connections, with their numbers.
    std::vector<std::pair<Recipient, int>> connected(std::size_t shard) const;

private:
    struct Presence
    {
        int owner = 0;
        int connections = 0;
    };
    struct alignas(64) Shard
    {
        mutable std::mutex mutex; ///< Guards `recipients`.
        std::unordered_map<Recipient, Presence> recipients;
    };

    Shard &shard(const Recipient &recipient) { return m_shards[shardIndex(recipient)]; }
    const Shard &shard(const Recipient &recipient) const { return m_shards[shardIndex(recipient)]; }
    static std::size_t shardIndex(const Recipient &recipient);

    std::array<Shard, ShardCount> m_shards;
};

} // namespace hudhud
