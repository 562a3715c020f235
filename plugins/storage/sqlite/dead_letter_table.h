// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "core/message.h"
#include "sql/sqlite_statement.h"

namespace hudhud {

/// What table dead_letter says of a message that has died.
struct DeadLetterEntry
{
    qint64 key = 0;
    qint64 recipient = 0;
    Timestamp diedAt{};
    DeadLetterReason reason = DeadLetterReason::PermanentError;
    ErrorClass errorClass = ErrorClass::Transient;
    QByteArray failureReason;
    int attempts = 0;
    int replayCount = 0;
};

/// The dead letters as operators look for them: a row for each message while it is one, written in the transaction that
/// changes the message. Thread: its connection's.
class DeadLetterTable
{
public:
    Result<void> prepare(SqliteConnection &connection);

    Result<void> insert(const DeadLetterEntry &entry);
    /// Discards, or without a time restores.
    Result<void> setDiscarded(qint64 key, std::optional<Timestamp> at, const QByteArray &reason);
    Result<void> remove(qint64 key);

private:
    SqliteStatement m_insert;
    SqliteStatement m_updateDiscard;
    SqliteStatement m_delete;
};

} // namespace hudhud
