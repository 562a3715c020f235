// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_idempotency.h"

#include "core/sha256.h"
#include "message_loader.h"
#include "sqlite_queries.h"

#include <QtEndian>

namespace hudhud {

namespace {

constexpr qsizetype IdBytes = 16;

/// How often another number is tried when one is taken, which takes requests that are kept for different times.
constexpr int NumberTries = 100;

/// Keys are chosen by clients: a hash that they cannot make collide.
qint64 hashOf(const IdempotencyClaim &claim)
{
    Sha256 hash;
    const qint64 apiKey = qToLittleEndian(claim.apiKeyId);
    hash.add(QByteArrayView(reinterpret_cast<const char *>(&apiKey), sizeof apiKey));
    hash.add(claim.key);
    return qFromLittleEndian<qint64>(hash.result().constData());
}

Result<std::vector<MessageId>> unpackIds(QByteArrayView packed)
{
    std::vector<MessageId> ids;
    ids.reserve(static_cast<std::size_t>(packed.size() / IdBytes));
    for (qsizetype at = 0; at + IdBytes <= packed.size(); at += IdBytes)
        ids.push_back(MessageId::fromBytes(packed.sliced(at, IdBytes)).value_or(MessageId()));
    if (packed.size() % IdBytes != 0)
        return std::unexpected(
            Error(ErrorCode::StorageCorrupt, QStringLiteral("The record of an idempotency key is damaged.")));
    return ids;
}

} // namespace

Result<void> SqliteIdempotency::prepare(SqliteConnection &connection)
{
    if (auto prepared = m_index.prepare(connection); !prepared)
        return prepared;
    return prepareQueries(connection,
                          {{m_insert, "insert_idempotency"},
                           {m_select, "select_idempotency"},
                           {m_selectEnded, "select_ended_idempotency"},
                           {m_delete, "delete_idempotency"}});
}

Result<std::optional<ClaimOutcome>> SqliteIdempotency::find(const IdempotencyClaim &claim)
{
    const qint64 hash = hashOf(claim);
    const auto numbers = m_index.find(hash);
    if (!numbers)
        return std::unexpected(numbers.error());
    for (const qint64 number : *numbers) {
        auto outcome = read(claim, {hash, number});
        if (!outcome || *outcome)
            return outcome;
    }
    return std::nullopt;
}

/// Nothing if the record is another key's, was removed, or has ended: then it is removed.
Result<std::optional<ClaimOutcome>> SqliteIdempotency::read(const IdempotencyClaim &claim,
                                                            const IdempotencyEntry &entry)
{
    const SqliteResetGuard guard(m_select);
    m_select.bind(1, entry.number);
    m_select.bind(2, claim.apiKeyId);
    m_select.bindText(3, claim.key);
    const auto row = m_select.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row)
        return std::nullopt;
    if (entry.number >> IdempotencyEntry::SequenceBits <= claim.now.time_since_epoch().count()) {
        m_select.reset();
        if (auto removed = remove(entry); !removed)
            return std::unexpected(removed.error());
        return std::nullopt;
    }
    if (m_select.bytes(0) != claim.fingerprint) {
        return std::unexpected(
            Error(ErrorCode::IdempotencyMismatch,
                  QStringLiteral("This idempotency key was used for another request; use a new key for each "
                                 "request, and the same one only to repeat it unchanged.")));
    }
    auto ids = unpackIds(m_select.bytes(1));
    if (!ids)
        return std::unexpected(ids.error());
    return ClaimOutcome{
        .isReplayed = true, .ids = std::move(*ids), .createdAt = m_select.time(2).value_or(Timestamp())};
}

Result<void> SqliteIdempotency::add(const IdempotencyClaim &claim, std::span<const MessageId> ids)
{
    QByteArray packed;
    packed.reserve(std::ssize(ids) * IdBytes);
    for (const MessageId &id : ids)
        packed.append(id.view());
    const qint64 hash = hashOf(claim);
    m_insert.bind(1, hash);
    m_insert.bind(2, claim.apiKeyId);
    m_insert.bindText(3, claim.key);
    m_insert.bindBlob(4, claim.fingerprint);
    m_insert.bindBlob(5, packed);
    m_insert.bind(6, claim.now);
    Result<void> inserted;
    for (int tries = 0; tries < NumberTries; ++tries) {
        const IdempotencyEntry entry{hash, m_index.nextNumber(claim.expiresAt)};
        m_insert.bind(7, entry.number);
        inserted = m_insert.run();
        if (inserted)
            return m_index.add(entry);
        if (inserted.error().code() != ErrorCode::Conflict)
            break;
    }
    return inserted;
}

Result<std::vector<IdempotencyEntry>> SqliteIdempotency::ended(Timestamp now, qint64 limit)
{
    std::vector<IdempotencyEntry> entries;
    const SqliteResetGuard guard(m_selectEnded);
    m_selectEnded.bind(1, now);
    m_selectEnded.bind(2, limit);
    for (;;) {
        const auto row = m_selectEnded.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return entries;
        entries.push_back({m_selectEnded.number(0), m_selectEnded.number(1)});
    }
}

Result<void> SqliteIdempotency::remove(const IdempotencyEntry &entry)
{
    if (auto removed = m_index.remove(entry); !removed)
        return removed;
    m_delete.bind(1, entry.number);
    return m_delete.run();
}

} // namespace hudhud
