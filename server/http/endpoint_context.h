// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "http/connection.h"
#include "http/connection_limits.h"
#include "http/deadline_wheel.h"
#include "http/endpoint_metrics.h"
#include "http/response_writer.h"
#include "http/route_table.h"

#include <functional>
#include <vector>

namespace hudhud {

/// What all connections of one endpoint on one thread share. Thread: that I/O thread.
struct EndpointContext
{
    EndpointContext(const QByteArray &name, const EndpointOptions &endpointOptions, MetricsRegistry &registry)
        : options(endpointOptions)
        , metrics(name, registry)
        , readBuffer(ReadBufferBytes, Qt::Uninitialized)
    {
    }

    static constexpr qsizetype ReadBufferBytes = 64 * 1024;

    const EndpointOptions options;
    HttpRouteTable routes;
    EndpointMetrics metrics;
    DeadlineWheel deadlines;
    ResponseWriter responses;
    RequestHead head; ///< Of the request that is being read.
    QByteArray readBuffer; ///< Of the connection that is being read.
    bool isDraining = false;

    Connection::List connections;
    Connection::List ended; ///< Destroyed at the end of the loop turn.
    std::vector<Connection *> turnEnders;
    /// Makes the endpoint run the end of this loop turn.
    std::function<void()> wakeTurnEnd;
    std::function<void(const QHostAddress &)> connectionEnded;
};

} // namespace hudhud
