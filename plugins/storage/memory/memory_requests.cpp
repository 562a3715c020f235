// SPDX-License-Identifier: GPL-3.0-or-later
// What a batch may do beyond storing messages and changing their statuses: requests that are stored once, messages that
// take the place of others or expire, new content, receipts.
#include "memory_store.h"

#include <mutex>

namespace hudhud {

namespace {

std::unexpected<Error> conflict(const char *message)
{
    return std::unexpected(Error(ErrorCode::Conflict, QString::fromLatin1(message)));
}

} // namespace

void MemoryStore::insertAccepted(const WriteBatch &batch, CommitOutcome &outcome)
{
    outcome.accepted.reserve(batch.accepted.size());
    auto claim = batch.claims.begin();
    while (outcome.accepted.size() < batch.accepted.size()) {
        const std::size_t next = outcome.accepted.size();
        if (claim == batch.claims.end() || claim->first != next || claim->count == 0) {
            outcome.accepted.push_back(insert(batch.accepted[next]));
            continue;
        }
        const auto &result = outcome.claims.emplace_back(insertOnce(batch, *claim));
        const Result<void> each = result && !result->isReplayed
            ? Result<void>()
            : conflict("The request was not stored, or was stored before.");
        outcome.accepted.resize(next + claim->count, each);
        ++claim;
    }
}

Result<std::optional<ClaimOutcome>> MemoryStore::knownClaim(const IdempotencyClaim &claim) const
{
    const auto known = m_claims.find({claim.apiKeyId, claim.key});
    if (known == m_claims.end() || known->second.expiresAt <= claim.now)
        return std::nullopt;
    if (known->second.fingerprint != claim.fingerprint)
        return std::unexpected(Error(ErrorCode::IdempotencyMismatch,
                                     QStringLiteral("This idempotency key was used for another request.")));
    return known->second.outcome;
}

/// Result: as of the first time.
ClaimOutcome MemoryStore::storeClaim(const IdempotencyClaim &claim, std::vector<MessageId> ids)
{
    ClaimOutcome outcome{.isReplayed = true, .ids = std::move(ids), .createdAt = claim.now};
    m_claims[{claim.apiKeyId, claim.key}] = {claim.fingerprint, outcome, claim.expiresAt};
    outcome.isReplayed = false;
    return outcome;
}

Result<std::optional<ClaimOutcome>> MemoryStore::findClaim(const IdempotencyClaim &claim) const
{
    const std::shared_lock lock(m_mutex);
    return knownClaim(claim);
}

void MemoryStore::addClaim(const IdempotencyClaim &claim, std::vector<MessageId> ids)
{
    const std::unique_lock lock(m_mutex);
    storeClaim(claim, std::move(ids));
}

Result<ClaimOutcome> MemoryStore::insertOnce(const WriteBatch &batch, const IdempotencyClaim &claim)
{
    if (auto known = knownClaim(claim); !known || *known)
        return known ? Result<ClaimOutcome>(std::move(**known)) : std::unexpected(known.error());
    for (const MessagePointer &message : std::span(batch.accepted).subspan(claim.first, claim.count)) {
        if (auto missing = missingAttachment(*message))
            return std::unexpected(std::move(*missing));
    }
    std::vector<MessageId> ids;
    std::vector<MessageId> inserted;
    for (std::size_t i = claim.first; i < claim.first + claim.count; ++i) {
        const MessageId &id = batch.accepted[i]->id;
        ids.push_back(id);
        if (insert(batch.accepted[i]))
            inserted.push_back(id);
    }
    if (inserted.size() < claim.count) {
        for (const MessageId &id : inserted) {
            [[maybe_unused]] const auto removed = withdraw(id);
            Q_ASSERT(removed);
        }
        return conflict("A message of this request has an id that exists already.");
    }
    return storeClaim(claim, std::move(ids));
}

void MemoryStore::supersede(const Message &newer, std::size_t place, std::vector<Supersession> &superseded)
{
    const auto found = m_collapsible.find({newer.recipient, newer.collapseKey});
    if (found == m_collapsible.end())
        return;
    const std::vector<quint64> keys(found->second.begin(), found->second.lower_bound(newer.id.orderKey()));
    for (const quint64 key : keys) {
        Row &row = m_rows.at(key);
        if (row.state.status != MessageStatus::Queued && row.state.status != MessageStatus::Failed)
            continue;
        giveUp(row,
               {0, MessageStatus::DeadLetter, newer.createdAt, m_node, row.state.retryCount,
                supersededReason(newer.id)},
               DeadLetterReason::Superseded);
        superseded.push_back({place, row.message});
    }
}

void MemoryStore::giveUp(Row &row, MessageEvent event, DeadLetterReason why)
{
    MessageState state = row.state;
    enterStatus(state, event);
    state.dueAt.reset();
    state.deadLetterReason = why;
    Message changed = *row.message;
    changed.failureReason = event.reason;
    changed.failureClass = ErrorClass::Permanent;
    addEvent(row, std::move(event));
    setState(row, state, std::move(changed));
}

Result<void> MemoryStore::replace(const MessageReplacement &replacement)
{
    Row *row = rowOf(replacement.id);
    if (!row)
        return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no such message.")));
    if (row->state.status != MessageStatus::Queued || row->state.pushCount > 0)
        return conflict("Only messages that are Queued and were never pushed can be replaced.");
    const Message &content = *replacement.content;
    if (auto missing = missingAttachment(content))
        return std::unexpected(std::move(*missing));
    hold(content);
    release(*row->message);
    Message changed = *row->message;
    changed.type = content.type;
    changed.priority = content.priority;
    changed.subject = content.subject;
    changed.content = content.content;
    changed.sender = content.sender;
    changed.metadata = content.metadata;
    changed.conversation = content.conversation;
    changed.attachments = content.attachments;
    changed.expiresAt = content.expiresAt;
    changed.deliverAt = content.deliverAt;
    MessageState state = row->state;
    state.deliverAt = content.deliverAt;
    state.dueAt = scheduledAfter(content.deliverAt, replacement.now);
    addEvent(*row,
             {0, MessageStatus::Queued, replacement.now, m_node, row->state.retryCount, ReplacedReason});
    setState(*row, state, std::move(changed));
    return {};
}

void MemoryStore::expire(Timestamp now, int limit, const QByteArray &node, std::vector<MessagePointer> &expired)
{
    std::vector<quint64> keys;
    for (auto it = m_expiring.begin(); it != m_expiring.end() && it->first <= now && std::ssize(keys) < limit; ++it) {
        const MessageState &state = m_rows.at(it->second).state;
        if (state.status != MessageStatus::Processing || *state.dueAt <= now)
            keys.push_back(it->second);
    }
    for (const quint64 key : keys) {
        Row &row = m_rows.at(key);
        giveUp(row, {0, MessageStatus::DeadLetter, now, node, row.state.retryCount, ExpiredReason},
               DeadLetterReason::Expired);
        expired.push_back(row.message);
    }
}

int MemoryStore::purgeClaims(int limit)
{
    const Timestamp now = m_clock.now();
    int count = 0;
    for (auto it = m_claims.begin(); it != m_claims.end() && count < limit;) {
        if (it->second.expiresAt > now) {
            ++it;
            continue;
        }
        it = m_claims.erase(it);
        ++count;
    }
    return count;
}

std::vector<MessagePointer> MemoryStore::markRead(const Recipient &recipient, std::span<const MessageId> ids,
                                                  Timestamp now, const QByteArray &node)
{
    const std::unique_lock lock(m_mutex);
    std::vector<MessagePointer> marked;
    for (const MessageId &id : ids) {
        Row *row = rowOf(id);
        if (!row || row->message->recipient != recipient || row->state.status != MessageStatus::Delivered
            || row->message->readAt)
            continue;
        addEvent(*row, {0, MessageStatus::Delivered, now, node, row->state.retryCount, ReadReason});
        auto changed = std::make_shared<Message>(*row->message);
        changed->readAt = now;
        row->message = std::move(changed);
        marked.push_back(row->message);
    }
    return marked;
}

} // namespace hudhud
