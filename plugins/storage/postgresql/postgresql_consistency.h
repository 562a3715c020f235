// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "message_states.h"
#include "plugin-api/consistency.h"

namespace hudhud {

class PostgresqlWriter;

/// Compares message, queue, finished and history with each other. A pass walks queue, then message, then finished, each in
/// the order of ids; a step is one statement, so what other nodes change meanwhile contradicts nothing. Thread: the writer's.
class PostgresqlConsistency final : public ConsistencyCheck
{
public:
    explicit PostgresqlConsistency(PostgresqlWriter &writer)
        : m_writer(writer)
    {
    }

    Result<ConsistencyStep> check(ConsistencyScope scope, const QByteArray &from, int rows,
                                  Timestamp leasesBefore) override;
    Result<bool> repair(const Inconsistency &finding, Timestamp now) override;
    Result<ConsistencyStep> rebuild(const QByteArray &from, int rows) override;

private:
    enum class Table : quint8 { Queue, Message, Finished };
    /// Where a step goes on; as text "<table>/<id>".
    struct Cursor
    {
        Table table = Table::Queue;
        MessageId id;

        static Result<Cursor> fromText(const QByteArray &text);
        QByteArray toText() const;
    };
    /// A message with what is stored about it beside its content.
    struct Row
    {
        MessageId id;
        Timestamp createdAt{};
        bool isQueued = false;
        bool isFinished = false;
        MessageState state; ///< As queue has it, else as finished has it.
        QByteArray history;
    };

    Result<void> checkQueue(Cursor &cursor, int rows, ConsistencyStep &step);
    Result<void> checkMessages(Cursor &cursor, int rows, Timestamp leasesBefore, ConsistencyStep &step);
    Result<void> checkFinished(Cursor &cursor, int rows, ConsistencyStep &step);
    Result<std::vector<Row>> readRows(const MessageId &after, int rows);
    static std::vector<Inconsistency> findingsOf(const Row &row, Timestamp leasesBefore);
    /// Errors: StorageCorrupt when the history cannot be read.
    static Result<MessageState> stateFromEvents(const Row &row);

    // Each within a transaction.
    Result<bool> repairStray(const char *query, const MessageId &id);
    Result<bool> repairRow(const Inconsistency &finding, const MessageId &id, Timestamp now);
    Result<void> repairStatus(StoredState &stored, const Row &row, Timestamp now);
    Result<bool> requeue(const MessageId &id);

    PostgresqlWriter &m_writer;
};

} // namespace hudhud
