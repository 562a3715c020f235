// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/presence_directory.h"

namespace hudhud {

std::size_t PresenceDirectory::shardIndex(const Recipient &recipient)
{
    // The table inside the shard uses the low bits.
    return (std::hash<Recipient>()(recipient) >> 40) % ShardCount;
}

int PresenceDirectory::attach(const Recipient &recipient, int ioThread)
{
    Shard &home = shard(recipient);
    const std::scoped_lock lock(home.mutex);
    Presence &presence = home.recipients.try_emplace(recipient, Presence{ioThread, 0}).first->second;
    ++presence.connections;
    return presence.owner;
}

void PresenceDirectory::detach(const Recipient &recipient)
{
    Shard &home = shard(recipient);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.recipients.find(recipient);
    if (found != home.recipients.end() && found->second.connections > 0)
        --found->second.connections;
}

bool PresenceDirectory::releaseIfUnused(const Recipient &recipient)
{
    Shard &home = shard(recipient);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.recipients.find(recipient);
    if (found == home.recipients.end())
        return true;
    if (found->second.connections > 0)
        return false;
    home.recipients.erase(found);
    return true;
}

std::optional<int> PresenceDirectory::owner(const Recipient &recipient) const
{
    const Shard &home = shard(recipient);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.recipients.find(recipient);
    if (found == home.recipients.end())
        return std::nullopt;
    return found->second.owner;
}

std::vector<std::pair<Recipient, int>> PresenceDirectory::connected(std::size_t shard) const
{
    const Shard &part = m_shards[shard];
    std::vector<std::pair<Recipient, int>> recipients;
    const std::scoped_lock lock(part.mutex);
    for (const auto &[recipient, presence] : part.recipients) {
        if (presence.connections > 0)
            recipients.emplace_back(recipient, presence.connections);
    }
    return recipients;
}

int PresenceDirectory::connectionCount(const Recipient &recipient) const
{
    const Shard &home = shard(recipient);
    const std::scoped_lock lock(home.mutex);
    const auto found = home.recipients.find(recipient);
    return found == home.recipients.end() ? 0 : found->second.connections;
}

} // namespace hudhud
