// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_consistency.h"

#include "sql/record_codec.h"
#include "sqlite_queries.h"
#include "sqlite_writer.h"

#include <array>

namespace hudhud {

namespace {

constexpr char LeaseAbandonedReason[] = "lease abandoned";
constexpr char HistoryDamagedReason[] = "history was damaged";
constexpr int LastStatus = static_cast<int>(MessageStatus::DeadLetter);

/// An id that has this order key, for what has no message.
MessageId idOfKey(qint64 key)
{
    MessageId::Bytes bytes{};
    const qint64 milliseconds = key >> 12;
    for (int i = 0; i < 6; ++i)
        bytes[static_cast<std::size_t>(i)] = static_cast<quint8>(milliseconds >> (40 - 8 * i));
    bytes[6] = static_cast<quint8>(0x70 | ((key >> 8) & 0x0F));
    bytes[7] = static_cast<quint8>(key);
    bytes[8] = 0x80;
    return MessageId(bytes);
}

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

Result<void> SqliteConsistency::prepare()
{
    return prepareQueries(m_writer.m_connection,
                          {{m_checkQueue, "check_queue"},
                           {m_checkMessages, "check_messages"},
                           {m_checkProgress, "check_progress"},
                           {m_rebuild, "rebuild_progress"},
                           {m_deleteProgress, "delete_progress"}});
}

QByteArray SqliteConsistency::Cursor::toText() const
{
    return QByteArray::number(static_cast<int>(table)) + '/' + QByteArray::number(entry.recipient) + '/'
        + QByteArray::number(entry.place.rank) + '/' + QByteArray::number(entry.place.key);
}

Result<SqliteConsistency::Cursor> SqliteConsistency::Cursor::fromText(const QByteArray &text)
{
    if (text.isEmpty())
        return Cursor{Table::Queue, {-1, {-1, -1}}};
    std::array<qint64, 4> numbers{};
    const auto parts = text.split('/');
    bool isNumber = parts.size() == std::ssize(numbers);
    for (std::size_t i = 0; isNumber && i < numbers.size(); ++i)
        numbers[i] = parts[static_cast<qsizetype>(i)].toLongLong(&isNumber);
    if (!isNumber || numbers[0] < 0 || numbers[0] > static_cast<int>(Table::Progress))
        return std::unexpected(Error::invalidField(QStringLiteral("from"),
                                                   QStringLiteral("is not what the previous step gave as next")));
    return Cursor{static_cast<Table>(numbers[0]), {numbers[1], {numbers[2], numbers[3]}}};
}

Result<ConsistencyStep> SqliteConsistency::check(ConsistencyScope scope, const QByteArray &from, int rows,
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
    case Table::Progress:
        checked = checkProgress(*cursor, rows, step);
        break;
    }
    if (!checked)
        return std::unexpected(checked.error());
    if (step.examined < rows) {
        const bool isLast = scope == ConsistencyScope::Queue || cursor->table == Table::Progress;
        if (isLast)
            return step;
        *cursor = {static_cast<Table>(static_cast<int>(cursor->table) + 1), {-1, {-1, -1}}};
    }
    step.next = cursor->toText();
    return step;
}

Result<void> SqliteConsistency::checkQueue(Cursor &cursor, int rows, ConsistencyStep &step)
{
    const SqliteResetGuard guard(m_checkQueue);
    m_checkQueue.bind(1, cursor.entry.recipient);
    m_checkQueue.bind(2, cursor.entry.place.rank);
    m_checkQueue.bind(3, cursor.entry.place.key);
    m_checkQueue.bind(4, qint64(rows));
    for (;;) {
        const auto row = m_checkQueue.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return {};
        ++step.examined;
        cursor.entry = {m_checkQueue.number(0), {m_checkQueue.number(1), m_checkQueue.number(2)}};
        QByteArray explanation;
        MessageId id = idOfKey(cursor.entry.place.key);
        if (m_checkQueue.isNull(3)) {
            explanation = "The queue holds an entry of a message that does not exist.";
        } else {
            id = MessageId::fromBytes(m_checkQueue.bytes(3)).value_or(id);
            const auto status = static_cast<MessageStatus>(m_checkQueue.number(6));
            const bool isItsPlace = m_checkQueue.number(4) == cursor.entry.recipient
                && rankOf(static_cast<Priority>(m_checkQueue.number(5))) == cursor.entry.place.rank;
            if (!isPending(status))
                explanation = "The queue holds the message though it is " + statusText(status) + '.';
            else if (!isItsPlace)
                explanation = "The queue holds the message under another recipient or priority.";
            else if (m_writer.m_queue.isInTail(cursor.entry))
                explanation = "The queue holds the message twice.";
        }
        if (!explanation.isEmpty())
            step.findings.push_back({id, InconsistencyKind::StrayQueueEntry, explanation, cursor.toText()});
    }
}

Result<void> SqliteConsistency::checkMessages(Cursor &cursor, int rows, Timestamp leasesBefore,
                                              ConsistencyStep &step)
{
    const SqliteResetGuard guard(m_checkMessages);
    m_checkMessages.bind(1, cursor.entry.place.key);
    m_checkMessages.bind(2, qint64(rows));
    for (;;) {
        const auto hasRow = m_checkMessages.step();
        if (!hasRow)
            return std::unexpected(hasRow.error());
        if (!*hasRow)
            return {};
        ++step.examined;
        const Row row = readRow();
        cursor.entry.place.key = row.key;
        auto findings = findingsOf(row, leasesBefore);
        std::ranges::move(findings, std::back_inserter(step.findings));
    }
}

Result<void> SqliteConsistency::checkProgress(Cursor &cursor, int rows, ConsistencyStep &step)
{
    const SqliteResetGuard guard(m_checkProgress);
    m_checkProgress.bind(1, cursor.entry.place.key);
    m_checkProgress.bind(2, qint64(rows));
    for (;;) {
        const auto row = m_checkProgress.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return {};
        ++step.examined;
        cursor.entry.place.key = m_checkProgress.number(0);
        if (m_checkProgress.number(1) == 0) {
            step.findings.push_back({idOfKey(cursor.entry.place.key), InconsistencyKind::StrayState,
                                     "There is the state of a message that does not exist.", cursor.toText()});
        }
    }
}

SqliteConsistency::Row SqliteConsistency::readRow() const
{
    Row row;
    row.key = m_checkMessages.number(0);
    row.id = MessageId::fromBytes(m_checkMessages.bytes(1)).value_or(idOfKey(row.key));
    row.entry = {m_checkMessages.number(2), {rankOf(static_cast<Priority>(m_checkMessages.number(3))), row.key}};
    row.createdAt = m_checkMessages.time(4).value_or(Timestamp());
    row.hasProgress = !m_checkMessages.isNull(5);
    row.state.status = static_cast<MessageStatus>(m_checkMessages.number(5));
    row.state.dueAt = m_checkMessages.time(6);
    row.state.deliveredAt = m_checkMessages.time(7);
    row.state.lastRetryAt = m_checkMessages.time(8);
    row.state.movedToDlqAt = m_checkMessages.time(9);
    row.history = m_checkMessages.byteArray(10);
    row.isInTable = m_checkMessages.number(11) != 0;
    row.state.deliverAt = m_checkMessages.time(12);
    return row;
}

Result<std::optional<SqliteConsistency::Row>> SqliteConsistency::loadRow(qint64 key)
{
    const SqliteResetGuard guard(m_checkMessages);
    m_checkMessages.bind(1, key - 1);
    m_checkMessages.bind(2, qint64(1));
    const auto hasRow = m_checkMessages.step();
    if (!hasRow)
        return std::unexpected(hasRow.error());
    if (!*hasRow || m_checkMessages.number(0) != key)
        return std::nullopt;
    return readRow();
}

std::vector<Inconsistency> SqliteConsistency::findingsOf(const Row &row, Timestamp leasesBefore) const
{
    std::vector<Inconsistency> findings;
    const auto add = [&](InconsistencyKind kind, const QByteArray &explanation) {
        findings.push_back({row.id, kind, explanation, Cursor{Table::Message, row.entry}.toText()});
    };
    const MessageStatus status = row.state.status;
    if (row.hasProgress) {
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
    }
    if (isPending(status) && !row.isInTable && !m_writer.m_queue.isInTail(row.entry))
        add(InconsistencyKind::NotQueued, "It is " + statusText(status) + ", but the queue does not hold it.");
    return findings;
}

/// Counts, reasons and the due time are not in the events; they stay as they are, unless they contradict the status.
Result<MessageState> SqliteConsistency::stateFromEvents(const Row &row) const
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
    state.replayCount = row.state.replayCount;
    if (row.state.status == state.status || events->empty())
        state.dueAt = row.state.dueAt;
    else if (isLeased(state.status))
        state.dueAt = row.state.dueAt.value_or(events->back().time);
    else if (state.status == MessageStatus::Queued)
        state.dueAt = scheduledAfter(state.deliverAt, events->back().time);
    return state;
}

