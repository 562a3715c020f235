// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/dead_letters.h"
#include "postgresql_connection.h"

#include <span>
#include <unordered_map>

namespace hudhud {

class PostgresqlWriter;

/// What jobs have to know of messages; those that are not stored are missing.
using Standings = std::unordered_map<MessageId, DeadLetterStanding>;
Result<Standings> readStandings(PostgresqlConnection &connection, std::span<const MessageId> ids);
DeadLetterStanding standingOf(const Standings &standings, const MessageId &id);

/// Ownership: the reader's part.
class PostgresqlDeadLetterReader final : public DeadLetterReader
{
public:
    explicit PostgresqlDeadLetterReader(PostgresqlConnection &connection)
        : m_connection(connection)
    {
    }

    Result<std::vector<DeadLetterRecord>> list(const DeadLetterFilter &filter,
                                               const std::optional<DeadLetterCursor> &cursor, int limit) override;
    Result<std::optional<DeadLetterRecord>> find(const MessageId &id) override;
    Result<std::vector<DeadLetterGroup>> groups(int limit) override;
    Result<qint64> count(const DeadLetterFilter &filter) override;
    Result<RefusalCounts> preview(JobKind kind, const DeadLetterSelection &selection, bool includesPoison,
                                  Timestamp now) override;

private:
    Result<std::vector<DeadLetterRecord>> readLetters(Result<Rows> rows);

    PostgresqlConnection &m_connection;
};

/// Ownership: the writer's part.
class PostgresqlDeadLetterWriter final : public DeadLetterWriter
{
public:
    explicit PostgresqlDeadLetterWriter(PostgresqlWriter &writer)
        : m_writer(writer)
    {
    }

    Result<void> replaceEdited(const Message &corrected, const QByteArray &reason, const AuditRecord &audit) override;
    Result<int> purgeDiscarded(Timestamp before, int limit) override;

private:
    Result<void> replaceWithin(const MessagePointer &corrected, const QByteArray &reason, const AuditRecord &audit);

    PostgresqlWriter &m_writer;
};

} // namespace hudhud
