// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/groups.h"

#include <map>
#include <set>
#include <shared_mutex>

namespace hudhud {

/// Groups and their members. Thread: any.
class MemoryGroups final : public GroupWriter, public GroupReader
{
public:
    Result<qint64> join(const QByteArray &group, std::span<const Recipient> members,
                        const GroupLimits &limits) override;
    Result<bool> leave(const QByteArray &group, const Recipient &member) override;
    Result<qint64> memberCount(const QByteArray &group) override;
    Result<std::vector<Recipient>> members(const QByteArray &group, const Recipient &after, int limit) override;

private:
    using Members = std::set<Recipient, RecipientOrder>;

    std::shared_mutex m_mutex; ///< Guards the rest.
    std::map<QByteArray, Members> m_groups;
};

} // namespace hudhud
