// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_reader.h"

#include "plugin-api/transition_rules.h"
#include "sql/record_codec.h"
#include "sqlite_queries.h"

#include <algorithm>
#include <limits>

namespace hudhud {

namespace {

ApiKeyRecord readApiKey(const SqliteStatement &row)
{
    ApiKeyRecord key;
    key.id = row.number(0);
    key.hash = row.byteArray(1);
    key.name = row.byteArray(2);
    if (const QByteArray scopes = row.byteArray(3); !scopes.isEmpty()) {
        for (const QByteArray &scope : scopes.split('\n'))
            key.scopes.push_back(scope);
    }
    key.createdAt = row.time(4).value_or(Timestamp());
    key.expiresAt = row.time(5);
    key.revokedAt = row.time(6);
    if (!row.isNull(7))
        key.account = unpackRecipient(row.number(7));
    key.messagesPerSecond = static_cast<int>(row.number(8));
    key.messagesPerDay = row.number(9);
    return key;
}

/// The bound of the cursor: keys below it are listed.
qint64 keyBound(const MessageFilter &filter)
{
    return filter.before ? rowKey(*filter.before) : std::numeric_limits<qint64>::max();
}

} // namespace

SqliteReader::SqliteReader(SqliteConnection connection, const NodeNames &nodes, const QueueTail &tail)
    : m_connection(std::move(connection))
    , m_nodes(nodes)
    , m_queue(tail)
{
}

Result<std::unique_ptr<StorageReader>> SqliteReader::create(SqliteConnection connection,
                                                            const NodeNames &nodes, const QueueTail &tail)
{
    std::unique_ptr<SqliteReader> reader(new SqliteReader(std::move(connection), nodes, tail));
    if (auto prepared = reader->prepare(); !prepared)
        return std::unexpected(prepared.error());
    return reader;
}

Result<void> SqliteReader::prepare()
{
    if (auto prepared = m_loader.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_queue.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_deadLetters.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_jobs.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_attachments.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_audit.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_groups.prepare(m_connection); !prepared)
        return prepared;
    if (auto prepared = m_broadcasts.prepare(m_connection); !prepared)
        return prepared;
    return prepareQueries(m_connection,
                          {{m_history, "select_history"},
                           {m_pending, "select_pending"},
                           {m_pendingCount, "count_pending"},
                           {m_waiting, "select_waiting"},
                           {m_statistics, "count_all"},
                           {m_queueCounts, "count_queue"},
                           {m_dueCounts, "count_due"},
                           {m_scheduled, "is_scheduled"},
                           {m_listAll, "list_all"},
                           {m_listQueued, "list_queued"},
                           {m_listDelivered, "list_delivered"},
                           {m_listDue, "list_due"},
                           {m_listDead, "list_dead"},
                           {m_listRecipient, "list_recipient"},
                           {m_apiKey, "select_api_key"},
                           {m_apiKeys, "select_api_keys"}});
}

Result<std::vector<MessagePointer>> SqliteReader::find(std::span<const MessageId> ids)
{
    std::vector<MessagePointer> found;
    found.reserve(ids.size());
    for (const MessageId &id : ids) {
        auto message = m_loader.load(rowKey(id));
        if (!message)
            return std::unexpected(message.error());
        const bool isIt = *message && (*message)->id == id;
        found.push_back(isIt ? std::move(*message) : nullptr);
    }
    return found;
}

Result<std::vector<MessageEvent>> SqliteReader::events(const MessageId &id)
{
    const SqliteResetGuard guard(m_history);
    m_history.bind(1, rowKey(id));
    const auto row = m_history.step();
    if (!row)
        return std::unexpected(row.error());
    if (!*row || m_history.bytes(0) != id.view())
        return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no such message.")));
    const Timestamp createdAt = m_history.time(1).value_or(Timestamp());
    const auto nodeName = [this](quint32 number) { return m_nodes.nameOf(number); };
    auto events = unpackHistory(m_history.bytes(3), createdAt, nodeName);
    if (!events)
        return events;
    const auto node = static_cast<quint32>(m_history.number(2));
    events->insert(events->begin(),
                   MessageEvent{1, MessageStatus::Queued, createdAt, m_nodes.nameOf(node), 0, {}});
    return events;
}

SqliteStatement &SqliteReader::listStatement(const MessageFilter &filter)
{
    if (!filter.status)
        return m_listAll;
    switch (*filter.status) {
    case MessageStatus::Queued:
        return m_listQueued;
    case MessageStatus::Delivered:
        return m_listDelivered;
    case MessageStatus::DeadLetter:
        return m_listDead;
    case MessageStatus::Processing:
    case MessageStatus::Failed:
        break;
    }
    return m_listDue;
}

Result<std::vector<MessagePointer>> SqliteReader::list(const MessageFilter &filter)
{
    if (filter.recipient)
        return listRecipient(filter);
    SqliteStatement &statement = listStatement(filter);
    statement.bind(1, keyBound(filter));
    statement.bind(2, qint64(filter.limit));
    if (&statement == &m_listDue)
        statement.bind(3, static_cast<qint64>(*filter.status));
    const auto keys = readKeys(statement);
    if (!keys)
        return std::unexpected(keys.error());
    return load(*keys);
}

Result<std::vector<MessagePointer>> SqliteReader::listRecipient(const MessageFilter &filter)
{
    const qint64 recipient = packRecipient(*filter.recipient);
    return m_queue.read(recipient, [&](const QueueTail::View &tail) -> Result<std::vector<MessagePointer>> {
        m_listRecipient.bind(1, keyBound(filter));
        m_listRecipient.bind(2, qint64(filter.limit));
        m_listRecipient.bind(3, filter.status ? static_cast<qint64>(*filter.status) : qint64(-1));
        m_listRecipient.bind(4, recipient);
        auto keys = readKeys(m_listRecipient);
        if (!keys)
            return std::unexpected(keys.error());
        for (const QueuePlace &place : tail.places) {
            if (place.key < keyBound(filter))
                keys->push_back(place.key);
        }
        // A message of the tail that was finished meanwhile is there twice.
        std::ranges::sort(*keys, std::ranges::greater());
        keys->erase(std::ranges::unique(*keys).begin(), keys->end());
        std::vector<MessagePointer> messages;
        for (std::size_t i = 0; i < keys->size() && std::ssize(messages) < filter.limit; ++i) {
            auto message = m_loader.load((*keys)[i]);
            if (!message)
                return std::unexpected(message.error());
            if (*message && (!filter.status || (*message)->status == *filter.status))
                messages.push_back(std::move(*message));
        }
        return messages;
    });
}

Result<std::vector<MessagePointer>> SqliteReader::pending(const Recipient &recipient, int limit,
                                                          Timestamp now, std::span<const MessageId> excluded)
{
    return pendingUpTo(Priority::Critical, recipient, limit, now, excluded);
}

Result<std::vector<MessagePointer>> SqliteReader::pendingUpTo(Priority highest, const Recipient &recipient, int limit,
                                                              Timestamp now, std::span<const MessageId> excluded)
{
    const qint64 packed = packRecipient(recipient);
    return m_queue.read(packed, [&](const QueueTail::View &tail) -> Result<std::vector<MessagePointer>> {
        const SqliteResetGuard guard(m_pending);
        m_pending.bind(1, packed);
        m_pending.bind(2, now);
        m_pending.bind(3, rankOf(highest));
        std::vector<MessagePointer> messages;
        auto inMemory = std::ranges::lower_bound(tail.places, QueuePlace{rankOf(highest), 0});
        auto row = m_pending.step();
        while (std::ssize(messages) < limit) {
            if (!row)
                return std::unexpected(row.error());
            const bool isInMemory = inMemory != tail.places.end()
                && (!*row || *inMemory < QueuePlace{m_pending.number(0), m_pending.number(1)});
            if (!isInMemory && !*row)
                break;
            const qint64 key = isInMemory ? (inMemory++)->key : m_pending.number(1);
            // Sorted by id is sorted by key.
            if (!std::ranges::binary_search(excluded, key, {}, rowKey)) {
                auto message = m_loader.load(key);
                if (!message)
                    return std::unexpected(message.error());
                // Whether it has expired stands in the message only, and the memory may be older than the row.
                if (*message && canBePushed(**message, now))
                    messages.push_back(std::move(*message));
            }
            if (!isInMemory)
                row = m_pending.step();
        }
        return messages;
    });
}

/// The message of a key may be gone since the key was read; it is left out then.
Result<std::vector<MessagePointer>> SqliteReader::load(std::span<const qint64> keys)
{
    std::vector<MessagePointer> messages;
    messages.reserve(keys.size());
    for (const qint64 key : keys) {
        auto message = m_loader.load(key);
        if (!message)
            return std::unexpected(message.error());
        if (*message)
            messages.push_back(std::move(*message));
    }
    return messages;
}

Result<qint64> SqliteReader::pendingCount(const Recipient &recipient)
{
    const qint64 packed = packRecipient(recipient);
    return m_queue.read(packed, [&](const QueueTail::View &tail) -> Result<qint64> {
        const SqliteResetGuard guard(m_pendingCount);
        m_pendingCount.bind(1, packed);
        const auto row = m_pendingCount.step();
        if (!row)
            return std::unexpected(row.error());
        return m_pendingCount.number(0) + std::ssize(tail.places);
    });
}

Result<bool> SqliteReader::isWaiting(qint64 recipient, Timestamp now)
{
    return m_queue.read(recipient, [&](const QueueTail::View &tail) -> Result<bool> {
        for (const QueuePlace &place : tail.places) {
            const auto message = m_loader.load(place.key);
            if (!message)
                return std::unexpected(message.error());
            if (*message && (*message)->status == MessageStatus::Queued && canBePushed(**message, now))
                return true;
        }
        const SqliteResetGuard guard(m_waiting);
        m_waiting.bind(1, recipient);
        m_waiting.bind(2, now);
        return m_waiting.step();
    });
}

Result<std::vector<Recipient>> SqliteReader::waiting(std::span<const Recipient> recipients, Timestamp now)
{
    std::vector<Recipient> found;
    for (const Recipient &recipient : recipients) {
        const auto has = isWaiting(packRecipient(recipient), now);
        if (!has)
            return std::unexpected(has.error());
        if (*has)
            found.push_back(recipient);
    }
    return found;
}

Result<StorageStatistics> SqliteReader::statistics()
{
    return m_queue.read([&](const QueueTail::View &tail) -> Result<StorageStatistics> {
        const SqliteResetGuard guard(m_statistics);
        const auto row = m_statistics.step();
        if (!row)
            return std::unexpected(row.error());
        StorageStatistics statistics;
        statistics.pending = m_statistics.number(0) + tail.size;
        statistics.deadLetters = m_statistics.number(1);
        statistics.sizeBytes = m_statistics.number(2);
        return statistics;
    });
}

Result<std::optional<ApiKeyRecord>> SqliteReader::findApiKey(QByteArrayView hash)
{
    const SqliteResetGuard guard(m_apiKey);
    m_apiKey.bindBlob(1, hash);
    const auto row = m_apiKey.step();
    if (!row)
        return std::unexpected(row.error());
    return *row ? std::optional(readApiKey(m_apiKey)) : std::nullopt;
}

Result<std::vector<ApiKeyRecord>> SqliteReader::apiKeys()
{
    const SqliteResetGuard guard(m_apiKeys);
    std::vector<ApiKeyRecord> keys;
    for (;;) {
        const auto row = m_apiKeys.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return keys;
        keys.push_back(readApiKey(m_apiKeys));
    }
}

} // namespace hudhud
