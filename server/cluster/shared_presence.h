// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recipient.h"
#include "plugin-api/cache.h"

#include <span>
#include <vector>

namespace hudhud {

/// Who is connected where, in the cache that all nodes share. Each node writes keys of its own (recipient and node), so
/// that no write reads before and two nodes never overwrite each other's; who looks up merges. An entry lives for
/// CachePolicy::Presence and is written anew before that. Whole batches are one command.
/// Thread: one. Ownership: `cache` outlives it.
class SharedPresence
{
public:
    using Connected = std::pair<Recipient, int>; ///< With the number of connections on this node; 0: none any more.

    SharedPresence(Cache &cache, QByteArray nodeId);

    /// `completion` comes once for the batch.
    void write(std::span<const Connected> recipients, Cache::Completion<void> completion);

    /// Where one recipient is connected.
    struct Place
    {
        std::size_t node = 0; ///< Index in `nodes`.
        int connections = 0;
    };
    /// In the order of `recipients`.
    using Places = std::vector<std::vector<Place>>;
    void lookUp(std::span<const Recipient> recipients, std::span<const QByteArray> nodes,
                Cache::Completion<Places> completion);

private:
    static QByteArray key(const Recipient &recipient, const QByteArray &node);

    Cache &m_cache;
    QByteArray m_nodeId;
};

} // namespace hudhud
