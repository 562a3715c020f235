// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"

#include <compare>
#include <mutex>
#include <set>
#include <span>
#include <unordered_map>
#include <vector>

namespace hudhud {

/// A pending message's place in the order in which its recipient gets it.
struct QueuePlace
{
    qint64 rank = 0; ///< 0 Critical to 3 Low
    qint64 key = 0;

    friend auto operator<=>(const QueuePlace &, const QueuePlace &) = default;
};

struct QueueEntry
{
    qint64 recipient = 0; ///< Packed.
    QueuePlace place;

    friend auto operator<=>(const QueueEntry &, const QueueEntry &) = default;
};

inline qint64 rankOf(Priority priority)
{
    return PriorityCount - 1 - static_cast<qint64>(priority);
}

inline bool isPending(MessageStatus status)
{
    return status == MessageStatus::Queued || status == MessageStatus::Processing
        || status == MessageStatus::Failed;
}

/// The youngest part of the queue, in memory: pending messages that have no row in `queue`. A message that is
/// delivered soon never gets one, which saves a changed page for each. Holds committed entries only; the writer
/// publishes a commit's changes together. Its size is bounded by the writer (queue_writer.h). Thread: `publish` and
/// `entriesUpTo` the writer's, the rest any; the lock is held for the look-up.
class QueueTail
{
public:
    struct Change
    {
        QueueEntry entry;
        bool isAdded = false; ///< Else removed.
    };

    /// What a reader sees at one moment.
    struct View
    {
        std::vector<QueuePlace> places; ///< Of the recipient asked for, in order.
        qint64 size = 0;                ///< Over all recipients.
        qint64 version = 0;             ///< Of `queue`: it is complete only together with this one.
    };

    /// What a commit changed, in order; `version` of `queue` after it.
    void publish(std::span<const Change> changes, qint64 version);
    View view(qint64 recipient) const;
    /// As above without places.
    View view() const;
    /// As above with the places of all recipients, in the order of their keys.
    View wholeView() const;
    /// All entries up to a key. For the writer's thread: only `publish` changes them, so it takes no lock.
    std::set<QueueEntry> entriesUpTo(qint64 key) const;
    bool contains(const QueueEntry &entry) const;

private:
    mutable std::mutex m_mutex;
    std::unordered_map<qint64, std::set<QueuePlace>> m_places; ///< By recipient.
    qint64 m_size = 0;
    qint64 m_version = 0;
};

} // namespace hudhud
