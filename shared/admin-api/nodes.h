// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/health.h"
#include "admin-api/plugins.h"

namespace hudhud::admin {

/// What a node says of its load.
struct Load
{
    double cpuUsage = 0; ///< 0 to 1, as the next.
    double memoryUsage = 0;
    qint64 activeConnections = 0;
    qint64 queueDepth = 0;
    double requestsPerSecond = 0;
    double averageResponseTimeSeconds = 0;
    QDateTime lastUpdated = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("cpuUsage", self.cpuUsage);
        visit("memoryUsage", self.memoryUsage);
        visit("activeConnections", self.activeConnections);
        visit("queueDepth", self.queueDepth);
        visit("requestsPerSecond", self.requestsPerSecond);
        visit("averageResponseTimeSeconds", self.averageResponseTimeSeconds);
        visit("lastUpdated", self.lastUpdated);
    }
};

/// A circuit breaker; GET /breakers lists them.
struct Breaker
{
    QString dependency = {};
    QString state = {}; ///< "closed", "open", "half-open".
    QDateTime changedAt = {};
    qint64 consecutiveFailures = 0;
    qint64 windowCalls = 0;
    qint64 windowFailures = 0;
    qint64 rejectedCalls = 0;
    qint64 openings = 0;
    QString lastFailure = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("dependency", self.dependency);
        visit("state", self.state);
        visit("changedAt", self.changedAt);
        visit("consecutiveFailures", self.consecutiveFailures);
        visit("windowCalls", self.windowCalls);
        visit("windowFailures", self.windowFailures);
        visit("rejectedCalls", self.rejectedCalls);
        visit("openings", self.openings);
        visit("lastFailure", self.lastFailure);
    }
};

/// One server process.
struct Node : Light
{
    QString id = {};
    bool self = false; ///< The one that answers.
    QString endpoint = {};
    QString status = {}; ///< "healthy", "degraded", "unhealthy", "offline".
    std::optional<bool> ready = {}; ///< Of the one that answers.
    QString version = {};
    QDateTime lastHeartbeat = {};
    std::optional<qint64> maxConcurrentRequests = {};
    std::optional<qint64> currentActiveRequests = {};
    std::optional<Load> load = {};
    QJsonObject capabilities = {};
    std::optional<std::vector<Plugin>> plugins = {}; ///< In the detail of the one that answers, as the next.
    std::optional<std::vector<Breaker>> breakers = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("id", self.id);
        visit("self", self.self);
        visit("endpoint", self.endpoint);
        visit("status", self.status);
        visit("ready", self.ready);
        visit("version", self.version);
        visit("lastHeartbeat", self.lastHeartbeat);
        visit("maxConcurrentRequests", self.maxConcurrentRequests);
        visit("currentActiveRequests", self.currentActiveRequests);
        visit("load", self.load);
        visit("capabilities", self.capabilities);
        visit("plugins", self.plugins);
        visit("breakers", self.breakers);
        lightMembers(self, visit);
    }
};

/// GET /nodes.
struct NodeList
{
    std::vector<Node> nodes = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("nodes", self.nodes);
    }
};

} // namespace hudhud::admin
