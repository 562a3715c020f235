// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_writer.h"

#include "message_loader.h"
#include "sql/record_codec.h"

#include <QRandomGenerator>
#include <QThread>

#include <algorithm>

namespace hudhud {

namespace {

constexpr int MaximumAttempts = 4;
constexpr int LongestPause = 20; ///< Milliseconds, for each attempt so far.
constexpr qsizetype RowBytes = 400; ///< About what a message takes in a literal.

std::unexpected<Error> notFound()
{
    return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no such message.")));
}

std::unexpected<Error> conflict(const QString &message)
{
    return std::unexpected(Error(ErrorCode::Conflict, message));
}

QString statusText(MessageStatus status)
{
    return QString::fromLatin1(messageStatusName(status));
}

} // namespace

PostgresqlWriter::PostgresqlWriter(PostgresqlShared &shared)
    : m_shared(shared)
    , m_connection(shared.options)
{
}

Result<std::unique_ptr<StorageWriter>> PostgresqlWriter::create(PostgresqlShared &shared)
{
    std::unique_ptr<PostgresqlWriter> writer(new PostgresqlWriter(shared));
    if (auto opened = writer->m_connection.open(); !opened)
        return std::unexpected(opened.error());
    if (auto numbered = writer->numberNode(shared.node); !numbered)
        return std::unexpected(numbered.error());
    return writer;
}

bool PostgresqlWriter::isTriedAgain(int attempt, const Error &error) const
{
    const bool isOurs = error.errorClass() == ErrorClass::Transient || error.code() == ErrorCode::StorageUnavailable;
    if (!isOurs || m_connection.lastFailure() == FailureKind::Refused || error.code() == ErrorCode::Timeout)
        return false;
    // A lost connection is tried once more at once: a server that restarts must not hold the executor's thread.
    if (attempt >= (m_connection.lastFailure() == FailureKind::Broken ? 2 : MaximumAttempts))
        return false;
    QThread::msleep(QRandomGenerator::global()->bounded(static_cast<quint32>(attempt * LongestPause)));
    return true;
}

Result<void> PostgresqlWriter::numberNode(const QByteArray &name)
{
    const auto number = m_shared.nodes.numberOf(m_connection, name);
    return number ? Result<void>() : std::unexpected(number.error());
}

Result<void> PostgresqlWriter::numberNodes(const WriteBatch &batch)
{
    if (auto numbered = numberNode(m_shared.node); !numbered)
        return numbered;
    for (const StatusTransition &transition : batch.transitions) {
        for (const MessageEvent &event : transition.events) {
            if (auto numbered = numberNode(event.node); !numbered)
                return numbered;
        }
    }
    return {};
}

Result<CommitOutcome> PostgresqlWriter::commit(const WriteBatch &batch)
{
    if (auto numbered = numberNodes(batch); !numbered)
        return std::unexpected(numbered.error());
    std::vector<MessageId> newIds;
    std::vector<MessageId> ids;
    for (const MessagePointer &message : batch.accepted)
        newIds.push_back(message->id);
    for (const StatusTransition &transition : batch.transitions)
        ids.push_back(transition.id);
    for (const MessageReplacement &replacement : batch.replacements)
        ids.push_back(replacement.id);
    ids.insert(ids.end(), batch.withdrawals.begin(), batch.withdrawals.end());
    if (auto made = m_shared.partitions.ensure(m_connection, newIds, m_shared.clock->now()); !made)
        return std::unexpected(made.error());

    CommitOutcome outcome; // Parts of it are known when the commit is.
    auto committed = inTransaction([&]() -> Result<void> {
        outcome = {};
        if (auto done = insertAccepted(batch, outcome); !done)
            return done;
        MessageStates states(m_connection, m_shared.nodes);
        if (auto loaded = states.load(ids); !loaded)
            return loaded;
        for (const StatusTransition &transition : batch.transitions)
            outcome.transitions.push_back(apply(states, transition));

        const bool isAnyToGiveWay = std::ranges::any_of(
            batch.accepted, [](const MessagePointer &message) { return !message->collapseKey.isEmpty(); });
        // Only what is stored takes the place of others.
        if (auto sent = isAnyToGiveWay ? m_connection.flush() : Result<void>(); !sent)
            return sent;
        std::vector<MessagePointer> newer;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < batch.accepted.size(); ++i) {
            if (batch.accepted[i]->collapseKey.isEmpty() || !outcome.accepted[i])
                continue;
            newer.push_back(batch.accepted[i]);
            places.push_back(i);
        }
        if (!newer.empty()) {
            auto superseded = giveWay(states, newer);
            if (!superseded)
                return std::unexpected(superseded.error());
            for (auto &[by, message] : *superseded)
                outcome.superseded.push_back({places[by], std::move(message)});
            if (auto loaded = states.load(ids); !loaded)
                return loaded;
        }
        for (const MessageReplacement &replacement : batch.replacements) {
            auto result = replace(states, replacement);
            if (!result)
                return std::unexpected(result.error());
            outcome.replacements.push_back(std::move(*result));
        }
        for (const MessageId &id : batch.withdrawals)
            outcome.withdrawals.push_back(withdraw(states, id));
        return states.store();
    });
    return committed ? Result<CommitOutcome>(std::move(outcome)) : std::unexpected(committed.error());
}

