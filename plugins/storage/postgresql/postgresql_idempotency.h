// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/storage.h"
#include "postgresql_connection.h"

#include <span>

namespace hudhud {

class PostgresqlWriter;

/// Requests that came with an idempotency key. A key is taken before its messages are stored: two nodes that get the same
/// request meet on it, and the second waits for what becomes of the first. Thread: the writer's; within its transactions.
class PostgresqlIdempotency
{
public:
    explicit PostgresqlIdempotency(PostgresqlWriter &writer)
        : m_writer(writer)
    {
    }

    /// Stores the requests `claims` of the batch, whose keys and ids differ, and says in `outcome` what became of them and
    /// of their messages.
    Result<void> store(const WriteBatch &batch, std::span<const std::size_t> claims, CommitOutcome &outcome);
    /// What an earlier request of the same key has left; nothing when the key is new, and then it is taken.
    /// Errors: IdempotencyMismatch.
    Result<std::optional<ClaimOutcome>> take(const IdempotencyClaim &claim, std::span<const MessageId> ids);

private:
    using Outcomes = std::vector<Result<std::optional<ClaimOutcome>>>;

    /// `take` for many: one result for each.
    Result<Outcomes> takeAll(std::span<const IdempotencyClaim *const> claims, std::span<const QByteArray> ids);
    Result<void> giveBack(std::span<const IdempotencyClaim *const> claims);

    PostgresqlWriter &m_writer;
};

} // namespace hudhud
