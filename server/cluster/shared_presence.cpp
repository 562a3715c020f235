// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/shared_presence.h"

#include "plugin-api/cache_policy.h"

namespace hudhud {

SharedPresence::SharedPresence(Cache &cache, QByteArray nodeId)
    : m_cache(cache)
    , m_nodeId(std::move(nodeId))
{
}

QByteArray SharedPresence::key(const Recipient &recipient, const QByteArray &node)
{
    return "hudhud:presence:" + recipient.toByteArray() + ':' + node;
}

void SharedPresence::write(std::span<const Connected> recipients, Cache::Completion<void> completion)
{
    std::vector<std::pair<QByteArray, QByteArray>> items;
    std::vector<QByteArray> gone;
    for (const auto &[recipient, connections] : recipients) {
        if (connections > 0)
            items.emplace_back(key(recipient, m_nodeId), QByteArray::number(connections));
        else
            gone.push_back(key(recipient, m_nodeId));
    }
    if (!gone.empty())
        m_cache.remove(std::move(gone), [](const Result<qint64> &) {}); // What stays expires.
    if (items.empty())
        completion({});
    else
        m_cache.set(std::move(items), CachePolicy::Presence, std::move(completion));
}

void SharedPresence::lookUp(std::span<const Recipient> recipients, std::span<const QByteArray> nodes,
                            Cache::Completion<Places> completion)
{
    std::vector<QByteArray> keys;
    keys.reserve(recipients.size() * nodes.size());
    for (const Recipient &recipient : recipients) {
        for (const QByteArray &node : nodes)
            keys.push_back(key(recipient, node));
    }
    m_cache.get(std::move(keys),
                [count = recipients.size(), nodeCount = nodes.size(), completion = std::move(completion)](
                    Result<std::vector<std::optional<CacheEntry>>> entries) mutable {
                    if (!entries)
                        return completion(std::unexpected(entries.error()));
                    Places places(count);
                    for (std::size_t i = 0; i < entries->size(); ++i) {
                        const auto &entry = (*entries)[i];
                        const int connections = entry ? entry->value.toInt() : 0;
                        if (connections > 0)
                            places[i / nodeCount].push_back({i % nodeCount, connections});
                    }
                    completion(std::move(places));
                });
}

} // namespace hudhud