Result<void> PostgresqlWriter::insert(std::span<const MessagePointer> messages, std::span<Result<void>> accepted)
{
    auto named = m_attachments.named(messages);
    if (!named)
        return std::unexpected(named.error());
    std::vector<MessagePointer> rows;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (const auto missing = named->missing(*messages[i])) {
            accepted[i] = std::unexpected(*missing);
            continue;
        }
        rows.push_back(messages[i]);
        places.push_back(i);
    }
    auto stored = insertRows(rows);
    if (!stored)
        return std::unexpected(stored.error());
    std::ranges::sort(*stored);
    std::vector<MessagePointer> holders;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!std::ranges::binary_search(*stored, rows[i]->id))
            accepted[places[i]] = conflict(QStringLiteral("A message of this id exists already."));
        else if (!rows[i]->attachments.empty())
            holders.push_back(rows[i]);
    }
    return m_attachments.hold(holders);
}

/// The parameters of insert_messages.
struct PostgresqlWriter::NewRows
{
    explicit NewRows(const std::vector<MessagePointer> &messages)
        : ids(std::ssize(messages) * 37)
        , contents(std::ssize(messages) * RowBytes)
    {
        for (const MessagePointer &message : messages)
            add(*message);
    }

    void add(const Message &message)
    {
        ids.addId(message.id);
        recipients.addNumber(packRecipient(message.recipient));
        created.addTime(message.createdAt);
        apiKeys.addNumber(message.apiKeyId);
        expires.addTime(message.expiresAt);
        delivers.addTime(message.deliverAt);
        types.addNumber(static_cast<qint64>(message.type));
        priorities.addNumber(static_cast<qint64>(message.priority));
        subjects.addText(message.subject);
        contents.addText(message.content);
        senders.addText(message.sender);
        metadata.addText(message.metadata);
        idempotencyKeys.addText(message.idempotencyKey);
        collapseKeys.addText(message.collapseKey);
        conversations.addText(message.conversation);
        if (message.editedFrom.isNull())
            origins.addNull();
        else
            origins.addId(message.editedFrom);
        attachments.addBytes(packAttachments(message.attachments));
        dues.addTime(scheduledFor(message));
    }

    /// Calls `run` with all of them.
    template <typename Function> auto passTo(Function &&run, qint64 node) const
    {
        return run(ids, recipients, created, apiKeys, expires, delivers, types, priorities, subjects, contents, senders, metadata,
                   idempotencyKeys, collapseKeys, conversations, origins, attachments, dues, node);
    }

