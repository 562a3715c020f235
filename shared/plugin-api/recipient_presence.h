// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recipient.h"

#include <functional>

namespace hudhud {

struct RecipientPresence
{
    qint64 connections = 0;
    bool isOfCluster = false; ///< Of all nodes together, else of this one.
};

/// Who is connected to any node of the cluster. Thread: any; the completion comes on the calling thread, which runs an event
/// loop, exactly once, perhaps before the call returns. Where the others cannot be asked it is about this node alone.
class PresenceQueries
{
public:
    virtual ~PresenceQueries() = default;
    virtual void presence(const Recipient &recipient, std::move_only_function<void(RecipientPresence)> completion) = 0;
};

} // namespace hudhud
