// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/connections.h"
#include "plugin-api/http.h"
#include "plugin-api/hub_metrics.h"
#include "plugin-api/plugin.h"
#include "plugin-api/services.h"

#include <QtPlugin>

#include <chrono>
#include <memory>
#include <vector>

namespace hudhud {

/// A transport's share of one I/O thread. Thread: created, used and destroyed on that thread.
class TransportWorker
{
public:
    virtual ~TransportWorker() = default;
    /// Adds this transport's routes to an endpoint ("public", "admin"); called once for each endpoint, before it opens.
    virtual Result<void> mount(const QByteArray &endpoint, RouteTable &routes) = 0;
    /// Refuses new connections and tells the open ones to go elsewhere, evenly within that time; `drain` follows when it is
    /// over. Posted messages are still taken. Called once, if at all. Nothing to do where there are no lasting connections.
    virtual void beginDrain(std::chrono::milliseconds /*within*/) { }
    /// Tells a part of its phones (0 to 1, rounded down) to connect anew, evenly within that time, so that they find another
    /// node; new ones are still taken. Nothing to do where there are no lasting connections.
    virtual void sendAway(double /*share*/, std::chrono::milliseconds /*within*/) { }
    /// Refuses new connections and tells the open ones to go elsewhere; called once when the server stops. The
    /// endpoint still writes what is queued afterwards.
    virtual void drain() = 0;
};

/// A transport plugin: takes messages in, pushes them out.
class Transport : public Plugin
{
public:
    /// Called on each I/O thread between `start` and the opening of the endpoints.
    virtual Result<std::unique_ptr<TransportWorker>> createWorker(const IoServices &services) = 0;
    /// Closes all connections of the user, whose access was revoked; he is whom his token names. Result: how many there
    /// were. Thread: any, between `start` and `stop`.
    virtual qsizetype disconnectUser(const QByteArray & /*user*/) { return 0; }
    /// Looks at its connections for an operator, and closes them where the query says so: each I/O thread answers for its
    /// own when its turn comes. Nothing to do where there are no lasting connections. Thread: any, between `start` and
    /// `stop`.
    virtual void inspectConnections(const std::shared_ptr<ConnectionInquiry> & /*inquiry*/) { }
    /// What its hubs do; nothing where it has none. Thread: any, between `start` and `stop`.
    virtual std::vector<HubStatus> hubs() { return {}; }
};

class TransportFactory
{
public:
    virtual ~TransportFactory() = default;
    virtual std::unique_ptr<Transport> create() = 0;
};

} // namespace hudhud

#define HudhudTransportFactory_iid "org.hudhud.plugin.transport/1"
Q_DECLARE_INTERFACE(hudhud::TransportFactory, HudhudTransportFactory_iid)
