// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_consistency.h"

#include "postgresql_writer.h"
#include "sql/record_codec.h"

#include <algorithm>

namespace hudhud {

namespace {

constexpr char LeaseAbandonedReason[] = "lease abandoned";
constexpr char HistoryDamagedReason[] = "history was damaged";
constexpr int LastStatus = static_cast<int>(MessageStatus::DeadLetter);

QByteArray statusText(MessageStatus status)
{
    return static_cast<int>(status) <= LastStatus ? messageStatusName(status).toByteArray()
                                                  : "status " + QByteArray::number(static_cast<int>(status));
}

bool isLeased(MessageStatus status)
{
    return status == MessageStatus::Processing || status == MessageStatus::Failed;
}

} // namespace

QByteArray PostgresqlConsistency::Cursor::toText() const
{
    return QByteArray::number(static_cast<int>(table)) + '/' + id.toString();
}

Result<PostgresqlConsistency::Cursor> PostgresqlConsistency::Cursor::fromText(const QByteArray &text)
{
    if (text.isEmpty())
        return Cursor();
    const int table = text.at(0) - '0';
    const auto id = text.size() > 2 && text.at(1) == '/' ? MessageId::fromString(QByteArrayView(text).sliced(2))
                                                         : std::nullopt;
    if (!id || table < 0 || table > static_cast<int>(Table::Finished))
        return std::unexpected(Error::invalidField(QStringLiteral("from"),
                                                   QStringLiteral("is not what the previous step gave as next")));
    return Cursor{static_cast<Table>(table), *id};
}

Result<ConsistencyStep> PostgresqlConsistency::check(ConsistencyScope scope, const QByteArray &from, int rows,
                                                     Timestamp leasesBefore)
{
    auto cursor = Cursor::fromText(from);
    if (!cursor)
        return std::unexpected(cursor.error());
    ConsistencyStep step;
    Result<void> checked;
    switch (cursor->table) {
    case Table::Queue:
        checked = checkQueue(*cursor, rows, step);
        break;
    case Table::Message:
        checked = checkMessages(*cursor, rows, leasesBefore, step);
        break;
    case Table::Finished:
        checked = checkFinished(*cursor, rows, step);
        break;
    }
    if (!checked)
        return std::unexpected(checked.error());
    if (step.examined < rows) {
        if (scope == ConsistencyScope::Queue || cursor->table == Table::Finished)
            return step;
        *cursor = {static_cast<Table>(static_cast<int>(cursor->table) + 1), {}};
    }
    step.next = cursor->toText();
    return step;
}

Result<void> PostgresqlConsistency::checkQueue(Cursor &cursor, int rows, ConsistencyStep &step)
{
    auto row = m_writer.m_connection.run("check_queue", cursor.id, rows);
    if (!row)
        return std::unexpected(row.error());
    while (row->next()) {
        ++step.examined;
        cursor.id = row->id(0);
        const auto status = static_cast<MessageStatus>(row->number(1));
        QByteArray explanation;
        if (!row->flag(2))
            explanation = "The queue holds an entry of a message that does not exist.";
        else if (row->flag(3))
            explanation = "The queue holds the message though it is finished.";
        else if (!row->flag(4))
            explanation = "The queue holds the message under another recipient or priority.";
        else if (!isPending(status))
            explanation = "The queue holds the message though it is " + statusText(status) + '.';
        if (!explanation.isEmpty())
            step.findings.push_back({cursor.id, InconsistencyKind::StrayQueueEntry, explanation, cursor.toText()});
    }
    return {};
}

Result<void> PostgresqlConsistency::checkMessages(Cursor &cursor, int rows, Timestamp leasesBefore, ConsistencyStep &step)
{
    const auto messages = readRows(cursor.id, rows);
    if (!messages)
        return std::unexpected(messages.error());
    for (const Row &row : *messages) {
        ++step.examined;
        cursor.id = row.id;
        std::ranges::move(findingsOf(row, leasesBefore), std::back_inserter(step.findings));
    }
    return {};
}

Result<void> PostgresqlConsistency::checkFinished(Cursor &cursor, int rows, ConsistencyStep &step)
{
    auto row = m_writer.m_connection.run("check_finished", cursor.id, rows);
    if (!row)
        return std::unexpected(row.error());
    while (row->next()) {
        ++step.examined;
        cursor.id = row->id(0);
        if (!row->flag(1)) {
            step.findings.push_back({cursor.id, InconsistencyKind::StrayState,
                                     "There is the state of a message that does not exist.", cursor.toText()});
        }
    }
    return {};
}

Result<std::vector<PostgresqlConsistency::Row>> PostgresqlConsistency::readRows(const MessageId &after, int rows)
{
    auto result = m_writer.m_connection.run("check_messages", after, rows);
    if (!result)
        return std::unexpected(result.error());
    std::vector<Row> read;
    while (result->next()) {
        Row &row = read.emplace_back();
        row.id = result->id(0);
        row.createdAt = result->time(1).value_or(Timestamp());
        row.state.deliverAt = result->time(2);
        row.isQueued = result->flag(3);
        row.isFinished = result->flag(4);
        row.state.status = static_cast<MessageStatus>(result->number(5));
        row.state.dueAt = result->time(6);
        row.state.deliveredAt = result->time(7);
        row.state.lastRetryAt = result->time(8);
        row.state.movedToDlqAt = result->time(9);
        row.history = result->bytes(10);
    }
    return read;
}

std::vector<Inconsistency> PostgresqlConsistency::findingsOf(const Row &row, Timestamp leasesBefore)
{
    std::vector<Inconsistency> findings;
    const auto add = [&](InconsistencyKind kind, const QByteArray &explanation) {
        findings.push_back({row.id, kind, explanation, Cursor{Table::Message, row.id}.toText()});
    };
    const MessageStatus status = row.state.status;
    if (!row.isQueued && !row.isFinished) {
        add(InconsistencyKind::NotQueued, "It is not finished, but the queue does not hold it.");
        return findings;
    }
    const auto state = stateFromEvents(row);
    if (!state)
        add(InconsistencyKind::StatusDiffers, "Its events cannot be read: " + state.error().message().toUtf8());
    else if (state->status != status)
        add(InconsistencyKind::StatusDiffers, "It is stored as " + statusText(status) + ", but its events lead to "
                + statusText(state->status) + '.');
    else if (*state != row.state)
        add(InconsistencyKind::StatusDiffers, "Its times are not those of its events.");
    if (isLeased(status) && (!row.state.dueAt || *row.state.dueAt < leasesBefore)) {
        add(InconsistencyKind::AbandonedLease, "It is " + statusText(status) + " and has been due "
                + (row.state.dueAt ? "since " + toRfc3339(*row.state.dueAt) : QByteArray("never")) + '.');
    }
    return findings;
}

/// Counts, reasons and the due time are not in the events; they stay as they are, unless they contradict the status.
Result<MessageState> PostgresqlConsistency::stateFromEvents(const Row &row)
{
    const auto events = unpackHistory(row.history, row.createdAt, [](quint32) { return QByteArray(); });
    if (!events)
        return std::unexpected(events.error());
    MessageState state;
    for (const MessageEvent &event : *events)
        enterStatus(state, event);
    state.retryCount = row.state.retryCount;
    state.pushCount = row.state.pushCount;
    state.deliverAt = row.state.deliverAt;
    state.deadLetterReason = row.state.deadLetterReason;
    state.replayCount = row.state.replayCount;
    state.replayJob = row.state.replayJob;
    if (row.state.status == state.status || events->empty())
        state.dueAt = row.state.dueAt;
    else if (isLeased(state.status))
        state.dueAt = row.state.dueAt.value_or(events->back().time);
    else if (state.status == MessageStatus::Queued)
        state.dueAt = scheduledAfter(state.deliverAt, events->back().time);
    return state;
}

Result<bool> PostgresqlConsistency::repair(const Inconsistency &finding, Timestamp now)
{
    const auto cursor = Cursor::fromText(finding.place);
    if (!cursor)
        return std::unexpected(cursor.error());
    if (auto numbered = m_writer.numberNode(m_writer.m_shared.node); !numbered)
        return std::unexpected(numbered.error());
    return m_writer.inTransaction([&]() -> Result<bool> {
        switch (finding.kind) {
        case InconsistencyKind::StrayQueueEntry:
            return repairStray("repair_queue", cursor->id);
        case InconsistencyKind::StrayState:
            return repairStray("repair_finished", cursor->id);
        case InconsistencyKind::NotQueued:
            return requeue(cursor->id);
        case InconsistencyKind::StatusDiffers:
        case InconsistencyKind::AbandonedLease:
            break;
        }
        return repairRow(finding, cursor->id, now);
    });
}

Result<bool> PostgresqlConsistency::repairStray(const char *query, const MessageId &id)
{
    const auto repaired = m_writer.m_connection.run(query, id);
    if (!repaired)
        return std::unexpected(repaired.error());
    return repaired->affected() > 0;
}

/// A message without any state begins anew, as it was accepted.
Result<bool> PostgresqlConsistency::requeue(const MessageId &id)
{
    return repairStray("requeue_message", id);
}

Result<bool> PostgresqlConsistency::repairRow(const Inconsistency &finding, const MessageId &id, Timestamp now)
{
    MessageStates states(m_writer.m_connection, m_writer.m_shared.nodes);
    if (auto loaded = states.load(std::span(&id, 1)); !loaded)
        return std::unexpected(loaded.error());
    StoredState *stored = states.find(id);
    if (!stored)
        return false;
    const Row row{id, stored->createdAt, stored->place == StoredState::Place::Queue,
                  stored->place == StoredState::Place::Finished, stored->state, stored->history};
    // A lease that was renewed since is not abandoned.
    const auto findings = findingsOf(row, now);
    if (std::ranges::find(findings, finding.kind, &Inconsistency::kind) == findings.end())
        return false;
    if (finding.kind == InconsistencyKind::AbandonedLease) {
        m_writer.putBack(*stored, now, m_writer.m_shared.node, LeaseAbandonedReason);
    } else if (auto done = repairStatus(*stored, row, now); !done) {
        return std::unexpected(done.error());
    }
    if (auto done = states.store(); !done)
        return std::unexpected(done.error());
    return true;
}

Result<void> PostgresqlConsistency::repairStatus(StoredState &stored, const Row &row, Timestamp now)
{
    if (const auto state = stateFromEvents(row)) {
        stored.state = *state;
        stored.isChanged = true;
        return {};
    }
    // What the row says is all that is left; the history begins anew with it.
    const MessageStatus status
        = static_cast<int>(row.state.status) > LastStatus ? MessageStatus::Queued : row.state.status;
    const MessageEvent event{0, status, now, m_writer.m_shared.node, 0, HistoryDamagedReason};
    stored.history.clear();
    stored.state = {};
    stored.state.deliverAt = row.state.deliverAt;
    stored.append(event, m_writer.m_shared.nodes);
    enterStatus(stored.state, event);
    if (isLeased(status))
        stored.state.dueAt = row.state.dueAt.value_or(now);
    return {};
}

Result<ConsistencyStep> PostgresqlConsistency::rebuild(const QByteArray &from, int rows)
{
    auto cursor = Cursor::fromText(from);
    if (!cursor)
        return std::unexpected(cursor.error());
    return m_writer.inTransaction([&]() -> Result<ConsistencyStep> {
        ConsistencyStep step;
        MessageId last = cursor->id;
        const auto messages = readRows(last, rows);
        if (!messages)
            return std::unexpected(messages.error());
        std::vector<MessageId> differing;
        for (const Row &row : *messages) {
            ++step.examined;
            last = row.id;
            if (const auto state = stateFromEvents(row); (row.isQueued || row.isFinished) && state && *state != row.state)
                differing.push_back(row.id);
        }
        MessageStates states(m_writer.m_connection, m_writer.m_shared.nodes);
        if (auto loaded = states.load(differing); !loaded)
            return std::unexpected(loaded.error());
        for (const MessageId &id : differing) {
            StoredState *stored = states.find(id);
            if (!stored)
                continue;
            const Row row{id, stored->createdAt, true, false, stored->state, stored->history};
            const auto state = stateFromEvents(row);
            if (!state || *state == stored->state)
                continue;
            step.findings.push_back({id, InconsistencyKind::StatusDiffers,
                                     "It was " + statusText(stored->state.status) + " and is " + statusText(state->status)
                                         + " by its events.",
                                     Cursor{Table::Message, id}.toText()});
            stored->state = *state;
            stored->isChanged = true;
        }
        if (auto stored = states.store(); !stored)
            return std::unexpected(stored.error());
        if (step.examined == rows)
            step.next = Cursor{Table::Message, last}.toText();
        return step;
    });
}

} // namespace hudhud
