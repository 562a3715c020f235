// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"

#include <vector>

namespace hudhud {

/// The other nodes of a cluster as delivery sees them. What is said here are hints: the messages are in the store, and
/// whoever misses a hint finds them there (QueueRepair). Thread: any; returns at once. Bounds: what it cannot take it drops.
class RemoteDelivery
{
public:
    virtual ~RemoteDelivery() = default;
    /// Durable messages whose recipients are not connected on this node, or are elsewhere too.
    virtual void offer(std::vector<MessagePointer> &&messages) = 0;
    /// A recipient who is connected here has a connection on another node too, as far as is known. Cheap: asked for every
    /// message.
    virtual bool isElsewhereToo(const Recipient &recipient) const = 0;
    /// How many connections these recipients have on this node has changed; the directory knows.
    virtual void connectionsChanged(std::vector<Recipient> &&recipients) = 0;
};

} // namespace hudhud
