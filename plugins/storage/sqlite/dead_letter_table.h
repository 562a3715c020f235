// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/storage.h"
#include "plugin-api/transition_rules.h"
#include "sql/sqlite_statement.h"

namespace hudhud {

/// Keeps table dead_letter in step with the messages, in the transaction that changes them. Thread: its connection's.
class DeadLetterTable
{
public:
    Result<void> prepare(SqliteConnection &connection);

    /// A message has entered or left the dead letters by `transition`, and now stands as `state`.
    Result<void> noteTransition(qint64 key, qint64 recipient, const MessageState &state, const QByteArray &failureReason,
                                const StatusTransition &transition);
    /// A message was stored that is a corrected copy of another.
    Result<void> noteEdited(qint64 key, qint64 recipient, const MessageId &editedFrom);
    Result<void> noteReplay(qint64 key, qint64 job);
    /// Discards, or without a time restores.
    Result<void> setDiscarded(qint64 key, std::optional<Timestamp> at, const QByteArray &reason);
    Result<void> remove(qint64 key);

private:
    SqliteStatement m_upsert;
    SqliteStatement m_leave;
    SqliteStatement m_insertEdited;
    SqliteStatement m_updateReplay;
    SqliteStatement m_updateDiscard;
    SqliteStatement m_delete;
};

} // namespace hudhud
