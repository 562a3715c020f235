// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/dead_letters.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

namespace hudhud {

/// Written to storage: never renumber.
enum class JobState : quint8 {
    Running = 0,
    Paused = 1,    ///< By an operator.
    Stopped = 2,   ///< By its canary; resuming goes on without one.
    Completed = 3, ///< Final.
    Cancelled = 4, ///< Final; what was done stays done.
};

/// "running", "paused", "stopped", "completed", "cancelled".
QByteArrayView jobStateName(JobState state);
std::optional<JobState> jobStateFromName(QByteArrayView name);

/// The first messages of a replay, watched before the rest follows.
struct JobCanary
{
    int count = 0;                   ///< 0: no canary.
    int maximumFailurePercent = 0;   ///< More than this stops the job.
    std::chrono::milliseconds timeout{300'000}; ///< What is not Delivered by then counts as failed.

    friend bool operator==(const JobCanary &, const JobCanary &) = default;
};

/// A job as it is asked for.
struct JobRequest
{
    JobKind kind = JobKind::Replay;
    DeadLetterSelection selection;
    int rate = 0; ///< Messages per second; 0: no limit.
    JobCanary canary;
    bool includesPoison = false; ///< Also what reached the delivery limit.
    QByteArray createdBy;
    QByteArray description; ///< The selection as a compact JSON object, for people.
    QByteArray reason; ///< Why, for people; at most 500 bytes.
    Timestamp createdAt{};
    qint64 maximumItems = 1'000'000; ///< A larger selection is refused.
};

/// A job as stored. Its items were frozen when it was created; the first `position` of them are dealt with.
struct Job
{
    qint64 id = 0; ///< Given by the store; increasing, never used again.
    JobKind kind = JobKind::Replay;
    JobState state = JobState::Running;
    int rate = 0;
    JobCanary canary;
    bool includesPoison = false;
    bool hasPassedCanary = false;
    std::optional<Timestamp> canarySince; ///< When the last of the canary was sent.
    QByteArray createdBy;
    QByteArray description;
    QByteArray reason;
    Timestamp createdAt{};
    std::optional<Timestamp> endedAt;
    qint64 total = 0;
    qint64 position = 0;
    qint64 done = 0;
    qint64 refused = 0;
    QByteArray lastError; ///< Why it was stopped, for people.

    bool isFinal() const { return state == JobState::Completed || state == JobState::Cancelled; }
    /// All of the canary is sent, and its fate decides.
    bool isWatchingCanary() const
    {
        return canary.count > 0 && !hasPassedCanary && position >= canary.count && position < total;
    }
    /// How many items may be taken before something has to be decided.
    qint64 available() const
    {
        return (canary.count > 0 && !hasPassedCanary ? std::min<qint64>(canary.count, total) : total) - position;
    }

    friend bool operator==(const Job &, const Job &) = default;
};

/// What is to become of a job; unset fields stay.
struct JobChange
{
    std::optional<JobState> state;
    std::optional<int> rate;
    bool passesCanary = false;
    QByteArray error; ///< Becomes `lastError`, unless empty.
};

/// Applies `change`, or leaves `job` alone: Conflict when its state forbids it. Every store uses this. Thread: any; pure.
Result<void> applyJobChange(Job &job, const JobChange &change, Timestamp now);

/// One step of a job.
struct JobSlice
{
    Job job; ///< As it now stands.
    std::vector<MessagePointer> replayed; ///< To be routed.
    qint64 refused = 0; ///< In this step.
};

/// Where the messages that a replay has moved are now.
struct JobOutcome
{
    qint64 moved = 0;
    qint64 delivered = 0;
    qint64 deadAgain = 0;
};

/// Thread: as StorageReader.
class JobReader
{
public:
    virtual ~JobReader() = default;
    /// Newest first; `before`: jobs of lower ids.
    virtual Result<std::vector<Job>> list(std::optional<qint64> before, int limit) = 0;
    /// Nothing when there is none.
    virtual Result<std::optional<Job>> find(qint64 id) = 0;
    /// Running jobs, oldest first.
    virtual Result<std::vector<Job>> running() = 0;
    /// Of the first `items` of a replay. Final for a message that was delivered, or replayed by a later job since.
    virtual Result<JobOutcome> outcome(qint64 id, qint64 items) = 0;
    virtual Result<RefusalCounts> refusals(qint64 id) = 0;
};

/// Thread: as StorageWriter; each call is one durable transaction.
class JobWriter
{
public:
    virtual ~JobWriter() = default;
    /// Freezes the selection and stores the job, Running, with `audit` (its count and job are filled in).
    /// Errors: NotFound naming an id that is not stored; InvalidField for an empty selection or one above the limit.
    virtual Result<Job> create(const JobRequest &request, const AuditRecord &audit) = 0;
    /// Deals with the next items of a Running job, at most `limit`, moves it forward, and completes it after the last.
    /// Stops in front of the rest while the canary is watched. A job that is not Running is returned as it stands.
    /// Replayed messages become Queued with retryCount and pushCount 0 and the event reason "replayed by job N".
    /// Errors: NotFound.
    virtual Result<JobSlice> advance(qint64 id, int limit, Timestamp now) = 0;
    /// Changes a job and appends `audit` (its job is filled in). Errors: NotFound, and those of applyJobChange.
    virtual Result<Job> change(qint64 id, const JobChange &change, const AuditRecord &audit) = 0;
    /// Deletes at most `limit` jobs that ended before a time, with their items. Result: how many.
    virtual Result<int> purge(Timestamp endedBefore, int limit) = 0;
};

/// The event reason of a replay.
QByteArray replayReason(qint64 job);

} // namespace hudhud
