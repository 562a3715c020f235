// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/consistency.h"
#include "plugin-api/transition_rules.h"
#include "queue_tail.h"
#include "sql/sqlite_statement.h"

namespace hudhud {

class SqliteWriter;

/// Compares message, queue, tail, progress and history with each other. A pass walks queue, then message, then
/// progress, each in the order of its key. Thread: the writer's, which outlives it.
class SqliteConsistency final : public ConsistencyCheck
{
public:
    explicit SqliteConsistency(SqliteWriter &writer)
        : m_writer(writer)
    {
    }
    Result<void> prepare();

    Result<ConsistencyStep> check(ConsistencyScope scope, const QByteArray &from, int rows,
                                  Timestamp leasesBefore) override;
    Result<bool> repair(const Inconsistency &finding, Timestamp now) override;
    Result<ConsistencyStep> rebuild(const QByteArray &from, int rows) override;

private:
    enum class Table : quint8 { Queue, Message, Progress };
    /// Where a step goes on; as text "<table>/<recipient>/<rank>/<key>".
    struct Cursor
    {
        Table table = Table::Queue;
        QueueEntry entry;

        static Result<Cursor> fromText(const QByteArray &text);
        QByteArray toText() const;
    };
    /// A message with what is stored about it beside its content.
    struct Row
    {
        qint64 key = 0;
        MessageId id;
        QueueEntry entry;
        Timestamp createdAt{};
        bool hasProgress = false;
        MessageState state;
        QByteArray history;
        bool isInTable = false; ///< In `queue`.
    };

    Result<void> checkQueue(Cursor &cursor, int rows, ConsistencyStep &step);
    Result<void> checkMessages(Cursor &cursor, int rows, Timestamp leasesBefore, ConsistencyStep &step);
    Result<void> checkProgress(Cursor &cursor, int rows, ConsistencyStep &step);
    Row readRow() const;
    Result<std::optional<Row>> loadRow(qint64 key);
    std::vector<Inconsistency> findingsOf(const Row &row, Timestamp leasesBefore) const;
    /// Errors: StorageCorrupt when the history cannot be read.
    Result<MessageState> stateFromEvents(const Row &row) const;

    Result<bool> repairEntry(const QueueEntry &entry);
    Result<bool> repairRow(const Inconsistency &finding, qint64 key, Timestamp now);
    Result<void> storeState(const Row &row, const MessageState &state);
    Result<void> requeue(const Row &row, bool isPending);

    SqliteWriter &m_writer;
    SqliteStatement m_checkQueue;
    SqliteStatement m_checkMessages;
    SqliteStatement m_checkProgress;
    SqliteStatement m_rebuild;
    SqliteStatement m_deleteProgress;
};

} // namespace hudhud
