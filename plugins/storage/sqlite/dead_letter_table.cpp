// SPDX-License-Identifier: GPL-3.0-or-later
#include "dead_letter_table.h"

#include "plugin-api/job_rules.h"
#include "sqlite_queries.h"

namespace hudhud {

Result<void> DeadLetterTable::prepare(SqliteConnection &connection)
{
    return prepareQueries(connection,
                          {{m_upsert, "upsert_dead_letter"},
                           {m_leave, "leave_dead_letters"},
                           {m_insertEdited, "insert_edited"},
                           {m_updateReplay, "update_replay"},
                           {m_updateDiscard, "update_discard"},
                           {m_delete, "delete_dead_letter"}});
}

Result<void> DeadLetterTable::noteTransition(qint64 key, qint64 recipient, const MessageState &state,
                                             const QByteArray &failureReason, const StatusTransition &transition)
{
    if (state.status != MessageStatus::DeadLetter) {
        m_leave.bind(1, key);
        return m_leave.run();
    }
    const DeadLetterReason reason = deathReasonOf(transition);
    const QByteArray signature = deathSignature(reason, failureReason);
    m_upsert.bind(1, key);
    m_upsert.bind(2, state.movedToDlqAt);
    m_upsert.bind(3, static_cast<qint64>(reason));
    m_upsert.bind(4, static_cast<qint64>(transition.failureClass));
    m_upsert.bind(5, qint64(state.retryCount));
    m_upsert.bind(6, recipient);
    m_upsert.bindText(7, signature);
    return m_upsert.run();
}

Result<void> DeadLetterTable::noteEdited(qint64 key, qint64 recipient, const MessageId &editedFrom)
{
    m_insertEdited.bind(1, key);
    m_insertEdited.bind(2, recipient);
    m_insertEdited.bindBlob(3, editedFrom.view());
    return m_insertEdited.run();
}

Result<void> DeadLetterTable::noteReplay(qint64 key, qint64 job)
{
    m_updateReplay.bind(1, key);
    m_updateReplay.bind(2, job);
    return m_updateReplay.run();
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
