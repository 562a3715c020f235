// SPDX-License-Identifier: GPL-3.0-or-later
// What a batch may do beyond storing messages and changing their statuses: requests that are stored once, messages that
// take the place of others, new content.
#include "message_loader.h"
#include "postgresql_writer.h"
#include "sql/record_codec.h"

#include <algorithm>
#include <set>
#include <unordered_set>

namespace hudhud {

namespace {

std::unexpected<Error> conflict(const char *message)
{
    return std::unexpected(Error(ErrorCode::Conflict, QString::fromLatin1(message)));
}

/// A message outside requests, or a request.
struct Item
{
    std::size_t first = 0; ///< In WriteBatch::accepted.
    std::size_t count = 1;
    std::optional<std::size_t> claim = {};
};

std::vector<Item> itemsOf(const WriteBatch &batch)
{
    std::vector<Item> items;
    std::size_t next = 0;
    for (std::size_t i = 0; i < batch.claims.size(); ++i) {
        for (; next < batch.claims[i].first; ++next)
            items.push_back({next});
        items.push_back({next, batch.claims[i].count, i});
        next += batch.claims[i].count;
    }
    for (; next < batch.accepted.size(); ++next)
        items.push_back({next});
    return items;
}

/// Tells what one round can store: no id and no key of a request twice, so that one statement says what became of each.
class Round
{
public:
    /// Also of an item that has to wait: what comes after it must not go before it.
    bool takes(const WriteBatch &batch, const Item &item)
    {
        bool isFree = true;
        for (std::size_t i = item.first; i < item.first + item.count; ++i)
            isFree = m_ids.insert(batch.accepted[i]->id).second && isFree;
        if (!item.claim)
            return isFree;
        const IdempotencyClaim &claim = batch.claims[*item.claim];
        return m_keys.emplace(claim.apiKeyId, claim.key).second && isFree;
    }

private:
    std::unordered_set<MessageId> m_ids;
    std::set<std::pair<qint64, QByteArray>> m_keys;
};

bool hasIdTwice(const WriteBatch &batch, const Item &item)
{
    std::unordered_set<MessageId> ids;
    return std::ranges::any_of(std::span(batch.accepted).subspan(item.first, item.count),
                               [&ids](const MessagePointer &message) { return !ids.insert(message->id).second; });
}

} // namespace

/// In rounds: what repeats an id or a key of the round waits for the next one, and finds there what the first has stored.
/// Nearly always there is one round.
Result<void> PostgresqlWriter::insertAccepted(const WriteBatch &batch, CommitOutcome &outcome)
{
    outcome.accepted.resize(batch.accepted.size());
    outcome.claims.resize(batch.claims.size());
    std::vector<Item> items = itemsOf(batch);
    while (!items.empty()) {
        Round round;
        std::vector<Item> later;
        std::vector<MessagePointer> messages;
        std::vector<std::size_t> places;
        std::vector<std::size_t> claims;
        for (const Item &item : items) {
            if (item.claim && hasIdTwice(batch, item)) {
                const auto twice = conflict("A message of this request has the id of another one in it.");
                outcome.claims[*item.claim] = twice;
                std::ranges::fill(std::span(outcome.accepted).subspan(item.first, item.count), Result<void>(twice));
            } else if (!round.takes(batch, item)) {
                later.push_back(item);
            } else if (item.claim) {
                claims.push_back(*item.claim);
            } else {
                messages.push_back(batch.accepted[item.first]);
                places.push_back(item.first);
            }
        }
        const bool isAnyHolder = std::ranges::any_of(
            messages, [](const MessagePointer &message) { return !message->attachments.empty(); });
        if (isAnyHolder) {
            std::vector<Result<void>> results(messages.size());
            if (auto done = insert(messages, results); !done)
                return done;
            for (std::size_t i = 0; i < messages.size(); ++i)
                outcome.accepted[places[i]] = std::move(results[i]);
        } else if (auto done = insertLater(messages, places, outcome.accepted); !done) {
            return done;
        }
        if (auto done = m_idempotency.store(batch, claims, outcome); !done)
            return done;
        items = std::move(later);
    }
    return {};
}

Result<std::vector<MessageId>> PostgresqlWriter::olderThan(std::span<const MessagePointer> newer)
{
    ArrayLiteral recipients;
    ArrayLiteral collapseKeys;
    ArrayLiteral ids;
    for (const MessagePointer &message : newer) {
        recipients.addNumber(packRecipient(message->recipient));
        collapseKeys.addText(message->collapseKey);
        ids.addId(message->id);
    }
    return readIds(m_connection.run("select_collapse", recipients, collapseKeys, ids));
}

Result<std::vector<std::pair<std::size_t, MessagePointer>>>
PostgresqlWriter::giveWay(MessageStates &states, std::span<const MessagePointer> newer)
{
    // What the transaction has changed so far is to be found in the table.
    if (auto stored = states.store(); !stored)
        return std::unexpected(stored.error());
    const auto older = olderThan(newer);
    if (!older)
        return std::unexpected(older.error());
    if (auto loaded = states.load(*older); !loaded)
        return std::unexpected(loaded.error());
    std::vector<std::size_t> by;
    std::vector<MessageId> gone;
    for (std::size_t i = 0; i < newer.size(); ++i) {
        const Message &message = *newer[i];
        for (const MessageId &id : *older) {
            StoredState *stored = id < message.id ? states.find(id) : nullptr;
            if (!stored || stored->recipient != packRecipient(message.recipient)
                || stored->collapseKey != message.collapseKey)
                continue;
            if (stored->state.status != MessageStatus::Queued && stored->state.status != MessageStatus::Failed)
                continue;
            giveUp(*stored,
                   {0, MessageStatus::DeadLetter, message.createdAt, m_shared.node, stored->state.retryCount,
                    supersededReason(message.id)},
                   DeadLetterReason::Superseded);
            by.push_back(i);
            gone.push_back(id);
        }
    }
    if (auto stored = states.store(); !stored)
        return std::unexpected(stored.error());
    auto messages = loadMessages(m_connection, gone);
    if (!messages)
        return std::unexpected(messages.error());
    std::vector<std::pair<std::size_t, MessagePointer>> superseded;
    for (std::size_t i = 0; i < gone.size(); ++i)
        superseded.emplace_back(by[i], std::move((*messages)[i]));
    return superseded;
}

/// An unfinished message becomes a dead letter by a decision of the store.
void PostgresqlWriter::giveUp(StoredState &stored, const MessageEvent &event, DeadLetterReason why)
{
    stored.append(event, m_shared.nodes);
    enterStatus(stored.state, event);
    stored.state.dueAt.reset();
    stored.state.deadLetterReason = why;
    stored.failureReason = event.reason;
    stored.failureClass = ErrorClass::Permanent;
}

/// A Processing, Failed or scheduled message becomes Queued.
void PostgresqlWriter::putBack(StoredState &stored, Timestamp now, const QByteArray &node, const char *processingReason)
{
    const char *reason = DeliveryTimeReason;
    if (stored.state.status == MessageStatus::Processing)
        reason = processingReason;
    else if (stored.state.status == MessageStatus::Failed)
        reason = RetryDueReason;
    const MessageEvent event{0, MessageStatus::Queued, now, node, stored.state.retryCount, reason};
    stored.append(event, m_shared.nodes);
    enterStatus(stored.state, event);
    stored.state.dueAt = scheduledAfter(stored.state.deliverAt, now);
}

/// The outer error ends the transaction, the inner one refuses the replacement.
Result<Result<void>> PostgresqlWriter::replace(MessageStates &states, const MessageReplacement &replacement)
{
    StoredState *stored = states.find(replacement.id);
    if (!stored)
        return Result<void>(std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no such message."))));
    if (stored->state.status != MessageStatus::Queued || stored->state.pushCount > 0)
        return Result<void>(conflict("Only messages that are Queued and were never pushed can be replaced."));
    auto named = m_attachments.named(std::span(&replacement.content, 1));
    if (!named)
        return std::unexpected(named.error());
    const Message &content = *replacement.content;
    if (const auto missing = named->missing(content))
        return Result<void>(std::unexpected(*missing));
    if (auto held = m_attachments.exchange(replacement.id, content.attachments); !held)
        return std::unexpected(held.error());
    const QByteArray attachments = packAttachments(content.attachments);
    const auto updated = m_connection.run(
        "update_message", replacement.id, content.type, content.priority, Text{content.subject}, Text{content.content},
        Text{content.sender}, Text{content.metadata}, Text{content.conversation}, content.expiresAt, content.deliverAt,
        Bytes{attachments});
    if (!updated)
        return std::unexpected(updated.error());
    stored->append({0, MessageStatus::Queued, replacement.now, m_shared.node, stored->state.retryCount, ReplacedReason},
                   m_shared.nodes);
    stored->priority = content.priority;
    stored->expiresAt = content.expiresAt;
    stored->state.deliverAt = content.deliverAt;
    stored->state.dueAt = scheduledAfter(content.deliverAt, replacement.now);
    return Result<void>();
}

Result<std::vector<MessagePointer>> PostgresqlWriter::markRead(const Recipient &recipient, std::span<const MessageId> ids,
                                                               Timestamp now, const QByteArray &node)
{
    if (auto numbered = numberNode(node); !numbered)
        return std::unexpected(numbered.error());
    return inTransaction([&]() -> Result<std::vector<MessagePointer>> {
        MessageStates states(m_connection, m_shared.nodes);
        if (auto loaded = states.load(ids); !loaded)
            return std::unexpected(loaded.error());
        std::vector<MessageId> marked;
        for (const MessageId &id : ids) {
            StoredState *stored = states.find(id);
            if (!stored || stored->recipient != packRecipient(recipient)
                || stored->state.status != MessageStatus::Delivered || stored->readAt)
                continue;
            stored->readAt = now;
            stored->append({0, MessageStatus::Delivered, now, node, stored->state.retryCount, ReadReason}, m_shared.nodes);
            marked.push_back(id);
        }
        if (auto stored = states.store(); !stored)
            return std::unexpected(stored.error());
        return loadMessages(m_connection, marked);
    });
}

} // namespace hudhud
