// SPDX-License-Identifier: GPL-3.0-or-later
#include "dead_letter_table.h"

#include "plugin-api/job_rules.h"
#include "sqlite_queries.h"

namespace hudhud {

Result<void> DeadLetterTable::prepare(SqliteConnection &connection)
{
    return prepareQueries(connection,
                          {{m_insert, "insert_dead_letter"},
                           {m_updateDiscard, "update_discard"},
                           {m_delete, "delete_dead_letter"}});
}

Result<void> DeadLetterTable::insert(const DeadLetterEntry &entry)
{
    const QByteArray signature = deathSignature(entry.reason, entry.failureReason);
    m_insert.bind(1, entry.key);
    m_insert.bind(2, entry.diedAt);
    m_insert.bind(3, static_cast<qint64>(entry.reason));
    m_insert.bind(4, static_cast<qint64>(entry.errorClass));
    m_insert.bind(5, qint64(entry.attempts));
    m_insert.bind(6, entry.recipient);
    m_insert.bindText(7, signature);
    m_insert.bind(8, qint64(entry.replayCount));
    return m_insert.run();
}

Result<void> DeadLetterTable::setDiscarded(qint64 key, std::optional<Timestamp> at, const QByteArray &reason)
{
    m_updateDiscard.bind(1, key);
    m_updateDiscard.bind(2, at);
    m_updateDiscard.bindText(3, reason);
    return m_updateDiscard.run();
}

Result<void> DeadLetterTable::remove(qint64 key)
{
    m_delete.bind(1, key);
    return m_delete.run();
}

} // namespace hudhud
