// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin-api/json_value.h"

namespace hudhud::admin {

/// What waits with one priority.
struct PriorityQueue
{
    QString priority = {};
    qint64 depth = 0; ///< Due.
    std::optional<double> oldestSeconds = {};
    qint64 inFlight = 0;
    qint64 scheduled = 0;
    qint64 retrying = 0;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("priority", self.priority);
        visit("depth", self.depth);
        visit("oldestSeconds", self.oldestSeconds);
        visit("inFlight", self.inFlight);
        visit("scheduled", self.scheduled);
        visit("retrying", self.retrying);
    }
};

/// What was taken in and is not durable yet.
struct Buffer
{
    qint64 depth = 0;
    qint64 bytes = 0;
    qint64 capacity = 0;
    double utilizationPercent = 0;
    double averageProcessingSeconds = 0;
    qint64 messagesPerSecond = 0;
    bool nearCapacity = false;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("depth", self.depth);
        visit("bytes", self.bytes);
        visit("capacity", self.capacity);
        visit("utilizationPercent", self.utilizationPercent);
        visit("averageProcessingSeconds", self.averageProcessingSeconds);
        visit("messagesPerSecond", self.messagesPerSecond);
        visit("nearCapacity", self.nearCapacity);
    }
};

/// How the store is written.
struct GroupCommit
{
    qint64 commits = 0;
    qint64 committedItems = 0;
    double averageBatch = 0;
    qint64 latestBatch = 0;
    double averageCommitSeconds = 0;
    qint64 queuedWrites = 0;
    qint64 queuedReads = 0;
    qint64 errors = 0;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("commits", self.commits);
        visit("committedItems", self.committedItems);
        visit("averageBatch", self.averageBatch);
        visit("latestBatch", self.latestBatch);
        visit("averageCommitSeconds", self.averageCommitSeconds);
        visit("queuedWrites", self.queuedWrites);
        visit("queuedReads", self.queuedReads);
        visit("errors", self.errors);
    }
};

/// GET /queues.
struct Queues
{
    qint64 pending = 0;
    qint64 deadLetters = 0;
    qint64 discarded = 0;
    qint64 runningJobs = 0;
    qint64 sizeBytes = 0;
    QString node = {};
    std::vector<PriorityQueue> priorities = {};
    Buffer buffer = {};
    GroupCommit groupCommit = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("pending", self.pending);
        visit("deadLetters", self.deadLetters);
        visit("discarded", self.discarded);
        visit("runningJobs", self.runningJobs);
        visit("sizeBytes", self.sizeBytes);
        visit("node", self.node);
        visit("priorities", self.priorities);
        visit("buffer", self.buffer);
        visit("groupCommit", self.groupCommit);
    }
};

/// Dead letters of one hour.
struct TrendHour
{
    QDateTime from = {};
    qint64 count = 0;

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("from", self.from);
        visit("count", self.count);
    }
};

/// GET /dlq/trend.
struct Trend
{
    QString signature = {};
    std::vector<TrendHour> hours = {};

    template <typename Self, typename Visit> static void members(Self &self, Visit &&visit)
    {
        visit("signature", self.signature);
        visit("hours", self.hours);
    }
};

} // namespace hudhud::admin
