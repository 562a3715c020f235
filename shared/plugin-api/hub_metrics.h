// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QByteArray>

namespace hudhud {

/// What one hub does, as of `lastUpdated`.
struct HubMetrics
{
    qint64 activeConnections = 0;
    double messagesPerSecond = 0; ///< To clients, since the reading before.
    std::chrono::microseconds averageDeliveryLatency{0}; ///< From push to acknowledgement, over all so far.
    qint64 failedDeliveries = 0;
    Timestamp lastUpdated{};
};

/// How many connections there are, and how they come and go.
struct ConnectionMetrics
{
    qint64 totalActiveConnections = 0;
    qint64 maxConcurrentConnections = 0; ///< The limit.
    double connectionUtilization = 0; ///< Of the limit: 0 to 1.
    std::chrono::milliseconds averageConnectionDuration{0}; ///< Of those that ended, whole seconds each.
    double connectionsPerSecond = 0; ///< New ones, since the reading before.
};

/// One hub of a transport, over all I/O threads.
struct HubStatus
{
    QByteArray name;
    HubMetrics metrics;
    ConnectionMetrics connections;
};

} // namespace hudhud
