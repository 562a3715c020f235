// SPDX-License-Identifier: GPL-3.0-or-later
#include "memory_groups.h"

#include <mutex>

namespace hudhud {

Result<qint64> MemoryGroups::join(const QByteArray &group, std::span<const Recipient> members,
                                  const GroupLimits &limits)
{
    const std::unique_lock lock(m_mutex);
    const auto existing = m_groups.find(group);
    if (existing == m_groups.end() && std::ssize(m_groups) >= limits.groups)
        return std::unexpected(tooManyGroups(limits));
    Members wanted;
    for (const Recipient &member : members) {
        if (existing == m_groups.end() || !existing->second.contains(member))
            wanted.insert(member);
    }
    const qint64 before = existing == m_groups.end() ? 0 : std::ssize(existing->second);
    if (before + std::ssize(wanted) > limits.members)
        return std::unexpected(tooManyMembers(limits));
    const qint64 added = std::ssize(wanted);
    if (added > 0)
        m_groups[group].merge(wanted);
    return added;
}

Result<bool> MemoryGroups::leave(const QByteArray &group, const Recipient &member)
{
    const std::unique_lock lock(m_mutex);
    const auto existing = m_groups.find(group);
    if (existing == m_groups.end() || existing->second.erase(member) == 0)
        return false;
    if (existing->second.empty())
        m_groups.erase(existing);
    return true;
}

Result<qint64> MemoryGroups::memberCount(const QByteArray &group)
{
    const std::shared_lock lock(m_mutex);
    const auto existing = m_groups.find(group);
    return existing == m_groups.end() ? 0 : std::ssize(existing->second);
}

Result<std::vector<Recipient>> MemoryGroups::members(const QByteArray &group, const Recipient &after, int limit)
{
    const std::shared_lock lock(m_mutex);
    std::vector<Recipient> page;
    const auto existing = m_groups.find(group);
    if (existing == m_groups.end())
        return page;
    for (auto member = existing->second.upper_bound(after);
         member != existing->second.end() && std::ssize(page) < limit; ++member)
        page.push_back(*member);
    return page;
}

} // namespace hudhud
