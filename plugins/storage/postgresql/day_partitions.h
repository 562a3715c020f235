// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "postgresql_connection.h"

#include <mutex>
#include <set>
#include <span>

namespace hudhud {

/// The partitions of message and finished: one of each for every day (UTC) of ids. Made before the first message of the
/// day arrives; dropped whole once everything in them may go. What must stay moves to the default partitions before, so
/// neither deletes nor vacuum ever walk over what has been delivered. Thread: any, each with its own connection.
class DayPartitions
{
public:
    using Day = std::chrono::sys_days;

    static Day dayOf(const MessageId &id);
    static Day dayOf(Timestamp time) { return std::chrono::floor<std::chrono::days>(time); }
    /// The lowest id of a time.
    static MessageId firstId(Timestamp time);

    /// Makes what is missing for these ids. Ids of days before `now`'s eve belong to the default partitions. Not within a
    /// transaction.
    Result<void> ensure(PostgresqlConnection &connection, std::span<const MessageId> ids, Timestamp now);
    Result<void> ensure(PostgresqlConnection &connection, Day day);

    /// Drops one day that ended before `deliveredBefore`, if there is one in which not too much has to stay. Result: whether
    /// it did. Not within a transaction.
    Result<bool> dropOne(PostgresqlConnection &connection, Timestamp deliveredBefore, Timestamp deadBefore);

private:
    Result<void> create(PostgresqlConnection &connection, Day day);
    Result<bool> drop(PostgresqlConnection &connection, Day day, Timestamp deliveredBefore, Timestamp deadBefore);

    std::mutex m_mutex; ///< Guards the days.
    std::set<Day> m_known;
};

} // namespace hudhud
