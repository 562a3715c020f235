// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_reader.h"

#include "message_loader.h"
#include "postgresql_writer.h"
#include "sql/record_codec.h"

#include <algorithm>

namespace hudhud {

namespace {

ApiKeyRecord readApiKey(const Rows &row)
{
    ApiKeyRecord key;
    key.id = row.number(0);
    key.hash = row.bytes(1);
    key.name = row.text(2);
    if (const QByteArray scopes = row.text(3); !scopes.isEmpty()) {
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

const char *listQuery(const MessageFilter &filter)
{
    if (filter.recipient)
        return "list_recipient";
    if (!filter.status)
        return "list_all";
    return isPending(*filter.status) ? "list_queue" : "list_finished";
}

} // namespace

PostgresqlReader::PostgresqlReader(PostgresqlShared &shared)
    : m_nodes(shared.nodes)
    , m_connection(shared.options)
{
}

Result<std::unique_ptr<StorageReader>> PostgresqlReader::create(PostgresqlShared &shared)
{
    std::unique_ptr<PostgresqlReader> reader(new PostgresqlReader(shared));
    if (auto opened = reader->m_connection.open(); !opened)
        return std::unexpected(opened.error());
    return reader;
}

Result<std::vector<MessagePointer>> PostgresqlReader::find(std::span<const MessageId> ids)
{
    return loadMessages(m_connection, ids);
}

Result<std::vector<MessageEvent>> PostgresqlReader::events(const MessageId &id)
{
    auto row = m_connection.run("select_history", id);
    if (!row)
        return std::unexpected(row.error());
    if (!row->next())
        return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no such message.")));
    return unpack(row->bytes(2), row->time(0).value_or(Timestamp()), row->number(1));
}

Result<std::vector<MessageEvent>> PostgresqlReader::unpack(QByteArrayView history, Timestamp createdAt, qint64 node)
{
    bool areAllKnown = m_nodes.isKnown(node);
    const auto nodeName = [&](quint32 number) {
        areAllKnown = areAllKnown && m_nodes.isKnown(number);
        return m_nodes.nameOf(number);
    };
    auto events = unpackHistory(history, createdAt, nodeName);
    if (events && !areAllKnown) {
        // Another node has joined since.
        if (auto learned = m_nodes.learn(m_connection); !learned)
            return std::unexpected(learned.error());
        events = unpackHistory(history, createdAt, nodeName);
    }
    if (events)
        events->insert(events->begin(),
                       MessageEvent{1, MessageStatus::Queued, createdAt, m_nodes.nameOf(node), 0, {}});
    return events;
}

Result<std::vector<MessagePointer>> PostgresqlReader::list(const MessageFilter &filter)
{
    const std::optional<qint64> recipient
        = filter.recipient ? std::optional(packRecipient(*filter.recipient)) : std::nullopt;
    const char *query = listQuery(filter);
    if (filter.recipient)
        return readMessages(m_connection.run(query, filter.before, filter.limit, filter.status, recipient));
    if (filter.status)
        return readMessages(m_connection.run(query, filter.before, filter.limit, filter.status));
    return readMessages(m_connection.run(query, filter.before, filter.limit));
}

Result<std::vector<MessagePointer>> PostgresqlReader::pending(const Recipient &recipient, int limit,
                                                              Timestamp now, std::span<const MessageId> excluded)
{
    return pendingUpTo(Priority::Critical, recipient, limit, now, excluded);
}

Result<std::vector<MessagePointer>> PostgresqlReader::pendingUpTo(Priority highest, const Recipient &recipient, int limit,
                                                                  Timestamp now, std::span<const MessageId> excluded)
{
    return readMessages(m_connection.run("select_pending", packRecipient(recipient), now, rankOf(highest), limit,
                                         arrayOf(excluded)));
}

Result<qint64> PostgresqlReader::pendingCount(const Recipient &recipient)
{
    auto row = m_connection.run("count_pending", packRecipient(recipient));
    if (!row)
        return std::unexpected(row.error());
    return row->next() ? row->number(0) : 0;
}

Result<std::vector<Recipient>> PostgresqlReader::waiting(std::span<const Recipient> recipients, Timestamp now)
{
    ArrayLiteral numbers(std::ssize(recipients) * (Recipient::MaximumDigits + 2));
    for (const Recipient &recipient : recipients)
        numbers.addNumber(packRecipient(recipient));
    auto rows = m_connection.run("select_waiting", numbers, now);
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<Recipient> found;
    while (rows->next())
        found.push_back(unpackRecipient(rows->number(0)));
    return found;
}

Result<StorageStatistics> PostgresqlReader::statistics()
{
    auto row = m_connection.run("count_all");
    if (!row)
        return std::unexpected(row.error());
    StorageStatistics statistics;
    if (row->next()) {
        statistics.pending = row->number(0);
        statistics.deadLetters = row->number(1);
        statistics.sizeBytes = row->number(2);
    }
    return statistics;
}

Result<PriorityStatistics> PostgresqlReader::queueStatistics(Timestamp now)
{
    auto rows = m_connection.run("count_queues", now);
    if (!rows)
        return std::unexpected(rows.error());
    PriorityStatistics priorities;
    while (rows->next()) {
        const auto priority = static_cast<std::size_t>(PriorityCount - 1 - rows->number(0));
        priorities.at(priority) = {.depth = rows->number(1),
                                   .inFlight = rows->number(2),
                                   .scheduled = rows->number(3),
                                   .retrying = rows->number(4),
                                   .oldestCreatedAt = rows->time(5)};
    }
    return priorities;
}

Result<std::optional<ApiKeyRecord>> PostgresqlReader::findApiKey(QByteArrayView hash)
{
    auto row = m_connection.run("select_api_key", Bytes{hash});
    if (!row)
        return std::unexpected(row.error());
    return row->next() ? std::optional(readApiKey(*row)) : std::nullopt;
}

Result<std::vector<ApiKeyRecord>> PostgresqlReader::apiKeys()
{
    auto rows = m_connection.run("select_api_keys");
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<ApiKeyRecord> keys;
    while (rows->next())
        keys.push_back(readApiKey(*rows));
    return keys;
}

} // namespace hudhud
