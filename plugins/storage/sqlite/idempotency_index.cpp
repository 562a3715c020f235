// SPDX-License-Identifier: GPL-3.0-or-later
#include "idempotency_index.h"

#include "message_loader.h"
#include "sqlite_queries.h"

#include <algorithm>

namespace hudhud {

namespace {

/// Moved with a commit in any case; twice as many as it adds come on top, so that a generation has gone before the next
/// one is full.
constexpr std::size_t MovedAtLeast = 64;

/// The number of no record: in place of one that was removed while its generation moves.
constexpr qint64 RemovedRow = 0;

void bindEntry(SqliteStatement &statement, const IdempotencyEntry &entry)
{
    statement.bind(1, entry.hash);
    statement.bind(2, entry.number);
}

} // namespace

IdempotencyIndex::IdempotencyIndex(qint64 limit)
    : m_generation(static_cast<std::size_t>(std::max<qint64>(1, limit / 2)))
    , m_young(m_generation)
{
}

Result<void> IdempotencyIndex::prepare(SqliteConnection &connection)
{
    if (auto prepared = prepareQueries(connection,
                                       {{m_insert, "insert_idempotency_index"},
                                        {m_select, "select_idempotency_index"},
                                        {m_delete, "delete_idempotency_index"},
                                        {m_updateWatermark, "update_idempotency_tail"}});
        !prepared)
        return prepared;
    return restore(connection);
}

Result<void> IdempotencyIndex::restore(SqliteConnection &connection)
{
    SqliteStatement watermark;
    SqliteStatement above;
    if (auto prepared = prepareQueries(connection,
                                       {{watermark, "select_idempotency_tail"},
                                        {above, "select_idempotency_above"}});
        !prepared)
        return prepared;
    if (const auto row = watermark.step(); !row)
        return std::unexpected(row.error());
    m_watermark = watermark.number(0);
    watermark.reset();
    above.bind(1, m_watermark);
    for (;;) {
        const auto row = above.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            break;
        m_young.add({above.number(0), above.number(1)});
    }
    if (m_young.size() >= m_generation)
        startMoving();
    return {};
}

Result<std::vector<qint64>> IdempotencyIndex::find(qint64 hash)
{
    std::vector<qint64> numbers;
    m_young.find(hash, numbers);
    for (const IdempotencyEntry &leaving : std::ranges::equal_range(m_leaving, hash, {}, &IdempotencyEntry::hash))
        numbers.push_back(leaving.number);
    m_select.bind(1, hash);
    const auto moved = readKeys(m_select);
    if (!moved)
        return moved;
    numbers.insert(numbers.end(), moved->begin(), moved->end());
    return numbers;
}

qint64 IdempotencyIndex::nextNumber(Timestamp expiresAt)
{
    constexpr qint64 SequenceMask = (qint64(1) << IdempotencyEntry::SequenceBits) - 1;
    return (expiresAt.time_since_epoch().count() << IdempotencyEntry::SequenceBits) | (m_sequence++ & SequenceMask);
}

Result<void> IdempotencyIndex::add(const IdempotencyEntry &entry)
{
    if (entry.number <= std::max(m_watermark, m_highestLeaving)) {
        bindEntry(m_insert, entry);
        return m_insert.run();
    }
    m_young.add(entry);
    m_added.push_back(entry);
    return {};
}

Result<void> IdempotencyIndex::remove(const IdempotencyEntry &entry)
{
    m_removed.push_back(entry);
    bindEntry(m_delete, entry);
    return m_delete.run();
}

Result<void> IdempotencyIndex::finish()
{
    return m_added.empty() ? Result<void>() : moveSome();
}

Result<void> IdempotencyIndex::moveSome()
{
    if (m_leaving.empty())
        return {};
    const std::size_t end = std::min(m_leaving.size(), m_moved + MovedAtLeast + 2 * m_added.size());
    for (; m_moved < end; ++m_moved) {
        const IdempotencyEntry &entry = m_leaving[m_moved];
        if (entry.number == RemovedRow || std::ranges::find(m_removed, entry) != m_removed.end())
            continue;
        bindEntry(m_insert, entry);
        if (auto inserted = m_insert.run(); !inserted)
            return inserted;
    }
    if (m_moved < m_leaving.size())
        return {};
    m_updateWatermark.bind(1, m_highestLeaving);
    return m_updateWatermark.run();
}

void IdempotencyIndex::publish()
{
    for (const IdempotencyEntry &entry : m_removed)
        forget(entry);
    m_removed.clear();
    m_added.clear();
    if (m_moved == m_leaving.size() && !m_leaving.empty()) {
        m_watermark = m_highestLeaving;
        m_leaving.clear();
        m_moved = 0;
    }
    if (m_leaving.empty() && m_young.size() >= m_generation)
        startMoving();
    m_committedMoved = m_moved;
}

void IdempotencyIndex::discard()
{
    for (const IdempotencyEntry &entry : m_added)
        forget(entry);
    m_added.clear();
    m_removed.clear();
    m_moved = m_committedMoved;
}

void IdempotencyIndex::forget(const IdempotencyEntry &entry)
{
    if (entry.number <= m_watermark)
        return;
    m_young.remove(entry);
    for (IdempotencyEntry &leaving : std::ranges::equal_range(m_leaving, entry.hash, {}, &IdempotencyEntry::hash)) {
        if (leaving.number == entry.number)
            leaving.number = RemovedRow;
    }
}

void IdempotencyIndex::startMoving()
{
    m_leaving = m_young.takeSorted();
    m_highestLeaving = std::ranges::max(m_leaving, {}, &IdempotencyEntry::number).number;
    m_moved = 0;
}

} // namespace hudhud
