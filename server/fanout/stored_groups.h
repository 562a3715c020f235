// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "plugin-api/fan_out.h"
#include "storage/storage_client.h"

#include <memory>

namespace hudhud {

/// Groups as the store has them. Thread: its I/O thread. Ownership: what is passed in outlives it.
class StoredGroups final : public Groups
{
public:
    StoredGroups(StorageClient &storage, const FanOutOptions &options)
        : m_storage(storage)
        , m_limits{options.maximumGroups, options.maximumGroupMembers}
    {
    }

    void join(const QByteArray &group, std::vector<Recipient> members, Completion<qint64> completion) override;
    void leave(const QByteArray &group, const Recipient &member, Completion<bool> completion) override;
    void memberCount(const QByteArray &group, Completion<qint64> completion) override;
    void members(const QByteArray &group, const Recipient &after, int limit,
                 Completion<std::vector<Recipient>> completion) override;

private:
    /// A long list on its way into the store.
    struct Joining
    {
        QByteArray group;
        std::vector<Recipient> members;
        std::size_t done = 0;
        qint64 added = 0;
        Completion<qint64> completion;
    };

    void joinNext(std::shared_ptr<Joining> joining);

    StorageClient &m_storage;
    const GroupLimits m_limits;
};

} // namespace hudhud
