// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/storage.h"
#include "sql/sqlite_statement.h"

#include <optional>

namespace hudhud {

/// The requests that came with an idempotency key. Thread: the writer's, within its transactions.
class SqliteIdempotency
{
public:
    Result<void> prepare(SqliteConnection &connection);

    /// What was stored under the claim's key, unless its time has ended: then it is removed. Errors:
    /// IdempotencyMismatch when that was another request.
    Result<std::optional<ClaimOutcome>> find(const IdempotencyClaim &claim);
    Result<void> add(const IdempotencyClaim &claim, std::span<const MessageId> ids);
    /// Numbers of records whose time has ended, and their removal.
    Result<std::vector<qint64>> ended(Timestamp now, qint64 limit);
    Result<void> remove(qint64 number);

private:
    SqliteStatement m_insert;
    SqliteStatement m_select;
    SqliteStatement m_selectEnded;
    SqliteStatement m_delete;
};

} // namespace hudhud
