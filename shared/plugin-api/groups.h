// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "core/recipient.h"

#include <QByteArray>

#include <algorithm>
#include <span>
#include <vector>

namespace hudhud {

/// 1 to 64 characters of A-Z a-z 0-9 . _ -
inline bool isGroupName(QByteArrayView name)
{
    constexpr qsizetype Longest = 64;
    const auto isAllowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_'
            || c == '-';
    };
    return !name.isEmpty() && name.size() <= Longest && std::ranges::all_of(name, isAllowed);
}

/// The order in which members and recipients are walked: shorter numbers first, then by their digits. Null comes
/// before all.
struct RecipientOrder
{
    bool operator()(const Recipient &left, const Recipient &right) const
    {
        const QByteArrayView leftDigits = left.view();
        const QByteArrayView rightDigits = right.view();
        return leftDigits.size() != rightDigits.size() ? leftDigits.size() < rightDigits.size() : left < right;
    }
};

/// How much may be kept.
struct GroupLimits
{
    qint64 groups = 0;
    qint64 members = 0; ///< Of one group.
};

/// What `join` says when a limit is reached.
inline Error tooManyGroups(const GroupLimits &limits)
{
    return Error(ErrorCode::QuotaExceeded,
                 QStringLiteral("There are %1 groups already, and no more are kept (fanout.maximum_groups); empty one "
                                "that is no longer used.")
                     .arg(limits.groups));
}
inline Error tooManyMembers(const GroupLimits &limits)
{
    return Error(ErrorCode::QuotaExceeded,
                 QStringLiteral("The group would have more than %1 members (fanout.maximum_group_members); use several "
                                "groups.")
                     .arg(limits.members));
}

/// Changes who belongs to which group. A group exists while it has members. Thread and errors: as StorageWriter; each
/// call is one durable transaction.
class GroupWriter
{
public:
    virtual ~GroupWriter() = default;
    /// Members that belong to it already are left as they are. Result: how many are new. Errors: QuotaExceeded when a
    /// limit would be passed; nothing is changed then.
    virtual Result<qint64> join(const QByteArray &group, std::span<const Recipient> members, const GroupLimits &limits)
        = 0;
    /// Result: whether it had been a member.
    virtual Result<bool> leave(const QByteArray &group, const Recipient &member) = 0;
};

/// Thread and errors: as StorageReader.
class GroupReader
{
public:
    virtual ~GroupReader() = default;
    /// 0 when there is no such group.
    virtual Result<qint64> memberCount(const QByteArray &group) = 0;
    /// In RecipientOrder, those behind `after` (null: from the first); at most `limit`.
    virtual Result<std::vector<Recipient>> members(const QByteArray &group, const Recipient &after, int limit) = 0;
};

} // namespace hudhud
