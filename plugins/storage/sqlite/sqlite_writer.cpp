// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_writer.h"

#include "sql/record_codec.h"
#include "sqlite_queries.h"

#include <sqlite3.h>

#include <array>

namespace hudhud {

namespace {

Result<void> notFound()
{
    return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no such message.")));
}

Result<void> conflict(const QString &message)
{
    return std::unexpected(Error(ErrorCode::Conflict, message));
}

QString statusText(MessageStatus status)
{
    return QString::fromLatin1(messageStatusName(status));
}

int noteLogPages(void *logPages, sqlite3 *, const char *, int pages)
{
    *static_cast<int *>(logPages) = pages;
    return SQLITE_OK;
}

} // namespace

SqliteWriter::SqliteWriter(SqliteConnection connection, NodeNames &nodes, Checkpointer &checkpointer,
                           QueueWriter queue, SqliteIdempotency idempotency, QByteArray node,
                           const Clock &clock)
    : m_connection(std::move(connection))
    , m_nodes(nodes)
    , m_checkpointer(checkpointer)
    , m_queue(std::move(queue))
    , m_node(std::move(node))
    , m_clock(clock)
    , m_idempotency(std::move(idempotency))
{
    sqlite3_wal_hook(m_connection.handle(), noteLogPages, &m_logPages);
}

Result<std::unique_ptr<StorageWriter>> SqliteWriter::create(SqliteConnection connection, NodeNames &nodes,
                                                            Checkpointer &checkpointer, QueueWriter queue,
                                                            SqliteIdempotency idempotency, QByteArray node,
                                                            const Clock &clock)
{
    std::unique_ptr<SqliteWriter> writer(new SqliteWriter(std::move(connection), nodes, checkpointer,
                                                          std::move(queue), std::move(idempotency), std::move(node),
                                                          clock));
    if (auto prepared = writer->prepare(); !prepared)
        return std::unexpected(prepared.error());
    return writer;
}

Result<void> SqliteWriter::prepare()
{
    if (auto prepared = m_loader.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_queue.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_consistency.prepare(); !prepared)
        return prepared;
    if (auto prepared = m_expiry.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_collapse.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_idempotency.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_deadLetterTable.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_attachments.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_audit.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_deadLetters.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_jobs.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_groups.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_broadcasts.prepare(m_connection); !prepared)
        return prepared;
    return prepareQueries(m_connection,
                          {{m_insertMessage, "insert_message"},
                           {m_updateMessage, "update_message"},
                           {m_insertProgress, "insert_progress"},
                           {m_updateProgress, "update_progress"},
                           {m_selectState, "select_state"},
                           {m_selectDue, "select_due"},
                           {m_selectProcessing, "select_processing"},
                           {m_selectPurgeable, "select_purgeable"},
                           {m_selectPurgeableDead, "select_purgeable_dead"},
                           {m_deleteMessage, "delete_message"},
                           {m_deleteProgress, "delete_progress"},
                           {m_rememberHighest, "remember_highest"},
                           {m_insertApiKey, "insert_api_key"},
                           {m_updateApiKey, "update_api_key"}});
}

/// After a failed sync nobody knows what the disk holds, and a damaged file only gets worse: nothing is written any
/// more until the store is reopened. A single row that cannot be read is not that.
void SqliteWriter::noteFailure(const Error &error)
{
    const bool isFileDamaged = error.code() == ErrorCode::StorageCorrupt
        && (sqlite3_errcode(m_connection.handle()) & 0xFF) == SQLITE_CORRUPT;
    if (!m_failure && (error.code() == ErrorCode::StorageReadOnly || isFileDamaged))
        m_failure = error.withContext(
            QStringLiteral("nothing is written until the cause is mended and the store reopened"));
}

Result<void> SqliteWriter::finish(SqliteTransaction &transaction, qint64 accepted)
{
    if (auto queued = m_queue.finish(accepted); !queued)
        return queued;
    if (auto moved = m_idempotency.finish(); !moved)
        return moved;
    if (auto committed = transaction.commit(); !committed)
        return committed;
    m_checkpointer.afterCommit(m_connection, m_logPages);
    return {};
}

Result<CommitOutcome> SqliteWriter::commit(const WriteBatch &batch)
{
    if (auto numbered = numberNodes(batch); !numbered)
        return std::unexpected(numbered.error());
    return inTransaction([this, &batch]() -> Result<CommitOutcome> {
        CommitOutcome outcome;
        const auto applyAll
            = [](const auto &items, std::vector<Result<void>> &results, auto &&function) -> Result<void> {
            results.reserve(items.size());
            for (const auto &item : items) {
                auto result = function(item);
                if (!result)
                    return std::unexpected(result.error());
                results.push_back(std::move(*result));
            }
            return {};
        };
        if (auto done = insertAccepted(batch, outcome); !done)
            return std::unexpected(done.error());
        if (auto done = applyAll(batch.transitions, outcome.transitions,
                                 [this](const auto &item) { return apply(item); });
            !done)
            return std::unexpected(done.error());
        for (std::size_t i = 0; i < batch.accepted.size(); ++i) {
            if (batch.accepted[i]->collapseKey.isEmpty() || !outcome.accepted[i])
                continue;
            if (auto done = supersede(*batch.accepted[i], i, outcome.superseded); !done)
                return std::unexpected(done.error());
        }
        if (auto done = applyAll(batch.replacements, outcome.replacements,
                                 [this](const auto &item) { return replace(item); });
            !done)
            return std::unexpected(done.error());
        if (auto done = applyAll(batch.withdrawals, outcome.withdrawals,
                                 [this](const auto &item) { return withdraw(item); });
            !done)
            return std::unexpected(done.error());
        return outcome;
    }, std::ssize(batch.accepted));
}

/// New names get their numbers before the transaction, so that a rollback cannot take a number back that is
/// known.
Result<void> SqliteWriter::numberNodes(const WriteBatch &batch)
{
    if (auto number = nodeNumber(m_node); !number)
        return std::unexpected(number.error());
    for (const StatusTransition &transition : batch.transitions) {
        for (const MessageEvent &event : transition.events) {
            if (auto number = nodeNumber(event.node); !number)
                return std::unexpected(number.error());
        }
    }
    return {};
}

Result<quint32> SqliteWriter::nodeNumber(const QByteArray &name)
{
    if (m_lastNode.second != 0 && m_lastNode.first == name)
        return m_lastNode.second;
    if (m_failure)
        return std::unexpected(*m_failure);
    const auto number = m_nodes.numberOf(m_connection, name);
    if (number)
        m_lastNode = {name, *number};
    else
        noteFailure(number.error());
    return number;
}

Result<Result<void>> SqliteWriter::insert(const Message &message)
{
    const qint64 key = rowKey(message.id);
    const qint64 recipient = packRecipient(message.recipient);
    const auto node = nodeNumber(m_node);
    if (!node)
        return std::unexpected(node.error());
    std::vector<qint64> files;
    if (!message.attachments.empty()) {
        auto named = m_attachments.named(message);
        if (!named)
            return std::unexpected(named.error());
        if (!*named)
            return Result<void>(std::unexpected(named->error()));
        files = std::move(**named);
    }
    const QByteArray attachments = packAttachments(message.attachments);
    m_insertMessage.bind(1, key);
    m_insertMessage.bindBlob(2, message.id.view());
    m_insertMessage.bind(3, recipient);
    m_insertMessage.bind(4, message.createdAt);
    m_insertMessage.bind(5, qint64(*node));
    m_insertMessage.bind(6, static_cast<qint64>(message.type));
    m_insertMessage.bind(7, static_cast<qint64>(message.priority));
    m_insertMessage.bindText(8, message.subject);
    m_insertMessage.bindText(9, message.content);
    m_insertMessage.bindText(10, message.sender);
    m_insertMessage.bindText(11, message.metadata);
    m_insertMessage.bindText(12, message.idempotencyKey);
    m_insertMessage.bind(13, message.apiKeyId);
    m_insertMessage.bind(14, message.expiresAt);
    m_insertMessage.bind(15, message.deliverAt);
    m_insertMessage.bindBlob(16, attachments);
    m_insertMessage.bindText(17, message.collapseKey);
    m_insertMessage.bindText(18, message.conversation);
    m_insertMessage.bindBlob(19, message.editedFrom.isNull() ? QByteArrayView() : message.editedFrom.view());
    if (auto inserted = m_insertMessage.run(); !inserted)
        return std::unexpected(inserted.error());
    if (m_connection.changes() == 0)
        return conflict(QStringLiteral("A message of this id exists already."));
    if (auto held = m_attachments.hold(key, files); !held)
        return std::unexpected(held.error());
    StoredState stored;
    stored.recipient = recipient;
    stored.priority = message.priority;
    stored.expiresAt = message.expiresAt;
    stored.collapseKey = message.collapseKey;
    stored.state.dueAt = scheduledFor(message);
    if (stored.state.dueAt) {
        if (auto written = storeProgress(key, stored); !written)
            return std::unexpected(written.error());
    }
    if (auto queued = enterPending(key, stored); !queued)
        return std::unexpected(queued.error());
    return {};
}

Result<Result<void>> SqliteWriter::apply(const StatusTransition &transition)
{
    const qint64 key = rowKey(transition.id);
    auto loaded = loadState(key);
    if (!loaded)
        return std::unexpected(loaded.error());
    if (!*loaded || (*loaded)->id != transition.id
        || (*loaded)->recipient != packRecipient(transition.recipient))
        return notFound();
    StoredState &stored = **loaded;
    const MessageStatus before = stored.state.status;
    std::optional<Error> failure;
    const TransitionEffect effect = applyTransition(stored.state, transition, [&](const MessageEvent &event) {
        const auto node = nodeNumber(event.node);
        if (node)
            packEvent(stored.history, event, stored.createdAt, *node);
        else
            failure = node.error();
    });
    if (failure)
        return std::unexpected(*failure);
    if (effect == TransitionEffect::Unchanged)
        return {};
    if (effect == TransitionEffect::Forbidden) {
        return conflict(QStringLiteral("The message is %1 and cannot become %2.")
                            .arg(statusText(before), statusText(transition.events.back().status)));
    }
    if (before == MessageStatus::DeadLetter) { // A replay starts anew; the history keeps it.
        stored.failureReason.clear();
        stored.failureClass = {};
    }
    if (!transition.failureReason.isEmpty()) {
        stored.failureReason = transition.failureReason;
        stored.failureClass = transition.failureClass;
    }
    if (auto written = storeProgress(key, stored); !written)
        return std::unexpected(written.error());
    const bool wasPending = isPending(before);
    if (wasPending == isPending(stored.state.status))
        return {};
    if (auto moved = wasPending ? leavePending(key, stored) : enterPending(key, stored); !moved)
        return std::unexpected(moved.error());
    return {};
}

Result<Result<void>> SqliteWriter::withdraw(const MessageId &id)
{
    const qint64 key = rowKey(id);
    const auto stored = loadState(key);
    if (!stored)
        return std::unexpected(stored.error());
    if (!*stored || (*stored)->id != id)
        return notFound();
    if ((*stored)->state.status != MessageStatus::Queued) {
        return conflict(QStringLiteral("The message is %1; only Queued messages can be withdrawn.")
                            .arg(statusText((*stored)->state.status)));
    }
    if (auto dequeued = leavePending(key, **stored); !dequeued)
        return std::unexpected(dequeued.error());
    if (auto removed = remove(std::array{key}); !removed)
        return std::unexpected(removed.error());
    return {};
}

Result<std::optional<SqliteWriter::StoredState>> SqliteWriter::loadState(qint64 key)
{
    const SqliteResetGuard guard(m_selectState);
    m_selectState.bind(1, key);
    const auto row = m_selectState.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return std::nullopt;
    StoredState stored;
    stored.id = MessageId::fromBytes(m_selectState.bytes(0)).value_or(MessageId());
    stored.recipient = m_selectState.number(1);
    stored.priority = static_cast<Priority>(m_selectState.number(2));
    stored.createdAt = m_selectState.time(3).value_or(Timestamp());
    stored.expiresAt = m_selectState.time(14);
    stored.state.deliverAt = m_selectState.time(15);
    stored.collapseKey = m_selectState.byteArray(16);
    stored.hasProgress = !m_selectState.isNull(4);
    if (!stored.hasProgress)
        return stored;
    stored.state.status = static_cast<MessageStatus>(m_selectState.number(5));
    stored.wasDead = stored.state.status == MessageStatus::DeadLetter;
    stored.state.retryCount = static_cast<quint16>(m_selectState.number(6));
    stored.state.pushCount = static_cast<quint16>(m_selectState.number(7));
    stored.state.dueAt = m_selectState.time(8);
    stored.state.deliveredAt = m_selectState.time(9);
    stored.state.lastRetryAt = m_selectState.time(10);
    stored.state.movedToDlqAt = m_selectState.time(11);
    stored.failureReason = m_selectState.byteArray(12);
    stored.history = m_selectState.byteArray(13);
    stored.failureClass = static_cast<ErrorClass>(m_selectState.number(17));
    if (!m_selectState.isNull(18))
        stored.state.deadLetterReason = static_cast<DeadLetterReason>(m_selectState.number(18));
    stored.state.replayCount = static_cast<quint16>(m_selectState.number(19));
    stored.state.replayJob = m_selectState.number(20);
    stored.readAt = m_selectState.time(21);
    return stored;
}

Result<void> SqliteWriter::storeProgress(qint64 key, const StoredState &stored)
{
    SqliteStatement &statement = stored.hasProgress ? m_updateProgress : m_insertProgress;
    statement.bind(1, key);
    if (!stored.hasProgress)
        statement.bind(2, stored.recipient);
    statement.bind(3, static_cast<qint64>(stored.state.status));
    statement.bind(4, qint64(stored.state.retryCount));
    statement.bind(5, qint64(stored.state.pushCount));
    statement.bind(6, stored.state.dueAt);
    statement.bind(7, stored.state.deliveredAt);
    statement.bind(8, stored.state.lastRetryAt);
    statement.bind(9, stored.state.movedToDlqAt);
    statement.bindText(10, stored.failureReason);
    statement.bindBlob(11, stored.history);
    statement.bind(12, static_cast<qint64>(stored.failureClass));
    statement.bind(13, stored.state.deadLetterReason.transform([](DeadLetterReason reason) { return qint64(reason); }));
    statement.bind(14, qint64(stored.state.replayCount));
    statement.bind(15, stored.state.replayJob);
    statement.bind(16, stored.readAt);
    if (auto written = statement.run(); !written)
        return written;
    const bool isDead = stored.state.status == MessageStatus::DeadLetter;
    return isDead == stored.wasDead ? Result<void>() : storeDeath(key, stored);
}

/// Table dead_letter as the state says.
Result<void> SqliteWriter::storeDeath(qint64 key, const StoredState &stored)
{
    if (stored.state.status != MessageStatus::DeadLetter)
        return m_deadLetterTable.remove(key);
    return m_deadLetterTable.insert({.key = key,
                                     .recipient = stored.recipient,
                                     .diedAt = stored.state.movedToDlqAt.value_or(Timestamp()),
                                     .reason = stored.state.deadLetterReason.value_or(DeadLetterReason::PermanentError),
                                     .errorClass = stored.failureClass,
                                     .failureReason = stored.failureReason,
                                     .attempts = stored.state.retryCount,
                                     .replayCount = stored.state.replayCount});
}

} // namespace hudhud
