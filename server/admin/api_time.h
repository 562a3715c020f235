// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QDateTime>

#include <optional>

namespace hudhud {

/// As the types of shared/admin-api have it. Thread: any.
inline QDateTime toDateTime(Timestamp time)
{
    return QDateTime::fromMSecsSinceEpoch(time.time_since_epoch().count(), Qt::UTC);
}

/// Invalid when there is none.
inline QDateTime toDateTime(const std::optional<Timestamp> &time)
{
    return time ? toDateTime(*time) : QDateTime();
}

inline double toSeconds(std::chrono::nanoseconds duration)
{
    return std::chrono::duration<double>(duration).count();
}

} // namespace hudhud
