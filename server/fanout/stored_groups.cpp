// SPDX-License-Identifier: GPL-3.0-or-later
#include "fanout/stored_groups.h"

#include <algorithm>
#include <utility>

namespace hudhud {

namespace {

/// Members in one transaction: other writes do not wait long for it.
constexpr std::size_t JoinStep = 1'000;

} // namespace

void StoredGroups::join(const QByteArray &group, std::vector<Recipient> members, Completion<qint64> completion)
{
    joinNext(std::make_shared<Joining>(Joining{group, std::move(members), 0, 0, std::move(completion)}));
}

void StoredGroups::joinNext(std::shared_ptr<Joining> joining)
{
    const std::size_t count = std::min(JoinStep, joining->members.size() - joining->done);
    const auto begin = joining->members.begin() + static_cast<std::ptrdiff_t>(joining->done);
    std::vector<Recipient> step(begin, begin + static_cast<std::ptrdiff_t>(count));
    m_storage.write<qint64>(
        [group = joining->group, step = std::move(step), limits = m_limits](StorageWriter &writer) {
            return writer.groups().join(group, step, limits);
        },
        [this, joining, count](Result<qint64> added) {
            if (!added)
                return joining->completion(std::unexpected(std::move(added.error())));
            joining->done += count;
            joining->added += *added;
            if (joining->done < joining->members.size())
                joinNext(joining);
            else
                joining->completion(joining->added);
        });
}

void StoredGroups::leave(const QByteArray &group, const Recipient &member, Completion<bool> completion)
{
    m_storage.write<bool>([group, member](StorageWriter &writer) { return writer.groups().leave(group, member); },
                          std::move(completion));
}

void StoredGroups::memberCount(const QByteArray &group, Completion<qint64> completion)
{
    m_storage.read<qint64>([group](StorageReader &reader) { return reader.groups().memberCount(group); },
                           std::move(completion));
}

void StoredGroups::members(const QByteArray &group, const Recipient &after, int limit,
                           Completion<std::vector<Recipient>> completion)
{
    m_storage.read<std::vector<Recipient>>(
        [group, after, limit](StorageReader &reader) { return reader.groups().members(group, after, limit); },
        std::move(completion));
}

} // namespace hudhud
