// SPDX-License-Identifier: GPL-3.0-or-later
#include "sql/record_codec.h"
#include "sqlite_writer.h"

#include <algorithm>
#include <unordered_set>

namespace hudhud {

namespace {

constexpr std::size_t RecoverStep = 1'000; ///< Messages put back in one transaction.
constexpr int OrderKeySequenceBits = 12; ///< Below the milliseconds in MessageId::orderKey().

qint64 firstKeyOf(Timestamp time)
{
    return std::max<qint64>(0, time.time_since_epoch().count()) << OrderKeySequenceBits;
}

} // namespace

/// A Processing, Failed or scheduled message becomes Queued.
Result<void> SqliteWriter::putBack(qint64 key, Timestamp now, const QByteArray &node,
                                   const char *processingReason)
{
    const auto number = nodeNumber(node);
    if (!number)
        return std::unexpected(number.error());
    auto loaded = loadState(key);
    if (!loaded)
        return std::unexpected(loaded.error());
    if (!*loaded)
        return std::unexpected(Error(ErrorCode::StorageCorrupt,
                                     QStringLiteral("A message's progress is stored without the message.")));
    StoredState &stored = **loaded;
    const char *reason = DeliveryTimeReason;
    if (stored.state.status == MessageStatus::Processing)
        reason = processingReason;
    else if (stored.state.status == MessageStatus::Failed)
        reason = RetryDueReason;
    const MessageEvent event{0, MessageStatus::Queued, now, node, stored.state.retryCount, reason};
    packEvent(stored.history, event, stored.createdAt, *number);
    enterStatus(stored.state, event);
    stored.state.dueAt = scheduledAfter(stored.state.deliverAt, now);
    return storeProgress(key, stored);
}

Result<void> SqliteWriter::restartHistory(qint64 key, const MessageEvent &event)
{
    const auto number = nodeNumber(event.node);
    if (!number)
        return std::unexpected(number.error());
    auto loaded = loadState(key);
    if (!loaded)
        return std::unexpected(loaded.error());
    if (!*loaded)
        return {};
    StoredState &stored = **loaded;
    const std::optional<Timestamp> dueAt = stored.state.dueAt;
    stored.history.clear();
    packEvent(stored.history, event, stored.createdAt, *number);
    stored.state = {};
    enterStatus(stored.state, event);
    if (event.status == MessageStatus::Processing || event.status == MessageStatus::Failed)
        stored.state.dueAt = dueAt.value_or(event.time);
    return storeProgress(key, stored);
}

Result<std::vector<MessagePointer>> SqliteWriter::claimDue(Timestamp now, int limit, const QByteArray &node)
{
    // Not that there is nothing to do: a success would say that the store works again.
    if (m_failure)
        return std::unexpected(*m_failure);
    const auto expired = m_expiry.expired(now, limit);
    if (!expired)
        return std::unexpected(expired.error());
    m_selectDue.bind(1, now);
    m_selectDue.bind(2, qint64(limit));
    auto keys = readKeys(m_selectDue);
    if (!keys)
        return std::unexpected(keys.error());
    // Expired ones may be due as well.
    const std::unordered_set<qint64> given(expired->begin(), expired->end());
    std::erase_if(*keys, [&given](qint64 key) { return given.contains(key); });
    keys->resize(std::min(keys->size(), static_cast<std::size_t>(limit) - expired->size()));
    if (keys->empty() && expired->empty())
        return {};
    if (auto number = nodeNumber(node); !number)
        return std::unexpected(number.error());
    return inTransaction([&]() -> Result<std::vector<MessagePointer>> {
        auto claimed = expire(*expired, now, node);
        if (!claimed)
            return claimed;
        for (const qint64 key : *keys) {
            if (auto done = putBack(key, now, node, LeaseExpiredReason); !done)
                return std::unexpected(done.error());
            auto message = m_loader.load(key);
            if (!message)
                return std::unexpected(message.error());
            claimed->push_back(std::move(*message));
        }
        return claimed;
    });
}

/// Gives up messages that have expired. Result: the messages as they now stand.
Result<std::vector<MessagePointer>> SqliteWriter::expire(std::span<const qint64> keys, Timestamp now,
                                                         const QByteArray &node)
{
    std::vector<MessagePointer> messages;
    messages.reserve(keys.size());
    for (const qint64 key : keys) {
        auto stored = loadState(key);
        if (!stored)
            return std::unexpected(stored.error());
        if (!*stored)
            return std::unexpected(Error(ErrorCode::StorageCorrupt,
                                         QStringLiteral("A message's expiry is stored without the message.")));
        const MessageEvent event{
            0, MessageStatus::DeadLetter, now, node, (*stored)->state.retryCount, ExpiredReason};
        if (auto done = giveUp(key, **stored, event, DeadLetterReason::Expired); !done)
            return std::unexpected(done.error());
        auto message = m_loader.load(key);
        if (!message)
            return std::unexpected(message.error());
        messages.push_back(std::move(*message));
    }
    return messages;
}

Result<qint64> SqliteWriter::recover(const QByteArray &node, Timestamp now)
{
    const auto keys = processingOf(node);
    if (!keys)
        return std::unexpected(keys.error());
    for (std::size_t begin = 0; begin < keys->size(); begin += RecoverStep) {
        const auto step = std::span(*keys).subspan(begin, std::min(RecoverStep, keys->size() - begin));
        auto done = inTransaction([&]() -> Result<void> {
            for (const qint64 key : step) {
                if (auto put = putBack(key, now, node, RestartReason); !put)
                    return put;
            }
            return {};
        });
        if (!done)
            return std::unexpected(done.error());
    }
    return std::ssize(*keys);
}

/// A message is with the node that wrote its latest event.
Result<std::vector<qint64>> SqliteWriter::processingOf(const QByteArray &node)
{
    const SqliteResetGuard guard(m_selectProcessing);
    const auto nodeName = [this](quint32 number) { return m_nodes.nameOf(number); };
    std::vector<qint64> keys;
    for (;;) {
        const auto row = m_selectProcessing.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return keys;
        const auto history = unpackHistory(m_selectProcessing.bytes(1), Timestamp(), nodeName);
        if (!history)
            return std::unexpected(history.error());
        if (!history->empty() && history->back().node == node)
            keys.push_back(m_selectProcessing.number(0));
    }
}

Result<int> SqliteWriter::purge(Timestamp deliveredBefore, Timestamp deadBefore, int limit)
{
    if (m_failure)
        return std::unexpected(*m_failure);
    m_selectPurgeable.bind(1, deliveredBefore);
    m_selectPurgeable.bind(2, firstKeyOf(deliveredBefore));
    m_selectPurgeable.bind(3, qint64(limit));
    auto keys = readKeys(m_selectPurgeable);
    if (!keys)
        return std::unexpected(keys.error());
    m_selectPurgeableDead.bind(1, deadBefore);
    m_selectPurgeableDead.bind(2, limit - std::ssize(*keys));
    const auto dead = readKeys(m_selectPurgeableDead);
    if (!dead)
        return std::unexpected(dead.error());
    keys->insert(keys->end(), dead->begin(), dead->end());
    const auto ended = m_idempotency.ended(m_clock.now(), limit - std::ssize(*keys));
    if (!ended)
        return std::unexpected(ended.error());
    if (keys->empty() && ended->empty())
        return 0;
    auto removed = inTransaction([&]() -> Result<void> {
        for (const IdempotencyEntry &entry : *ended) {
            if (auto deleted = m_idempotency.remove(entry); !deleted)
                return deleted;
        }
        return keys->empty() ? Result<void>() : remove(*keys);
    });
    if (!removed)
        return std::unexpected(removed.error());
    return static_cast<int>(keys->size() + ended->size());
}

/// Removes messages that are not in the queue (any more).
Result<void> SqliteWriter::remove(std::span<const qint64> keys)
{
    if (auto remembered = m_rememberHighest.run(); !remembered)
        return remembered;
    if (auto released = m_attachments.release(keys); !released)
        return released;
    for (const qint64 key : keys) {
        if (auto removed = m_deadLetterTable.remove(key); !removed)
            return removed;
        for (SqliteStatement *statement : {&m_deleteMessage, &m_deleteProgress}) {
            statement->bind(1, key);
            if (auto deleted = statement->run(); !deleted)
                return deleted;
        }
    }
    return {};
}

Result<qint64> SqliteWriter::saveApiKey(const ApiKeyRecord &key)
{
    SqliteStatement &statement = key.id == 0 ? m_insertApiKey : m_updateApiKey;
    QByteArray scopes;
    for (const QByteArray &scope : key.scopes)
        scopes += scopes.isEmpty() ? scope : '\n' + scope;
    statement.bindBlob(1, key.hash);
    statement.bindText(2, key.name);
    statement.bindText(3, scopes);
    statement.bind(4, key.createdAt);
    statement.bind(5, key.expiresAt);
    statement.bind(6, key.revokedAt);
    statement.bind(7, key.account.isNull() ? std::nullopt : std::optional(packRecipient(key.account)));
    statement.bind(8, qint64(key.messagesPerSecond));
    statement.bind(9, key.messagesPerDay);
    if (key.id != 0)
        statement.bind(10, key.id);
    return inTransaction([&]() -> Result<qint64> {
        if (auto saved = statement.run(); !saved) {
            if (saved.error().code() != ErrorCode::Conflict)
                return std::unexpected(saved.error());
            return std::unexpected(
                Error(ErrorCode::Conflict, QStringLiteral("An API key with this hash exists already.")));
        }
        if (m_connection.changes() == 0)
            return std::unexpected(
                Error(ErrorCode::NotFound, QStringLiteral("There is no API key of this id.")));
        return key.id == 0 ? m_connection.lastInsertId() : key.id;
    });
}

} // namespace hudhud
