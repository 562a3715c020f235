// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/node_snapshot.h"
#include "cluster/shared_presence.h"
#include "delivery/presence_directory.h"
#include "plugin-api/recipient_presence.h"

namespace hudhud {

/// Adds what the others have told the cache to what this node knows itself. Thread: any. Ownership: what is passed in
/// outlives it.
class RecipientPresences final : public PresenceQueries
{
public:
    struct Parts
    {
        Cache &cache;
        const PresenceDirectory &directory;
        QByteArray ownId;
        NodeSnapshotSource nodes;
        std::function<bool()> isCacheLost; ///< Any thread.
    };

    explicit RecipientPresences(Parts parts);

    void presence(const Recipient &recipient, std::move_only_function<void(RecipientPresence)> completion) override;

private:
    Parts m_parts;
    SharedPresence m_shared;
};

} // namespace hudhud
