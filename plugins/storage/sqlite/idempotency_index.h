// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "idempotency_tail.h"
#include "sql/sqlite_statement.h"

namespace hudhud {

/// Finds idempotency records by the hash of their key. A hash lies anywhere in the table `idempotency_index`, so each
/// record would change another page of it; instead the youngest records are found through memory. Once many have
/// gathered, they move to the table in its order, some with each commit, so that they share pages. A generation is as
/// many as make half of the limit: one is being filled while the one before it moves; the watermark follows when all of
/// that one have. A record that ends before one that has begun to move goes to the table at once: that is the rule only
/// when requests are kept for different times. A restart reads the records above the watermark back.
/// Thread: the writer's. Everything between `begin` of a transaction and `publish` or `discard` belongs together.
class IdempotencyIndex
{
public:
    /// `limit`: about how many records are found through memory.
    explicit IdempotencyIndex(qint64 limit);

    Result<void> prepare(SqliteConnection &connection);

    /// Numbers of records that may have the hash: those of other keys, removed ones and doubles can be among them.
    Result<std::vector<qint64>> find(qint64 hash);
    /// A number that is probably free.
    qint64 nextNumber(Timestamp expiresAt);
    Result<void> add(const IdempotencyEntry &entry);
    Result<void> remove(const IdempotencyEntry &entry);
    /// Last in a transaction: moves some older entries if it added some. Only adding moves, so that removals work on a
    /// full disk.
    Result<void> finish();

    /// The transaction is durable.
    void publish();
    /// It was rolled back.
    void discard();

private:
    Result<void> restore(SqliteConnection &connection);
    Result<void> moveSome();
    void startMoving();
    void forget(const IdempotencyEntry &entry);

    const std::size_t m_generation;
    qint64 m_watermark = 0;
    qint64 m_sequence = 0;
    IdempotencyTail m_young;
    std::vector<IdempotencyEntry> m_leaving; ///< In order; found here until the last of them has moved.
    qint64 m_highestLeaving = 0;
    std::size_t m_moved = 0; ///< How many of `m_leaving`.
    std::size_t m_committedMoved = 0;
    // Of the transaction.
    std::vector<IdempotencyEntry> m_added;
    std::vector<IdempotencyEntry> m_removed;

    SqliteStatement m_insert;
    SqliteStatement m_select;
    SqliteStatement m_delete;
    SqliteStatement m_updateWatermark;
};

} // namespace hudhud
