// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "queue_tail.h"
#include "sql/sqlite_statement.h"

#include <algorithm>

namespace hudhud {

/// The writer's side of the queue. A message above `target` waits in the tail; once many have been accepted after it,
/// it is moved to `queue`, together with others and in the order of `queue`, so that they share pages. A generation is
/// as many messages as make a quarter of the tail's limit: one is being filled, one ages, one moves; the watermark
/// follows when all of that one have gone. A restart reads the messages above the watermark back.
/// Thread: the writer's. Everything between `begin` of a transaction and `publish` or `discard` belongs together.
class QueueWriter
{
public:
    /// `limit`: about how many messages the tail may hold.
    QueueWriter(QueueTail &tail, qint64 limit)
        : m_tail(tail)
        , m_generation(std::max<qint64>(1, limit / 4))
    {
    }

    /// Reads back what a former run left in the tail, which is empty. Once, before any reader looks.
    static Result<void> restore(SqliteConnection &connection, QueueTail &tail);
    Result<void> prepare(SqliteConnection &connection);

    Result<void> enqueue(const QueueEntry &entry);
    Result<void> dequeue(const QueueEntry &entry);
    bool isInTail(const QueueEntry &entry) const { return m_tail.contains(entry); }
    /// For repairs: whatever the tail holds.
    Result<void> removeFromTable(const QueueEntry &entry);
    /// Last in a transaction: moves some older entries to `queue` if messages were accepted, and notes what has
    /// changed. Only accepting moves, so that deliveries and removals work on a full disk.
    Result<void> finish(qint64 accepted);

    /// The transaction is durable: readers see it from now on.
    void publish();
    /// It was rolled back.
    void discard();

private:
    struct Bounds
    {
        qint64 watermark = 0;
        qint64 target = 0;  ///< Up to here entries move.
        qint64 ageing = 0;  ///< Up to here the next ones to move.
        qint64 highest = 0; ///< The highest key in the tail so far.
        qint64 young = 0;   ///< Messages accepted above `ageing`.
        qint64 version = 0; ///< Of `queue`.
    };

    Result<void> moveSome(qint64 accepted);
    Result<void> insert(const QueueEntry &entry);

    QueueTail &m_tail;
    const qint64 m_generation;
    Bounds m_bounds;
    Bounds m_committed; ///< What `m_bounds` goes back to.
    std::vector<QueueTail::Change> m_changes;
    bool m_isQueueChanged = false;
    /// In the tail and not above `target`: to be moved.
    std::set<QueueEntry> m_leaving;

    SqliteStatement m_insert;
    SqliteStatement m_delete;
    SqliteStatement m_update;
};

} // namespace hudhud
