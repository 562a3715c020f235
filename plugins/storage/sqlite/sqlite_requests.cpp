// SPDX-License-Identifier: GPL-3.0-or-later
// What a batch may do beyond storing messages and changing their statuses: requests that are stored once, messages that
// take the place of others, new content.
#include "sql/record_codec.h"
#include "sqlite_writer.h"

#include <array>

namespace hudhud {

namespace {

std::unexpected<Error> conflict(const char *message)
{
    return std::unexpected(Error(ErrorCode::Conflict, QString::fromLatin1(message)));
}

} // namespace

Result<void> SqliteWriter::insertAccepted(const WriteBatch &batch, CommitOutcome &outcome)
{
    outcome.accepted.reserve(batch.accepted.size());
    outcome.claims.reserve(batch.claims.size());
    auto claim = batch.claims.begin();
    while (outcome.accepted.size() < batch.accepted.size()) {
        const std::size_t next = outcome.accepted.size();
        if (claim != batch.claims.end() && claim->first == next && claim->count > 0) {
            auto result = insertOnce(batch, *claim++, outcome.accepted);
            if (!result)
                return std::unexpected(result.error());
            outcome.claims.push_back(std::move(*result));
            continue;
        }
        auto result = insert(*batch.accepted[next]);
        if (!result)
            return std::unexpected(result.error());
        outcome.accepted.push_back(std::move(*result));
    }
    return {};
}

/// Appends what became of the claim's messages to `accepted`.
Result<Result<ClaimOutcome>> SqliteWriter::insertOnce(const WriteBatch &batch, const IdempotencyClaim &claim,
                                                      std::vector<Result<void>> &accepted)
{
    auto known = m_idempotency.find(claim);
    if (!known && known.error().code() != ErrorCode::IdempotencyMismatch)
        return std::unexpected(known.error());
    if (!known || *known) {
        accepted.resize(accepted.size() + claim.count, conflict("The request was stored before."));
        return known ? Result<ClaimOutcome>(std::move(**known)) : std::unexpected(known.error());
    }
    const auto messages = std::span(batch.accepted).subspan(claim.first, claim.count);
    if (const auto missing = missingAttachment(messages); !missing) {
        return std::unexpected(missing.error());
    } else if (*missing) {
        accepted.resize(accepted.size() + claim.count, std::unexpected(**missing));
        return Result<ClaimOutcome>(std::unexpected(**missing));
    }
    ClaimOutcome outcome{.isReplayed = false, .ids = {}, .createdAt = claim.now};
    std::vector<MessageId> inserted;
    for (std::size_t i = claim.first; i < claim.first + claim.count; ++i) {
        const Message &message = *batch.accepted[i];
        const auto result = insert(message);
        if (!result)
            return std::unexpected(result.error());
        outcome.ids.push_back(message.id);
        if (*result)
            inserted.push_back(message.id);
    }
    if (inserted.size() < claim.count) {
        for (const MessageId &id : inserted) {
            if (auto removed = withdraw(id); !removed)
                return std::unexpected(removed.error());
        }
        accepted.resize(accepted.size() + claim.count, conflict("A message of the request has an id that exists."));
        return Result<ClaimOutcome>(conflict("A message of this request has an id that exists already."));
    }
    if (auto added = m_idempotency.add(claim, outcome.ids); !added)
        return std::unexpected(added.error());
    accepted.resize(accepted.size() + claim.count);
    return outcome;
}

/// Why the store has to refuse one of the messages, if it has to.
Result<std::optional<Error>> SqliteWriter::missingAttachment(std::span<const MessagePointer> messages)
{
    for (const MessagePointer &message : messages) {
        if (message->attachments.empty())
            continue;
        const auto named = m_attachments.named(*message);
        if (!named)
            return std::unexpected(named.error());
        if (!*named)
            return named->error();
    }
    return std::nullopt;
}

/// Older messages that are not in flight give way to `newer`, which stands at `place` in the batch.
Result<void> SqliteWriter::supersede(const Message &newer, std::size_t place, std::vector<Supersession> &superseded)
{
    const auto keys = m_collapse.olderThan(packRecipient(newer.recipient), newer.collapseKey, rowKey(newer.id));
    if (!keys)
        return std::unexpected(keys.error());
    for (const qint64 key : *keys) {
        auto stored = loadState(key);
        if (!stored)
            return std::unexpected(stored.error());
        const bool canGiveWay = *stored
            && ((*stored)->state.status == MessageStatus::Queued || (*stored)->state.status == MessageStatus::Failed);
        if (!canGiveWay)
            continue;
        const MessageEvent event{0,
                                 MessageStatus::DeadLetter,
                                 newer.createdAt,
                                 m_node,
                                 (*stored)->state.retryCount,
                                 supersededReason(newer.id)};
        if (auto done = giveUp(key, **stored, event, DeadLetterReason::Superseded); !done)
            return done;
        auto message = m_loader.load(key);
        if (!message)
            return std::unexpected(message.error());
        superseded.push_back({place, std::move(*message)});
    }
    return {};
}

/// An unfinished message becomes a dead letter by a decision of the store.
Result<void> SqliteWriter::giveUp(qint64 key, StoredState &stored, const MessageEvent &event, DeadLetterReason why)
{
    const auto node = nodeNumber(event.node);
    if (!node)
        return std::unexpected(node.error());
    packEvent(stored.history, event, stored.createdAt, *node);
    enterStatus(stored.state, event);
    stored.state.dueAt.reset();
    stored.state.deadLetterReason = why;
    stored.failureReason = event.reason;
    stored.failureClass = ErrorClass::Permanent;
    if (auto written = storeProgress(key, stored); !written)
        return written;
    return leavePending(key, stored);
}

Result<Result<void>> SqliteWriter::replace(const MessageReplacement &replacement)
{
    const qint64 key = rowKey(replacement.id);
    auto loaded = loadState(key);
    if (!loaded)
        return std::unexpected(loaded.error());
    if (!*loaded || (*loaded)->id != replacement.id)
        return Result<void>(std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no such message."))));
    StoredState &stored = **loaded;
    if (stored.state.status != MessageStatus::Queued || stored.state.pushCount > 0)
        return Result<void>(conflict("Only messages that are Queued and were never pushed can be replaced."));
    const auto files = m_attachments.named(*replacement.content);
    if (!files)
        return std::unexpected(files.error());
    if (!*files)
        return Result<void>(std::unexpected(files->error()));
    const auto node = nodeNumber(m_node);
    if (!node)
        return std::unexpected(node.error());
    if (auto held = m_attachments.hold(key, **files); !held)
        return std::unexpected(held.error());
    if (auto released = m_attachments.release(std::array{key}, **files); !released)
        return std::unexpected(released.error());
    if (auto left = leavePending(key, stored); !left)
        return std::unexpected(left.error());

    const Message &content = *replacement.content;
    const QByteArray attachments = packAttachments(content.attachments);
    m_updateMessage.bind(1, key);
    m_updateMessage.bind(2, static_cast<qint64>(content.type));
    m_updateMessage.bind(3, static_cast<qint64>(content.priority));
    m_updateMessage.bindText(4, content.subject);
    m_updateMessage.bindText(5, content.content);
    m_updateMessage.bindText(6, content.sender);
    m_updateMessage.bindText(7, content.metadata);
    m_updateMessage.bindText(8, content.conversation);
    m_updateMessage.bind(9, content.expiresAt);
    m_updateMessage.bind(10, content.deliverAt);
    m_updateMessage.bindBlob(11, attachments);
    if (auto updated = m_updateMessage.run(); !updated)
        return std::unexpected(updated.error());

    const MessageEvent event{0,      MessageStatus::Queued,    replacement.now,
                             m_node, stored.state.retryCount, ReplacedReason};
    packEvent(stored.history, event, stored.createdAt, *node);
    stored.priority = content.priority;
    stored.expiresAt = content.expiresAt;
    stored.state.deliverAt = content.deliverAt;
    stored.state.dueAt = scheduledAfter(content.deliverAt, replacement.now);
    if (auto written = storeProgress(key, stored); !written)
        return std::unexpected(written.error());
    if (auto entered = enterPending(key, stored); !entered)
        return std::unexpected(entered.error());
    return {};
}

Result<std::vector<MessagePointer>> SqliteWriter::markRead(const Recipient &recipient, std::span<const MessageId> ids,
                                                           Timestamp now, const QByteArray &node)
{
    const auto number = nodeNumber(node);
    if (!number)
        return std::unexpected(number.error());
    return inTransaction([&]() -> Result<std::vector<MessagePointer>> {
        std::vector<MessagePointer> marked;
        for (const MessageId &id : ids) {
            const qint64 key = rowKey(id);
            auto loaded = loadState(key);
            if (!loaded)
                return std::unexpected(loaded.error());
            const bool isHis
                = *loaded && (*loaded)->id == id && (*loaded)->recipient == packRecipient(recipient);
            if (!isHis || (*loaded)->state.status != MessageStatus::Delivered || (*loaded)->readAt)
                continue;
            StoredState &stored = **loaded;
            stored.readAt = now;
            packEvent(stored.history, {0, MessageStatus::Delivered, now, node, stored.state.retryCount, ReadReason},
                      stored.createdAt, *number);
            if (auto written = storeProgress(key, stored); !written)
                return std::unexpected(written.error());
            auto message = m_loader.load(key);
            if (!message)
                return std::unexpected(message.error());
            marked.push_back(std::move(*message));
        }
        return marked;
    });
}

Result<void> SqliteWriter::enterPending(qint64 key, const StoredState &stored)
{
    if (auto queued = m_queue.enqueue(stored.queueEntry(key)); !queued)
        return queued;
    if (stored.expiresAt) {
        if (auto added = m_expiry.add(*stored.expiresAt, key); !added)
            return added;
    }
    return stored.collapseKey.isEmpty() ? Result<void>() : m_collapse.add(stored.recipient, stored.collapseKey, key);
}

Result<void> SqliteWriter::leavePending(qint64 key, const StoredState &stored)
{
    if (auto dequeued = m_queue.dequeue(stored.queueEntry(key)); !dequeued)
        return dequeued;
    if (stored.expiresAt) {
        if (auto removed = m_expiry.remove(*stored.expiresAt, key); !removed)
            return removed;
    }
    return stored.collapseKey.isEmpty() ? Result<void>()
                                        : m_collapse.remove(stored.recipient, stored.collapseKey, key);
}

} // namespace hudhud
