// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_idempotency.h"

#include "postgresql_writer.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <set>

namespace hudhud {

namespace {

using Key = std::pair<qint64, QByteArray>;

Key keyOf(const IdempotencyClaim &claim)
{
    return {claim.apiKeyId, claim.key};
}

/// An array of type uuid[] as text, to be an element of a text array.
QByteArray idsText(std::span<const MessageId> ids)
{
    return arrayOf(ids).toString().toLatin1();
}

Error mismatch()
{
    return {ErrorCode::IdempotencyMismatch,
            QStringLiteral("This idempotency key was used for another request; use a new key for each "
                           "request, and the same one only to repeat it unchanged.")};
}

std::unexpected<Error> conflict(const char *message)
{
    return std::unexpected(Error(ErrorCode::Conflict, QString::fromLatin1(message)));
}

} // namespace

Result<std::optional<ClaimOutcome>> PostgresqlIdempotency::take(const IdempotencyClaim &claim,
                                                                std::span<const MessageId> ids)
{
    const IdempotencyClaim *const one = &claim;
    const QByteArray text = idsText(ids);
    auto taken = takeAll(std::span(&one, 1), std::span(&text, 1));
    if (!taken)
        return std::unexpected(taken.error());
    return taken->front();
}

Result<PostgresqlIdempotency::Outcomes> PostgresqlIdempotency::takeAll(std::span<const IdempotencyClaim *const> claims,
                                                                       std::span<const QByteArray> ids)
{
    // In the order of the keys: two transactions that want the same ones wait instead of blocking each other.
    std::vector<std::size_t> order(claims.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, {}, [&claims](std::size_t i) { return keyOf(*claims[i]); });
    ArrayLiteral apiKeys;
    ArrayLiteral keys;
    ArrayLiteral fingerprints;
    ArrayLiteral idArrays;
    ArrayLiteral created;
    ArrayLiteral expires;
    for (const std::size_t i : order) {
        apiKeys.addNumber(claims[i]->apiKeyId);
        keys.addText(claims[i]->key);
        fingerprints.addBytes(claims[i]->fingerprint);
        idArrays.addText(ids[i]);
        created.addTime(claims[i]->now);
        expires.addTime(claims[i]->expiresAt);
    }
    // A record that has ended counts as none, and the new one takes its row.
    auto taken = m_writer.m_connection.run("take_idempotency", apiKeys, keys, fingerprints, idArrays, created, expires);
    if (!taken)
        return std::unexpected(taken.error());
    std::set<Key> own;
    while (taken->next())
        own.emplace(taken->number(0), taken->text(1));
    Outcomes outcomes(claims.size(), std::optional<ClaimOutcome>());
    if (own.size() == claims.size())
        return outcomes;
    auto rows = m_writer.m_connection.run("select_idempotency", apiKeys, keys);
    if (!rows)
        return std::unexpected(rows.error());
    struct Known
    {
        QByteArray fingerprint;
        ClaimOutcome outcome;
    };
    std::map<Key, Known> known;
    while (rows->next()) {
        known[{rows->number(0), rows->text(1)}]
            = {rows->bytes(2), {true, rows->idArray(3), rows->time(4).value_or(Timestamp())}};
    }
    for (std::size_t i = 0; i < claims.size(); ++i) {
        if (own.contains(keyOf(*claims[i])))
            continue;
        const auto record = known.find(keyOf(*claims[i]));
        // Purged between the two statements: the next attempt takes it.
        if (record == known.end()) {
            return std::unexpected(Error(ErrorCode::StorageUnavailable, QStringLiteral("A record has just ended."))
                                       .withClass(ErrorClass::Transient));
        }
        if (record->second.fingerprint == claims[i]->fingerprint)
            outcomes[i] = std::optional(record->second.outcome);
        else
            outcomes[i] = std::unexpected(mismatch());
    }
    return outcomes;
}

Result<void> PostgresqlIdempotency::giveBack(std::span<const IdempotencyClaim *const> claims)
{
    if (claims.empty())
        return {};
    ArrayLiteral apiKeys;
    ArrayLiteral keys;
    for (const IdempotencyClaim *claim : claims) {
        apiKeys.addNumber(claim->apiKeyId);
        keys.addText(claim->key);
    }
    return done(m_writer.m_connection.run("delete_idempotency", apiKeys, keys));
}

Result<void> PostgresqlIdempotency::store(const WriteBatch &batch, std::span<const std::size_t> numbers,
                                          CommitOutcome &outcome)
{
    if (numbers.empty())
        return {};
    std::vector<const IdempotencyClaim *> claims;
    std::vector<std::vector<MessageId>> ids;
    std::vector<QByteArray> texts;
    for (const std::size_t number : numbers) {
        const IdempotencyClaim &claim = batch.claims[number];
        std::vector<MessageId> own;
        for (const MessagePointer &message : std::span(batch.accepted).subspan(claim.first, claim.count))
            own.push_back(message->id);
        texts.push_back(idsText(own));
        ids.push_back(std::move(own));
        claims.push_back(&claim);
    }
    auto taken = takeAll(claims, texts);
    if (!taken)
        return std::unexpected(taken.error());

    const auto acceptedOf = [&](std::size_t i) {
        return std::span(outcome.accepted).subspan(claims[i]->first, claims[i]->count);
    };
    const auto messagesOf = [&](std::size_t i) {
        return std::span(batch.accepted).subspan(claims[i]->first, claims[i]->count);
    };
    std::vector<MessagePointer> messages;
    std::vector<std::size_t> fresh;
    for (std::size_t i = 0; i < claims.size(); ++i) {
        const auto &earlier = (*taken)[i];
        if (earlier && !*earlier) {
            std::ranges::copy(messagesOf(i), std::back_inserter(messages));
            fresh.push_back(i);
            continue;
        }
        std::ranges::fill(acceptedOf(i), Result<void>(conflict("The request was stored before.")));
        outcome.claims[numbers[i]] = earlier ? Result<ClaimOutcome>(**earlier) : std::unexpected(earlier.error());
    }
    const auto named = m_writer.m_attachments.named(messages);
    if (!named)
        return std::unexpected(named.error());
    messages.clear();
    std::vector<const IdempotencyClaim *> refused;
    std::erase_if(fresh, [&](std::size_t i) {
        // Before anything of the request is stored: taking it back would let go what it holds.
        for (const MessagePointer &message : messagesOf(i)) {
            if (const auto missing = named->missing(*message)) {
                std::ranges::fill(acceptedOf(i), Result<void>(std::unexpected(*missing)));
                outcome.claims[numbers[i]] = std::unexpected(*missing);
                refused.push_back(claims[i]);
                return true;
            }
        }
        std::ranges::copy(messagesOf(i), std::back_inserter(messages));
        return false;
    });
    std::vector<Result<void>> results(messages.size());
    if (auto stored = m_writer.insert(messages, results); !stored)
        return stored;

    std::vector<MessageId> undone;
    auto result = results.begin();
    for (const std::size_t i : fresh) {
        const auto end = result + static_cast<std::ptrdiff_t>(claims[i]->count);
        const auto failed = std::find_if(result, end, [](const Result<void> &stored) { return !stored; });
        if (failed == end) {
            outcome.claims[numbers[i]] = ClaimOutcome{false, ids[i], claims[i]->now};
        } else {
            // All or nothing.
            for (auto stored = result; stored != end; ++stored) {
                if (*stored)
                    undone.push_back(ids[i][static_cast<std::size_t>(stored - result)]);
            }
            const auto why = failed->error().code() == ErrorCode::Conflict
                ? conflict("A message of this request has an id that exists already.")
                : std::unexpected(failed->error());
            std::ranges::fill(acceptedOf(i), Result<void>(why));
            outcome.claims[numbers[i]] = why;
            refused.push_back(claims[i]);
        }
        result = end;
    }
    if (auto removed = m_writer.remove(undone); !removed)
        return removed;
    return giveBack(refused);
}

} // namespace hudhud
