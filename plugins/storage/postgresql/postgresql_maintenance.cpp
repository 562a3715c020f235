// SPDX-License-Identifier: GPL-3.0-or-later
#include "message_loader.h"
#include "postgresql_writer.h"
#include "sql/record_codec.h"

#include <algorithm>

namespace hudhud {

using namespace std::chrono_literals;

namespace {

constexpr int RecoverStep = 1'000; ///< Messages put back in one transaction.
/// Retention of this and more goes by whole days, which are dropped; what is shorter by single messages.
constexpr std::chrono::days DroppedRetention{2};

} // namespace

Result<std::vector<MessagePointer>> PostgresqlWriter::claimDue(Timestamp now, int limit, const QByteArray &node)
{
    // Most of the time nothing is due: that costs one look and no transaction.
    auto due = m_connection.run("is_any_due", now);
    if (!due)
        return std::unexpected(due.error());
    if (!due->next() || !due->flag(0))
        return std::vector<MessagePointer>();
    if (auto numbered = numberNode(node); !numbered)
        return std::unexpected(numbered.error());
    return inTransaction([&]() { return claimDueWithin(now, limit, node); });
}

/// What another node is claiming is skipped.
Result<std::vector<MessagePointer>> PostgresqlWriter::claimDueWithin(Timestamp now, int limit, const QByteArray &node)
{
    MessageStates states(m_connection, m_shared.nodes);
    auto expired = m_connection.run("claim_expired", now, limit);
    if (!expired)
        return std::unexpected(expired.error());
    std::vector<MessageId> claimed = states.addQueued(*expired);
    for (const MessageId &id : claimed) {
        StoredState &stored = *states.find(id);
        giveUp(stored, {0, MessageStatus::DeadLetter, now, node, stored.state.retryCount, ExpiredReason},
               DeadLetterReason::Expired);
    }
    if (std::ssize(claimed) < limit) {
        auto due = m_connection.run("claim_due", now, limit - std::ssize(claimed));
        if (!due)
            return std::unexpected(due.error());
        for (const MessageId &id : states.addQueued(*due)) {
            putBack(*states.find(id), now, node, LeaseExpiredReason);
            claimed.push_back(id);
        }
    }
    if (auto stored = states.store(); !stored)
        return std::unexpected(stored.error());
    return loadMessages(m_connection, claimed);
}

Result<qint64> PostgresqlWriter::recover(const QByteArray &node, Timestamp now)
{
    if (auto numbered = numberNode(node); !numbered)
        return std::unexpected(numbered.error());
    qint64 total = 0;
    for (;;) {
        const auto some = inTransaction([&]() { return recoverSome(node, now); });
        if (!some)
            return some;
        total += *some;
        if (*some < RecoverStep)
            return total;
    }
}

Result<qint64> PostgresqlWriter::recoverSome(const QByteArray &node, Timestamp now)
{
    MessageStates states(m_connection, m_shared.nodes);
    auto rows = m_connection.run("lock_leases", m_shared.nodes.knownNumberOf(node), RecoverStep);
    if (!rows)
        return std::unexpected(rows.error());
    const std::vector<MessageId> ids = states.addQueued(*rows);
    for (const MessageId &id : ids)
        putBack(*states.find(id), now, node, RestartReason);
    if (auto stored = states.store(); !stored)
        return std::unexpected(stored.error());
    return std::ssize(ids);
}

Result<int> PostgresqlWriter::purge(Timestamp deliveredBefore, Timestamp deadBefore, int limit)
{
    // Called again and again, so also the place to make tomorrow's partitions while nobody waits for them.
    const Timestamp now = m_shared.clock->now();
    for (const auto day : {now, now + 24h}) {
        if (auto made = m_shared.partitions.ensure(m_connection, DayPartitions::dayOf(day)); !made)
            return std::unexpected(made.error());
    }
    bool isDropped = false;
    if (now - deliveredBefore >= DroppedRetention) {
        const auto dropped = m_shared.partitions.dropOne(m_connection, deliveredBefore, deadBefore);
        if (!dropped)
            return std::unexpected(dropped.error());
        isDropped = *dropped;
    }
    const auto removed = inTransaction([&]() { return purgeSome(deliveredBefore, deadBefore, limit); });
    if (!removed)
        return std::unexpected(removed.error());
    return isDropped ? limit : static_cast<int>(*removed); // After a day perhaps the next one.
}

Result<qint64> PostgresqlWriter::purgeSome(Timestamp deliveredBefore, Timestamp deadBefore, int limit)
{
    const bool isByDays = m_shared.clock->now() - deliveredBefore >= DroppedRetention;
    // A message is delivered after it was accepted, so only lower ids can qualify.
    auto ids = readIds(isByDays ? m_connection.run("select_purgeable_kept", deliveredBefore, limit)
                                : m_connection.run("select_purgeable", deliveredBefore,
                                                   DayPartitions::firstId(deliveredBefore), limit));
    if (!ids)
        return std::unexpected(ids.error());
    const auto dead = readIds(m_connection.run("select_purgeable_dead", deadBefore, limit - std::ssize(*ids)));
    if (!dead)
        return std::unexpected(dead.error());
    ids->insert(ids->end(), dead->begin(), dead->end());
    const auto ended = m_connection.run("purge_idempotency", m_shared.clock->now(), limit - std::ssize(*ids));
    if (!ended)
        return std::unexpected(ended.error());
    const qint64 count = std::ssize(*ids) + ended->affected();
    if (auto removed = remove(*ids); !removed)
        return std::unexpected(removed.error());
    return count;
}

Result<void> PostgresqlWriter::remove(std::span<const MessageId> ids)
{
    if (ids.empty())
        return {};
    MessageStates states(m_connection, m_shared.nodes);
    if (auto loaded = states.load(ids); !loaded)
        return loaded;
    for (const MessageId &id : ids) {
        if (StoredState *stored = states.find(id))
            stored->isRemoved = true;
    }
    return states.store();
}

Result<qint64> PostgresqlWriter::saveApiKey(const ApiKeyRecord &key)
{
    QByteArray scopes;
    for (const QByteArray &scope : key.scopes)
        scopes += scopes.isEmpty() ? scope : '\n' + scope;
    const std::optional<qint64> account
        = key.account.isNull() ? std::nullopt : std::optional(packRecipient(key.account));
    return inTransaction([&]() -> Result<qint64> {
        const auto save = [&](const char *query, const auto &...more) {
            return m_connection.run(query, Bytes{key.hash}, Text{key.name}, Text{scopes}, key.createdAt, key.expiresAt,
                                    key.revokedAt, account, key.messagesPerSecond, key.messagesPerDay, more...);
        };
        auto saved = key.id == 0 ? save("insert_api_key") : save("update_api_key", key.id);
        if (!saved && saved.error().code() == ErrorCode::Conflict) {
            return std::unexpected(
                Error(ErrorCode::Conflict, QStringLiteral("An API key with this hash exists already.")));
        }
        if (!saved)
            return std::unexpected(saved.error());
        if (!saved->next())
            return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no API key of this id.")));
        return saved->number(0);
    });
}

} // namespace hudhud