Result<bool> SqliteConsistency::repair(const Inconsistency &finding, Timestamp now)
{
    const auto cursor = Cursor::fromText(finding.place);
    if (!cursor)
        return std::unexpected(cursor.error());
    if (auto number = m_writer.nodeNumber(m_writer.m_node); !number)
        return std::unexpected(number.error());
    const qint64 key = cursor->entry.place.key;
    return m_writer.inTransaction([&]() -> Result<bool> {
        if (finding.kind == InconsistencyKind::StrayQueueEntry)
            return repairEntry(cursor->entry);
        if (finding.kind == InconsistencyKind::StrayState) {
            const auto row = loadRow(key);
            if (!row)
                return std::unexpected(row.error());
            if (*row)
                return false;
            m_deleteProgress.bind(1, key);
            if (auto deleted = m_deleteProgress.run(); !deleted)
                return std::unexpected(deleted.error());
            return true;
        }
        return repairRow(finding, key, now);
    });
}

Result<bool> SqliteConsistency::repairEntry(const QueueEntry &entry)
{
    const auto row = loadRow(entry.place.key);
    if (!row)
        return std::unexpected(row.error());
    const bool isNeeded = *row && (*row)->entry == entry && isPending((*row)->state.status)
        && !m_writer.m_queue.isInTail(entry);
    if (isNeeded)
        return false;
    if (auto removed = m_writer.m_queue.removeFromTable(entry); !removed)
        return std::unexpected(removed.error());
    return m_writer.m_connection.changes() > 0;
}