    ArrayLiteral ids;
    ArrayLiteral recipients;
    ArrayLiteral created;
    ArrayLiteral apiKeys;
    ArrayLiteral expires;
    ArrayLiteral delivers;
    ArrayLiteral types;
    ArrayLiteral priorities;
    ArrayLiteral subjects;
    ArrayLiteral contents;
    ArrayLiteral senders;
    ArrayLiteral metadata;
    ArrayLiteral idempotencyKeys;
    ArrayLiteral collapseKeys;
    ArrayLiteral conversations;
    ArrayLiteral origins;
    ArrayLiteral attachments;
    ArrayLiteral dues;
};

Result<std::vector<MessageId>> PostgresqlWriter::insertRows(const std::vector<MessagePointer> &messages)
{
    if (messages.empty())
        return {};
    return readIds(NewRows(messages).passTo(
        [this](const auto &...values) { return m_connection.run("insert_messages", values...); }, ownNode()));
}

Result<void> PostgresqlWriter::insertLater(const std::vector<MessagePointer> &messages, const std::vector<std::size_t> &places,
                                           std::vector<Result<void>> &accepted)
{
    if (messages.empty())
        return {};
    std::vector<std::pair<MessageId, std::size_t>> wanted;
    for (std::size_t i = 0; i < messages.size(); ++i)
        wanted.emplace_back(messages[i]->id, places[i]);
    // Should the answer of a commit that took place be lost, all count as stored: their ids were new.
    const auto read = [wanted = std::move(wanted), &accepted](Rows &rows) {
        std::vector<MessageId> stored;
        while (rows.next())
            stored.push_back(rows.id(0));
        std::ranges::sort(stored);
        for (const auto &[id, place] : wanted) {
            accepted[place] = std::ranges::binary_search(stored, id)
                ? Result<void>()
                : conflict(QStringLiteral("A message of this id exists already."));
        }
    };
    return NewRows(messages).passTo(
        [&](const auto &...values) { return m_connection.readLater("insert_messages", read, values...); }, ownNode());
}

Result<std::vector<MessageId>> PostgresqlWriter::readIds(Result<Rows> rows)
{
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<MessageId> ids;
    while (rows->next())
        ids.push_back(rows->id(0));
    return ids;
}

Result<void> PostgresqlWriter::apply(MessageStates &states, const StatusTransition &transition)
{
    StoredState *stored = states.find(transition.id);
    if (!stored || stored->recipient != packRecipient(transition.recipient))
        return notFound();
    const MessageStatus before = stored->state.status;
    StoredState changed = *stored;
    const TransitionEffect effect
        = applyTransition(changed.state, transition,
                          [&](const MessageEvent &event) { changed.append(event, m_shared.nodes); });
    if (effect == TransitionEffect::Unchanged)
        return {};
    if (effect == TransitionEffect::Forbidden) {
        return conflict(QStringLiteral("The message is %1 and cannot become %2.")
                            .arg(statusText(before), statusText(transition.events.back().status)));
    }
    if (before == MessageStatus::DeadLetter) { // A replay starts anew; the history keeps it.
        changed.failureReason.clear();
        changed.failureClass = {};
    }
    if (!transition.failureReason.isEmpty()) {
        changed.failureReason = transition.failureReason;
        changed.failureClass = transition.failureClass;
    }
    *stored = std::move(changed);
    return {};
}

Result<void> PostgresqlWriter::withdraw(MessageStates &states, const MessageId &id)
{
    StoredState *stored = states.find(id);
    if (!stored)
        return notFound();
    if (stored->state.status != MessageStatus::Queued) {
        return conflict(QStringLiteral("The message is %1; only Queued messages can be withdrawn.")
                            .arg(statusText(stored->state.status)));
    }
    stored->isRemoved = true;
    return {};
}

} // namespace hudhud
