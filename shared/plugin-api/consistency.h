// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/error.h"
#include "core/message_id.h"

#include <QByteArray>

#include <vector>

namespace hudhud {

/// What can contradict what in a store whose disk or whose operator has changed rows behind its back.
enum class InconsistencyKind : quint8 {
    NotQueued,        ///< A pending message that no queue holds: it would never be sent.
    StrayQueueEntry,  ///< A queue entry without a pending message, or a second one of the same message.
    StrayState,       ///< The state of a message that does not exist.
    StatusDiffers,    ///< The events do not lead to the status in the row, or cannot be read.
    AbandonedLease,   ///< Processing or Failed, and due long ago or never: nobody looks after it.
};
inline constexpr std::size_t InconsistencyKindCount = 5;

/// "not-queued", "stray-queue-entry", ...
constexpr QByteArrayView inconsistencyKindName(InconsistencyKind kind)
{
    constexpr QByteArrayView Names[InconsistencyKindCount]
        = {"not-queued", "stray-queue-entry", "stray-state", "status-differs", "abandoned-lease"};
    return Names[static_cast<std::size_t>(kind)];
}

struct Inconsistency
{
    MessageId id; ///< Without a message: an id that has the same order key.
    InconsistencyKind kind = InconsistencyKind::NotQueued;
    QByteArray explanation; ///< For people.
    QByteArray place;       ///< How the store finds it again.

    friend bool operator==(const Inconsistency &, const Inconsistency &) = default;
};

enum class ConsistencyScope : quint8 {
    Queue, ///< Whether the queue's entries belong to pending messages: as much work as there are entries.
    All,   ///< Everything that is stored.
};

/// One step of a pass over the store.
struct ConsistencyStep
{
    std::vector<Inconsistency> findings;
    qint64 examined = 0; ///< Rows.
    QByteArray next;     ///< Where the next step goes on; empty after the last.
};

/// Finds and mends contradictions between what a store holds twice. A writer's role: on its thread nothing changes
/// meanwhile. A pass is many short steps, so that messages are accepted between them.
/// Errors: as StorageWriter; StorageCorrupt when the file itself cannot be read.
class ConsistencyCheck
{
public:
    virtual ~ConsistencyCheck() = default;

    /// Examines the next `rows` rows from `from` (empty: the beginning). A lease is abandoned when it ended before
    /// `leasesBefore`.
    virtual Result<ConsistencyStep> check(ConsistencyScope scope, const QByteArray &from, int rows,
                                          Timestamp leasesBefore)
        = 0;
    /// Mends one finding in one transaction; a message whose status changes gets an event that says why. Result:
    /// false if it is no longer true.
    virtual Result<bool> repair(const Inconsistency &finding, Timestamp now) = 0;
    /// Sets status and times of the next `rows` messages from `from` to what their events say. Result: `findings` names
    /// those that were different.
    virtual Result<ConsistencyStep> rebuild(const QByteArray &from, int rows) = 0;
};

} // namespace hudhud
