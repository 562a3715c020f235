// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/recipient.h"

#include <QByteArray>

#include <array>
#include <atomic>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

namespace hudhud {

/// Recipients who are connected to this node and to others, who are few: for their messages the cache is asked, for all
/// others nobody. What is not renewed is believed for CachePolicy::Connections. Bounded: further ones are not remembered, and
/// their other devices get their messages when they connect again.
/// Thread: any. Locks are per shard; while there is nobody, none is taken.
class SharedRecipients
{
public:
    static constexpr std::size_t Maximum = 100'000;

    explicit SharedRecipients(const Clock &clock, std::size_t maximum = Maximum);

    bool contains(const Recipient &recipient) const;
    /// The recipient is connected to that node too.
    void add(const Recipient &recipient, const QByteArray &node);
    void remove(const Recipient &recipient, const QByteArray &node);
    /// The recipient has left this node. Result: where he still is.
    std::vector<QByteArray> take(const Recipient &recipient);
    /// That node has gone.
    void removeNode(const QByteArray &node);
    /// All of them, without what has expired.
    std::vector<Recipient> renewable();
    std::size_t size() const { return m_size.load(std::memory_order_relaxed); }

private:
    struct Place
    {
        QByteArray node;
        SteadyTime until{};
    };
    struct alignas(64) Shard
    {
        mutable std::mutex mutex; ///< Guards `recipients`.
        std::unordered_map<Recipient, std::vector<Place>> recipients; ///< None is empty.
    };
    static constexpr std::size_t ShardCount = 16;

    static std::size_t shardIndex(const Recipient &recipient);
    template <typename Predicate> void erasePlaces(Shard &shard, Predicate isErased);

    const Clock &m_clock;
    const std::size_t m_maximum;
    std::atomic<std::size_t> m_size = 0;
    std::array<Shard, ShardCount> m_shards;
};

} // namespace hudhud
