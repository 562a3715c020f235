// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/health.h"

namespace hudhud::admin {

/// From acceptance to delivery, of what was delivered in the window.
struct DeliveryTime : Light
{
    std::optional<double> p50Seconds = {}; ///< Missing when nothing was delivered, as the next.
    std::optional<double> p99Seconds = {};
    qint64 count = 0;
    double windowSeconds = 0;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("p50Seconds", self.p50Seconds);
        visit("p99Seconds", self.p99Seconds);
        visit("count", self.count);
        visit("windowSeconds", self.windowSeconds);
        lightMembers(self, visit);
    }
};

/// What happens in a second.
struct Rates : Light
{
    double acceptedPerSecond = 0;
    double deliveredPerSecond = 0;
    double failedPerSecond = 0; ///< Attempts.
    double deadLettersPerSecond = 0;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("acceptedPerSecond", self.acceptedPerSecond);
        visit("deliveredPerSecond", self.deliveredPerSecond);
        visit("failedPerSecond", self.failedPerSecond);
        visit("deadLettersPerSecond", self.deadLettersPerSecond);
        lightMembers(self, visit);
    }
};

/// What waits.
struct Undelivered : Light
{
    qint64 total = 0;
    std::optional<double> oldestSeconds = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("total", self.total);
        visit("oldestSeconds", self.oldestSeconds);
        lightMembers(self, visit);
    }
};

/// What is due, by priority.
struct QueueDepth
{
    QString priority = {};
    qint64 depth = 0;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("priority", self.priority);
        visit("depth", self.depth);
    }
};

/// Dead letters with one cause.
struct DeadLetterGrowth
{
    QString signature = {};
    qint64 count = 0;
    qint64 growth = 0; ///< In ten minutes, or since the server began to look.

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("signature", self.signature);
        visit("count", self.count);
        visit("growth", self.growth);
    }
};

/// Dead letters in all.
struct DeadLetters : Light
{
    qint64 total = 0;
    double growthPerMinute = 0;
    std::vector<DeadLetterGrowth> groups = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("total", self.total);
        visit("growthPerMinute", self.growthPerMinute);
        visit("groups", self.groups);
        lightMembers(self, visit);
    }
};

/// A breaker.
struct BreakerLight : Light
{
    QString dependency = {};
    QString state = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("dependency", self.dependency);
        visit("state", self.state);
        lightMembers(self, visit);
    }
};

/// A node.
struct NodeLight : Light
{
    QString id = {};
    QString status = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("id", self.id);
        visit("status", self.status);
        lightMembers(self, visit);
    }
};

/// What was taken in and is not durable yet.
struct BufferLight : Light
{
    qint64 depth = 0;
    qint64 capacity = 0;
    double utilizationPercent = 0;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("depth", self.depth);
        visit("capacity", self.capacity);
        visit("utilizationPercent", self.utilizationPercent);
        lightMembers(self, visit);
    }
};

/// Who is connected.
struct ConnectionsLight : Light
{
    qint64 total = 0;
    qint64 inFlight = 0;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("total", self.total);
        visit("inFlight", self.inFlight);
        lightMembers(self, visit);
    }
};

/// GET /overview: the first page. Its own light is the worst of all.
struct Overview : Light
{
    QString node = {};
    QDateTime time = {};
    DeliveryTime acceptToDelivered = {};
    Rates rates = {};
    Undelivered undelivered = {};
    std::vector<QueueDepth> queues = {};
    DeadLetters deadLetters = {};
    std::vector<BreakerLight> breakers = {};
    std::vector<NodeLight> nodes = {};
    BufferLight buffer = {};
    ConnectionsLight connections = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("node", self.node);
        visit("time", self.time);
        visit("acceptToDelivered", self.acceptToDelivered);
        visit("rates", self.rates);
        visit("undelivered", self.undelivered);
        visit("queues", self.queues);
        visit("deadLetters", self.deadLetters);
        visit("breakers", self.breakers);
        visit("nodes", self.nodes);
        visit("buffer", self.buffer);
        visit("connections", self.connections);
        lightMembers(self, visit);
    }
};

/// One moment of the history.
struct Sample
{
    QDateTime time = {};
    double acceptedPerSecond = 0;
    double deliveredPerSecond = 0;
    double failedPerSecond = 0;
    double deadLettersPerSecond = 0;
    std::optional<double> p99Seconds = {};
    qint64 undelivered = 0;
    qint64 deadLetters = 0;
    qint64 connections = 0;
    qint64 inFlight = 0;
    qint64 bufferDepth = 0;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("time", self.time);
        visit("acceptedPerSecond", self.acceptedPerSecond);
        visit("deliveredPerSecond", self.deliveredPerSecond);
        visit("failedPerSecond", self.failedPerSecond);
        visit("deadLettersPerSecond", self.deadLettersPerSecond);
        visit("p99Seconds", self.p99Seconds);
        visit("undelivered", self.undelivered);
        visit("deadLetters", self.deadLetters);
        visit("connections", self.connections);
        visit("inFlight", self.inFlight);
        visit("bufferDepth", self.bufferDepth);
    }
};

/// GET /overview/history, oldest first.
struct History
{
    QString node = {};
    qint64 resolutionSeconds = 0;
    std::vector<Sample> samples = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("node", self.node);
        visit("resolutionSeconds", self.resolutionSeconds);
        visit("samples", self.samples);
    }
};

} // namespace hudhud::admin
