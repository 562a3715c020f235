// SPDX-License-Identifier: GPL-3.0-or-later
// How much waits, by priority: `queue` and its tail say how many there are, `progress` which of them are not simply queued.
#include "sqlite_reader.h"

namespace hudhud {

namespace {

/// The time of acceptance in a key: MessageId::orderKey() is 48 bits of milliseconds and 12 bits that count.
Timestamp acceptedAt(qint64 key)
{
    constexpr int CountingBits = 12;
    return Timestamp(std::chrono::milliseconds(key >> CountingBits));
}

QueueStatistics &ofRank(PriorityStatistics &priorities, qint64 rank)
{
    return priorities.at(static_cast<std::size_t>(PriorityCount - 1 - rank));
}

void noteOldest(QueueStatistics &queue, qint64 key)
{
    const Timestamp time = acceptedAt(key);
    if (!queue.oldestCreatedAt || time < *queue.oldestCreatedAt)
        queue.oldestCreatedAt = time;
}

} // namespace

Result<PriorityStatistics> SqliteReader::queueStatistics(Timestamp now)
{
    return m_queue.readWhole([&](const QueueTail::View &tail) { return countQueues(tail, now); });
}

Result<PriorityStatistics> SqliteReader::countQueues(const QueueTail::View &tail, Timestamp now)
{
    PriorityStatistics priorities;
    const SqliteResetGuard guard(m_queueCounts);
    m_queueCounts.bind(1, now);
    for (;;) {
        const auto row = m_queueCounts.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            break;
        QueueStatistics &queue = ofRank(priorities, m_queueCounts.number(0));
        queue.depth = m_queueCounts.number(1);
        if (!m_queueCounts.isNull(2))
            noteOldest(queue, m_queueCounts.number(2));
    }
    if (auto counted = countTail(tail, now, priorities); !counted)
        return std::unexpected(counted.error());
    if (auto counted = countDue(now, priorities); !counted)
        return std::unexpected(counted.error());
    return priorities;
}

Result<void> SqliteReader::countTail(const QueueTail::View &tail, Timestamp now, PriorityStatistics &priorities)
{
    std::array<bool, PriorityCount> isOldestKnown{};
    for (const QueuePlace &place : tail.places) { // The lowest key comes first.
        QueueStatistics &queue = ofRank(priorities, place.rank);
        ++queue.depth;
        bool &isKnown = isOldestKnown.at(static_cast<std::size_t>(place.rank));
        if (isKnown)
            continue;
        const auto isLater = isScheduled(place.key, now);
        if (!isLater)
            return std::unexpected(isLater.error());
        if (!*isLater) {
            noteOldest(queue, place.key);
            isKnown = true;
        }
    }
    return {};
}

Result<void> SqliteReader::countDue(Timestamp now, PriorityStatistics &priorities)
{
    const SqliteResetGuard guard(m_dueCounts);
    m_dueCounts.bind(1, now);
    for (;;) {
        const auto row = m_dueCounts.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return {};
        QueueStatistics &queue = priorities.at(static_cast<std::size_t>(m_dueCounts.number(0)));
        const auto status = static_cast<MessageStatus>(m_dueCounts.number(1));
        const qint64 count = m_dueCounts.number(2);
        (status == MessageStatus::Processing   ? queue.inFlight
             : status == MessageStatus::Failed ? queue.retrying
                                               : queue.scheduled)
            += count;
        queue.depth -= count;
    }
}

Result<bool> SqliteReader::isScheduled(qint64 key, Timestamp now)
{
    const SqliteResetGuard guard(m_scheduled);
    m_scheduled.bind(1, key);
    m_scheduled.bind(2, now);
    return m_scheduled.step();
}

} // namespace hudhud
