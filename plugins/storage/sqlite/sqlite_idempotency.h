// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "idempotency_index.h"
#include "plugin-api/storage.h"

#include <optional>

namespace hudhud {

/// The requests that came with an idempotency key. Thread: the writer's, within its transactions.
class SqliteIdempotency
{
public:
    explicit SqliteIdempotency(IdempotencyIndex index)
        : m_index(std::move(index))
    {
    }

    Result<void> prepare(SqliteConnection &connection);

    /// What was stored under the claim's key, unless its time has ended: then it is removed. Errors:
    /// IdempotencyMismatch when that was another request.
    Result<std::optional<ClaimOutcome>> find(const IdempotencyClaim &claim);
    Result<void> add(const IdempotencyClaim &claim, std::span<const MessageId> ids);
    /// Records whose time has ended, and their removal.
    Result<std::vector<IdempotencyEntry>> ended(Timestamp now, qint64 limit);
    Result<void> remove(const IdempotencyEntry &entry);

    // The end of a transaction, as of IdempotencyIndex.
    Result<void> finish() { return m_index.finish(); }
    void publish() { m_index.publish(); }
    void discard() { m_index.discard(); }

private:
    Result<std::optional<ClaimOutcome>> read(const IdempotencyClaim &claim, const IdempotencyEntry &entry);

    IdempotencyIndex m_index;
    SqliteStatement m_insert;
    SqliteStatement m_select;
    SqliteStatement m_selectEnded;
    SqliteStatement m_delete;
};

} // namespace hudhud