Result<bool> SqliteConsistency::repairRow(const Inconsistency &finding, qint64 key, Timestamp now)
{
    auto loaded = loadRow(key);
    if (!loaded)
        return std::unexpected(loaded.error());
    if (!*loaded)
        return false;
    Row &row = **loaded;
    // A lease that was renewed since is not abandoned.
    const auto findings = findingsOf(row, now);
    if (std::ranges::find(findings, finding.kind, &Inconsistency::kind) == findings.end())
        return false;
    MessageStatus status = row.state.status;
    Result<void> done;
    if (finding.kind == InconsistencyKind::AbandonedLease) {
        done = m_writer.putBack(key, now, m_writer.m_node, LeaseAbandonedReason);
        status = MessageStatus::Queued;
    } else if (finding.kind == InconsistencyKind::StatusDiffers) {
        auto state = stateFromEvents(row);
        if (!state) {
            // What the row says is all that is left; the history begins anew with it.
            if (static_cast<int>(status) > LastStatus)
                status = MessageStatus::Queued;
            done = m_writer.restartHistory(key, {0, status, now, m_writer.m_node, 0, HistoryDamagedReason});
        } else {
            status = state->status;
            done = storeState(row, *state);
        }
    }
    if (!done)
        return std::unexpected(done.error());
    if (auto queued = requeue(row, isPending(status)); !queued)
        return std::unexpected(queued.error());
    return true;
}

Result<void> SqliteConsistency::storeState(const Row &row, const MessageState &state)
{
    m_rebuild.bind(1, row.key);
    m_rebuild.bind(2, static_cast<qint64>(state.status));
    m_rebuild.bind(3, state.dueAt);
    m_rebuild.bind(4, state.deliveredAt);
    m_rebuild.bind(5, state.lastRetryAt);
    m_rebuild.bind(6, state.movedToDlqAt);
    if (auto rebuilt = m_rebuild.run(); !rebuilt)
        return rebuilt;
    const auto stored = m_writer.loadState(row.key);
    if (!stored)
        return std::unexpected(stored.error());
    return *stored ? m_writer.storeDeath(row.key, **stored) : Result<void>();
}

/// The queue holds a message exactly while it is pending.
Result<void> SqliteConsistency::requeue(const Row &row, bool isPending)
{
    const bool isQueued = row.isInTable || m_writer.m_queue.isInTail(row.entry);
    if (isQueued == isPending)
        return {};
    if (isPending)
        return m_writer.m_queue.enqueue(row.entry);
    return m_writer.m_queue.dequeue(row.entry);
}

Result<ConsistencyStep> SqliteConsistency::rebuild(const QByteArray &from, int rows)
{
    auto cursor = Cursor::fromText(from);
    if (!cursor)
        return std::unexpected(cursor.error());
    cursor->table = Table::Message;
    return m_writer.inTransaction([&]() -> Result<ConsistencyStep> {
        ConsistencyStep step;
        std::vector<std::pair<Row, MessageState>> differing; ///< With what the events say.
        m_checkMessages.bind(1, cursor->entry.place.key);
        m_checkMessages.bind(2, qint64(rows));
        {
            const SqliteResetGuard guard(m_checkMessages);
            for (;;) {
                const auto hasRow = m_checkMessages.step();
                if (!hasRow)
                    return std::unexpected(hasRow.error());
                if (!*hasRow)
                    break;
                ++step.examined;
                Row row = readRow();
                cursor->entry.place.key = row.key;
                if (const auto state = stateFromEvents(row); row.hasProgress && state && *state != row.state)
                    differing.emplace_back(std::move(row), *state);
            }
        }
        for (const auto &[row, state] : differing) {
            auto stored = storeState(row, state);
            if (stored)
                stored = requeue(row, isPending(state.status));
            if (!stored)
                return std::unexpected(stored.error());
            step.findings.push_back({row.id, InconsistencyKind::StatusDiffers,
                                     "It was " + statusText(row.state.status) + " and is "
                                         + statusText(state.status) + " by its events.",
                                     Cursor{Table::Message, row.entry}.toText()});
        }
        if (step.examined == rows)
            step.next = cursor->toText();
        return step;
    });
}

} // namespace hudhud
