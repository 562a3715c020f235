// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "message_loader.h"
#include "plugin-api/dead_letters.h"
#include "sql/sqlite_connection.h"

namespace hudhud {

class SqliteWriter;

/// What a job has to know of a message.
struct StoredStanding
{
    DeadLetterStanding standing;
    MessageId id;
    qint64 recipient = 0;
};
/// `select`: select_standing.sql.
Result<StoredStanding> readStanding(SqliteStatement &select, qint64 key);

/// Ownership: the reader's part.
class SqliteDeadLetterReader final : public DeadLetterReader
{
public:
    explicit SqliteDeadLetterReader(MessageLoader &loader)
        : m_loader(loader)
    {
    }
    Result<void> prepare(SqliteConnection &connection);

    Result<std::vector<DeadLetterRecord>> list(const DeadLetterFilter &filter, const std::optional<DeadLetterCursor> &cursor,
                                         int limit) override;
    Result<std::optional<DeadLetterRecord>> find(const MessageId &id) override;
    Result<std::vector<DeadLetterGroup>> groups(int limit) override;
    Result<qint64> count(const DeadLetterFilter &filter) override;
    Result<RefusalCounts> preview(JobKind kind, const DeadLetterSelection &selection, bool includesPoison,
                                  Timestamp now) override;

private:
    Result<std::vector<DeadLetterRecord>> readLetters(SqliteStatement &statement);

    MessageLoader &m_loader;
    SqliteStatement m_list;
    SqliteStatement m_select;
    SqliteStatement m_groups;
    SqliteStatement m_count;
    SqliteStatement m_preview;
    SqliteStatement m_standing;
};

/// Ownership: the writer's part.
class SqliteDeadLetterWriter final : public DeadLetterWriter
{
public:
    explicit SqliteDeadLetterWriter(SqliteWriter &writer)
        : m_writer(writer)
    {
    }
    Result<void> prepare(SqliteConnection &connection);

    Result<void> replaceEdited(const Message &corrected, const QByteArray &reason, const AuditRecord &audit) override;
    Result<int> purgeDiscarded(Timestamp before, int limit) override;

private:
    SqliteWriter &m_writer;
    SqliteStatement m_standing;
    SqliteStatement m_selectDiscarded;
};

} // namespace hudhud
