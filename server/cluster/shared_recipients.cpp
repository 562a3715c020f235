// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/shared_recipients.h"

#include "plugin-api/cache_policy.h"

#include <algorithm>

namespace hudhud {

SharedRecipients::SharedRecipients(const Clock &clock, std::size_t maximum)
    : m_clock(clock)
    , m_maximum(maximum)
{
}

std::size_t SharedRecipients::shardIndex(const Recipient &recipient)
{
    // The table inside the shard uses the low bits.
    return (std::hash<Recipient>()(recipient) >> 40) % ShardCount;
}

bool SharedRecipients::contains(const Recipient &recipient) const
{
    if (size() == 0)
        return false;
    const Shard &shard = m_shards[shardIndex(recipient)];
    const std::scoped_lock lock(shard.mutex);
    return shard.recipients.contains(recipient);
}

void SharedRecipients::add(const Recipient &recipient, const QByteArray &node)
{
    const SteadyTime until = m_clock.steadyNow() + CachePolicy::Connections;
    Shard &shard = m_shards[shardIndex(recipient)];
    const std::scoped_lock lock(shard.mutex);
    auto found = shard.recipients.find(recipient);
    if (found == shard.recipients.end()) {
        if (size() >= m_maximum)
            return;
        found = shard.recipients.try_emplace(recipient).first;
        m_size.fetch_add(1, std::memory_order_relaxed);
    }
    const auto place = std::ranges::find(found->second, node, &Place::node);
    if (place == found->second.end())
        found->second.push_back({node, until});
    else
        place->until = until;
}

void SharedRecipients::remove(const Recipient &recipient, const QByteArray &node)
{
    Shard &shard = m_shards[shardIndex(recipient)];
    const std::scoped_lock lock(shard.mutex);
    const auto found = shard.recipients.find(recipient);
    if (found == shard.recipients.end())
        return;
    std::erase_if(found->second, [&node](const Place &place) { return place.node == node; });
    if (!found->second.empty())
        return;
    shard.recipients.erase(found);
    m_size.fetch_sub(1, std::memory_order_relaxed);
}

std::vector<QByteArray> SharedRecipients::take(const Recipient &recipient)
{
    std::vector<QByteArray> nodes;
    if (size() == 0)
        return nodes;
    Shard &shard = m_shards[shardIndex(recipient)];
    const std::scoped_lock lock(shard.mutex);
    const auto entry = shard.recipients.extract(recipient);
    if (entry.empty())
        return nodes;
    m_size.fetch_sub(1, std::memory_order_relaxed);
    for (const Place &place : entry.mapped())
        nodes.push_back(place.node);
    return nodes;
}

template <typename Predicate> void SharedRecipients::erasePlaces(Shard &shard, Predicate isErased)
{
    for (auto &[recipient, places] : shard.recipients)
        std::erase_if(places, isErased);
    const std::size_t erased = std::erase_if(shard.recipients, [](const auto &entry) { return entry.second.empty(); });
    m_size.fetch_sub(erased, std::memory_order_relaxed);
}

void SharedRecipients::removeNode(const QByteArray &node)
{
    for (Shard &shard : m_shards) {
        const std::scoped_lock lock(shard.mutex);
        erasePlaces(shard, [&node](const Place &place) { return place.node == node; });
    }
}

std::vector<Recipient> SharedRecipients::renewable()
{
    std::vector<Recipient> recipients;
    const SteadyTime now = m_clock.steadyNow();
    for (Shard &shard : m_shards) {
        const std::scoped_lock lock(shard.mutex);
        erasePlaces(shard, [now](const Place &place) { return place.until <= now; });
        for (const auto &entry : shard.recipients)
            recipients.push_back(entry.first);
    }
    return recipients;
}

} // namespace hudhud
