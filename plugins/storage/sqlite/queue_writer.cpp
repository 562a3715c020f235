// SPDX-License-Identifier: GPL-3.0-or-later
#include "queue_writer.h"

#include "sqlite_queries.h"

#include <algorithm>
#include <utility>

namespace hudhud {

namespace {

/// Moved with a commit in any case; twice as many as it accepts come on top, so that a generation has gone before the
/// next one is full.
constexpr qint64 MovedAtLeast = 64;

/// Names a row of `queue` by its primary key, as every statement on one row does.
void bindEntry(SqliteStatement &statement, const QueueEntry &entry)
{
    statement.bind(1, entry.recipient);
    statement.bind(2, entry.place.rank);
    statement.bind(3, entry.place.key);
}

} // namespace

Result<void> QueueWriter::restore(SqliteConnection &connection, QueueTail &tail)
{
    SqliteStatement bounds;
    SqliteStatement messages;
    SqliteStatement queued;
    if (auto prepared = prepareQueries(connection,
                                       {{bounds, "select_tail"},
                                        {messages, "select_above_watermark"},
                                        {queued, "select_queued"}});
        !prepared)
        return prepared;
    const auto row = bounds.step();
    if (!row)
        return std::unexpected(row.error());
    const qint64 target = bounds.number(1);
    const qint64 version = bounds.number(2);
    std::vector<QueueTail::Change> changes;
    messages.bind(1, bounds.number(0));
    bounds.reset();
    for (;;) {
        const auto message = messages.step();
        if (!message)
            return std::unexpected(message.error());
        if (!*message)
            break;
        if (!isPending(static_cast<MessageStatus>(messages.number(3))))
            continue;
        const QueueEntry entry{messages.number(1),
                               {rankOf(static_cast<Priority>(messages.number(2))), messages.number(0)}};
        if (entry.place.key <= target) {
            const SqliteResetGuard guard(queued);
            bindEntry(queued, entry);
            const auto isQueued = queued.step();
            if (!isQueued)
                return std::unexpected(isQueued.error());
            if (*isQueued)
                continue;
        }
        changes.push_back({entry, true});
    }
    tail.publish(changes, version);
    return {};
}

Result<void> QueueWriter::prepare(SqliteConnection &connection)
{
    SqliteStatement bounds;
    SqliteStatement above;
    if (auto prepared = prepareQueries(connection,
                                       {{bounds, "select_tail"},
                                        {above, "measure_tail"},
                                        {m_insert, "insert_queue"},
                                        {m_delete, "delete_queue"},
                                        {m_update, "update_tail"}});
        !prepared)
        return prepared;
    if (const auto row = bounds.step(); !row)
        return std::unexpected(row.error());
    m_bounds.watermark = bounds.number(0);
    m_bounds.target = bounds.number(1);
    m_bounds.version = bounds.number(2);
    bounds.reset();
    above.bind(1, m_bounds.watermark);
    if (const auto row = above.step(); !row)
        return std::unexpected(row.error());
    m_bounds.highest = std::max(m_bounds.target, above.number(0));
    m_bounds.young = above.number(1);
    above.reset();
    // Without knowing the generations of the former run: when there is more than one, all of it moves.
    if (m_bounds.young >= m_generation) {
        m_bounds.target = m_bounds.highest;
        m_bounds.young = 0;
    }
    m_bounds.ageing = m_bounds.target;
    m_committed = m_bounds;
    m_leaving = m_tail.entriesUpTo(m_bounds.target);
    return {};
}

Result<void> QueueWriter::enqueue(const QueueEntry &entry)
{
    if (entry.place.key <= m_bounds.target)
        return insert(entry);
    m_bounds.highest = std::max(m_bounds.highest, entry.place.key);
    m_changes.push_back({entry, true});
    return {};
}

Result<void> QueueWriter::dequeue(const QueueEntry &entry)
{
    if (entry.place.key > m_bounds.target || m_leaving.erase(entry) > 0) {
        m_changes.push_back({entry, false});
        return {};
    }
    return removeFromTable(entry);
}

Result<void> QueueWriter::removeFromTable(const QueueEntry &entry)
{
    m_isQueueChanged = true;
    bindEntry(m_delete, entry);
    return m_delete.run();
}

Result<void> QueueWriter::finish(qint64 accepted)
{
    if (accepted > 0) {
        if (auto moved = moveSome(accepted); !moved)
            return moved;
    }
    if (!m_isQueueChanged)
        return {};
    ++m_bounds.version;
    m_update.bind(1, m_bounds.watermark);
    m_update.bind(2, m_bounds.target);
    m_update.bind(3, m_bounds.version);
    return m_update.run();
}

Result<void> QueueWriter::moveSome(qint64 accepted)
{
    m_bounds.young += accepted;
    for (qint64 count = MovedAtLeast + 2 * accepted; count > 0 && !m_leaving.empty(); --count) {
        const auto entry = m_leaving.extract(m_leaving.begin()).value();
        if (auto inserted = insert(entry); !inserted)
            return inserted;
        m_changes.push_back({entry, false});
    }
    if (m_leaving.empty() && m_bounds.watermark != m_bounds.target) {
        m_bounds.watermark = m_bounds.target;
        m_isQueueChanged = true;
    }
    return {};
}

Result<void> QueueWriter::insert(const QueueEntry &entry)
{
    m_isQueueChanged = true;
    bindEntry(m_insert, entry);
    return m_insert.run();
}

void QueueWriter::publish()
{
    m_tail.publish(m_changes, m_bounds.version);
    m_changes.clear();
    m_isQueueChanged = false;
    if (m_bounds.young >= m_generation && m_leaving.empty()) {
        m_bounds.target = std::exchange(m_bounds.ageing, m_bounds.highest);
        m_bounds.young = 0;
        m_leaving = m_tail.entriesUpTo(m_bounds.target);
    }
    m_committed = m_bounds;
}

void QueueWriter::discard()
{
    m_changes.clear();
    m_isQueueChanged = false;
    m_bounds = m_committed;
    m_leaving = m_tail.entriesUpTo(m_bounds.target);
}

} // namespace hudhud
