// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/balancer.h"

namespace hudhud {

/// What a node tells the others of itself.
struct NodeAnnouncement
{
    enum class Kind : quint8 {
        Joined,    ///< It has just come and knows nobody: the others answer with a heartbeat.
        Heartbeat,
        Left,      ///< Of its own will.
    };

    Kind kind = Kind::Heartbeat;
    ProcessingNode node;
    bool wantsStatusChanges = false; ///< Somebody who is connected to it wants to be told of all nodes' messages.
};

/// As one JSON object: a few hundred bytes that operators can read in the cache too.
QByteArray encodeAnnouncement(const NodeAnnouncement &announcement);
/// Nothing for what is no announcement.
std::optional<NodeAnnouncement> decodeAnnouncement(const QByteArray &payload);

} // namespace hudhud
