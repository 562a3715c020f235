// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/json_value.h"

namespace hudhud::admin {

/// One connection.
struct Connection
{
    QString connectionId = {};
    QString recipient = {}; ///< Masked unless revealed.
    QString hub = {};
    QString transport = {};
    QString protocol = {};
    QString status = {}; ///< "Connected", "Disconnected", "Reconnecting", "Idle".
    QDateTime connectedAt = {};
    QDateTime lastActivity = {};
    QString userAgent = {};
    QString remoteAddress = {};
    std::optional<qint64> pending = {}; ///< Undelivered in the store.
    qint64 inFlight = 0;
    qint64 unsentBytes = 0;
    bool slow = false;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("connectionId", self.connectionId);
        visit("recipient", self.recipient);
        visit("hub", self.hub);
        visit("transport", self.transport);
        visit("protocol", self.protocol);
        visit("status", self.status);
        visit("connectedAt", self.connectedAt);
        visit("lastActivity", self.lastActivity);
        visit("userAgent", self.userAgent);
        visit("remoteAddress", self.remoteAddress);
        visit("pending", self.pending);
        visit("inFlight", self.inFlight);
        visit("unsentBytes", self.unsentBytes);
        visit("slow", self.slow);
    }
};

/// GET /connections.
struct ConnectionPage
{
    QString node = {};
    qint64 total = 0;
    qint64 matching = 0;
    bool revealed = false;
    std::vector<Connection> connections = {};
    QString nextCursor = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("node", self.node);
        visit("total", self.total);
        visit("matching", self.matching);
        visit("revealed", self.revealed);
        visit("connections", self.connections);
        visit("nextCursor", self.nextCursor);
    }
};

/// GET /connections/count.
struct ConnectionCount
{
    QString node = {};
    qint64 total = 0;
    qint64 matching = 0;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("node", self.node);
        visit("total", self.total);
        visit("matching", self.matching);
    }
};

/// GET /connections/{connectionId}.
struct ConnectionDetail
{
    QString node = {};
    bool revealed = false;
    Connection connection = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("node", self.node);
        visit("revealed", self.revealed);
        visit("connection", self.connection);
    }
};

/// POST /connections/disconnect.
struct DisconnectOutcome
{
    bool dryRun = false;
    qint64 matching = 0;
    qint64 disconnected = 0;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("dryRun", self.dryRun);
        visit("matching", self.matching);
        visit("disconnected", self.disconnected);
    }
};

/// The connections of one hub.
struct HubConnections
{
    QString name = {};
    qint64 connections = 0;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("name", self.name);
        visit("connections", self.connections);
    }
};

/// What the hub tells as ConnectionsChanged.
struct ConnectionTotals
{
    QString node = {};
    qint64 total = 0;
    std::vector<HubConnections> hubs = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("node", self.node);
        visit("total", self.total);
        visit("hubs", self.hubs);
    }
};

} // namespace hudhud::admin
