// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/status_feed.h"

#include <QByteArray>

#include <optional>
#include <span>
#include <vector>

namespace hudhud {

/// Status changes as one node tells them to the others. Binary, in QDataStream's form with a version in front.
struct StatusBatch
{
    QByteArray node; ///< Who tells.
    std::vector<StatusChange> changes;

    static QByteArray encode(const QByteArray &node, std::span<const StatusChange> changes);
    /// Nothing for bytes that are no batch, or one of another version.
    static std::optional<StatusBatch> decode(const QByteArray &payload);
};

} // namespace hudhud
