// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_broadcasts.h"

#include "message_loader.h"
#include "postgresql_writer.h"
#include "sql/record_codec.h"

#include <algorithm>

namespace hudhud {

namespace {

/// In one row of a list.
constexpr std::size_t RecipientsPerRow = 400;

Result<Message> readTemplate(const Rows &row)
{
    Message message;
    message.apiKeyId = row.number(7);
    message.type = static_cast<MessageType>(row.number(8));
    message.priority = static_cast<Priority>(row.number(9));
    message.subject = row.text(10);
    message.content = row.text(11);
    message.sender = row.text(12);
    message.metadata = row.text(13);
    message.collapseKey = row.text(14);
    message.conversation = row.text(15);
    message.expiresAt = row.time(16);
    message.deliverAt = row.time(17);
    auto attachments = unpackAttachments(row.bytes(18));
    if (!attachments)
        return std::unexpected(attachments.error());
    message.attachments = std::move(*attachments);
    return message;
}

Result<std::optional<StoredBroadcast>> readBroadcast(const MessageId &id, Result<Rows> row)
{
    if (!row)
        return std::unexpected(row.error());
    if (!row->next())
        return std::nullopt;
    auto message = readTemplate(*row);
    if (!message)
        return std::unexpected(message.error());
    return StoredBroadcast{.last = row->number(4),
                           .broadcast = {.id = id,
                                         .message = std::move(*message),
                                         .group = row->text(1),
                                         .state = static_cast<BroadcastState>(row->number(0)),
                                         .total = row->number(2),
                                         .stored = row->number(3),
                                         .createdAt = row->time(5).value_or(Timestamp()),
                                         .endedAt = row->time(6)}};
}

} // namespace

Result<StartedBroadcast> PostgresqlBroadcastWriter::create(const Broadcast &broadcast,
                                                           std::span<const Recipient> recipients, int maximumRunning,
                                                           const std::optional<IdempotencyClaim> &claim)
{
    return m_writer.inTransaction([&]() -> Result<StartedBroadcast> {
        if (claim) {
            const auto earlier = m_writer.m_idempotency.take(*claim, std::span(&broadcast.id, 1));
            if (!earlier)
                return std::unexpected(earlier.error());
            if (*earlier)
                return replayed((*earlier)->ids.front(), std::ssize(recipients));
        }
        const auto total = insert(broadcast, recipients, maximumRunning);
        if (!total)
            return std::unexpected(total.error());
        return StartedBroadcast{broadcast.id, *total, false};
    });
}

/// Its broadcast may have been purged; the list says how many it was for then.
Result<StartedBroadcast> PostgresqlBroadcastWriter::replayed(const MessageId &id, qint64 listed)
{
    const auto stored = readBroadcast(id, m_writer.m_connection.run("select_broadcast", id));
    if (!stored)
        return std::unexpected(stored.error());
    return StartedBroadcast{id, *stored ? (*stored)->broadcast.total : listed, true};
}

Result<qint64> PostgresqlBroadcastWriter::totalOf(const Broadcast &broadcast, std::span<const Recipient> recipients)
{
    if (broadcast.group.isEmpty())
        return std::ssize(recipients);
    const auto count = PostgresqlGroupReader(m_writer.m_connection).memberCount(broadcast.group);
    if (count && *count == 0)
        return std::unexpected(noSuchGroup());
    return count;
}

Result<qint64> PostgresqlBroadcastWriter::insert(const Broadcast &broadcast, std::span<const Recipient> recipients,
                                                 int maximumRunning)
{
    // Roughly, when several nodes begin one at the same moment.
    auto running = m_writer.m_connection.run("count_running_broadcasts");
    if (!running)
        return std::unexpected(running.error());
    if (running->next() && running->number(0) >= maximumRunning)
        return std::unexpected(tooManyBroadcasts(maximumRunning));
    const auto total = totalOf(broadcast, recipients);
    if (!total)
        return total;
    const auto message = std::make_shared<Message>(broadcast.message);
    const MessagePointer pointer = message;
    const auto named = m_writer.m_attachments.named(std::span(&pointer, 1));
    if (!named)
        return std::unexpected(named.error());
    if (const auto missing = named->missing(*message))
        return std::unexpected(*missing);
    const QByteArray attachments = packAttachments(message->attachments);
    const auto inserted = m_writer.m_connection.run(
        "insert_broadcast", broadcast.id, Text{broadcast.group}, *total, broadcast.createdAt, message->apiKeyId,
        message->type, message->priority, Text{message->subject}, Text{message->content}, Text{message->sender},
        Text{message->metadata}, Text{message->collapseKey}, Text{message->conversation}, message->expiresAt,
        message->deliverAt, Bytes{attachments});
    if (!inserted)
        return std::unexpected(inserted.error());
    if (const auto held = m_writer.m_attachments.hold(broadcast.id, message->attachments); !held)
        return std::unexpected(held.error());
    if (const auto listed = insertList(broadcast.id, recipients); !listed)
        return std::unexpected(listed.error());
    return total;
}

Result<void> PostgresqlBroadcastWriter::insertList(const MessageId &id, std::span<const Recipient> recipients)
{
    if (recipients.empty())
        return {};
    ArrayLiteral lasts;
    ArrayLiteral lists;
    while (!recipients.empty()) {
        const auto row = recipients.first(std::min(RecipientsPerRow, recipients.size()));
        recipients = recipients.subspan(row.size());
        ArrayLiteral list;
        for (const Recipient &recipient : row)
            list.addNumber(packRecipient(recipient));
        lasts.addNumber(packRecipient(row.back()));
        lists.addText(list.toString().toLatin1());
    }
    return done(m_writer.m_connection.run("insert_broadcast_list", id, lasts, lists));
}

Result<StoredBroadcast> PostgresqlBroadcastWriter::load(const MessageId &id)
{
    auto stored = readBroadcast(id, m_writer.m_connection.run("lock_broadcast", id));
    if (!stored)
        return std::unexpected(stored.error());
    if (!*stored)
        return std::unexpected(noSuchBroadcast());
    return std::move(**stored);
}

Result<BroadcastSlice> PostgresqlBroadcastWriter::expand(const MessageId &id, int limit, MessageIdGenerator &ids,
                                                         Timestamp now)
{
    if (const auto numbered = m_writer.numberNode(m_writer.m_shared.node); !numbered)
        return std::unexpected(numbered.error());
    // Known before the transaction, so that their partitions are there.
    std::vector<MessageId> fresh(static_cast<std::size_t>(limit));
    std::ranges::generate(fresh, [&ids] { return ids.next(); });
    if (auto made = m_writer.m_shared.partitions.ensure(m_writer.m_connection, fresh, m_writer.m_shared.clock->now()); !made)
        return std::unexpected(made.error());
    return m_writer.inTransaction([&]() -> Result<BroadcastSlice> {
        auto stored = load(id);
        if (!stored)
            return std::unexpected(stored.error());
        if (stored->broadcast.state != BroadcastState::Running)
            return BroadcastSlice{{}, {}, true};
        const auto recipients = next(*stored, limit);
        if (!recipients)
            return std::unexpected(recipients.error());
        std::vector<MessagePointer> messages;
        for (std::size_t i = 0; i < recipients->size(); ++i) {
            auto message = std::make_shared<Message>(stored->broadcast.message);
            message->id = fresh[i];
            message->recipient = (*recipients)[i];
            message->createdAt = now;
            messages.push_back(std::move(message));
        }
        return expandWithin(*stored, messages, limit, now);
    });
}

Result<BroadcastSlice> PostgresqlBroadcastWriter::expandWithin(StoredBroadcast &stored,
                                                               const std::vector<MessagePointer> &messages, int limit,
                                                               Timestamp now)
{
    BroadcastSlice slice;
    slice.isEnded = std::ssize(messages) < limit;
    slice.messages = messages;
    std::vector<Result<void>> accepted(messages.size());
    if (auto inserted = m_writer.insert(messages, accepted); !inserted)
        return std::unexpected(inserted.error());
    for (const Result<void> &result : accepted) {
        if (!result)
            return std::unexpected(result.error());
    }
    if (auto given = supersede(slice); !given)
        return std::unexpected(given.error());
    stored.broadcast.stored += std::ssize(messages);
    if (!messages.empty())
        stored.last = packRecipient(messages.back()->recipient);
    if (slice.isEnded) {
        stored.broadcast.state = BroadcastState::Completed;
        stored.broadcast.endedAt = now;
    }
    if (const auto written = store(stored); !written)
        return std::unexpected(written.error());
    return slice;
}

Result<void> PostgresqlBroadcastWriter::supersede(BroadcastSlice &slice)
{
    if (slice.messages.empty() || slice.messages.front()->collapseKey.isEmpty())
        return {};
    MessageStates states(m_writer.m_connection, m_writer.m_shared.nodes);
    auto superseded = m_writer.giveWay(states, slice.messages);
    if (!superseded)
        return std::unexpected(superseded.error());
    for (auto &[by, message] : *superseded)
        slice.superseded.push_back(std::move(message));
    return {};
}

Result<std::vector<Recipient>> PostgresqlBroadcastWriter::next(const StoredBroadcast &stored, int limit)
{
    if (!stored.broadcast.group.isEmpty()) {
        const Recipient last = stored.last == 0 ? Recipient() : unpackRecipient(stored.last);
        return PostgresqlGroupReader(m_writer.m_connection).members(stored.broadcast.group, last, limit);
    }
    auto rows = m_writer.m_connection.run("select_broadcast_list", stored.broadcast.id, stored.last, limit);
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<Recipient> recipients;
    while (rows->next())
        recipients.push_back(unpackRecipient(rows->number(0)));
    return recipients;
}

/// Also drops what is done with: the part of the list, and at the end all of it and its hold on attachments.
Result<void> PostgresqlBroadcastWriter::store(const StoredBroadcast &stored)
{
    const Broadcast &broadcast = stored.broadcast;
    if (auto updated = m_writer.m_connection.run("update_broadcast", broadcast.id, broadcast.state, broadcast.stored,
                                                 stored.last, broadcast.endedAt);
        !updated)
        return std::unexpected(updated.error());
    if (broadcast.endedAt && !broadcast.message.attachments.empty()) {
        if (auto released = m_writer.m_attachments.release(broadcast.id); !released)
            return released;
    }
    const std::optional<qint64> last = broadcast.endedAt ? std::nullopt : std::optional(stored.last);
    return done(m_writer.m_connection.run("delete_broadcast_list", broadcast.id, last));
}

Result<Broadcast> PostgresqlBroadcastWriter::cancel(const MessageId &id, Timestamp now)
{
    return m_writer.inTransaction([&]() -> Result<Broadcast> {
        auto stored = load(id);
        if (!stored)
            return std::unexpected(stored.error());
        if (stored->broadcast.state != BroadcastState::Running)
            return stored->broadcast;
        stored->broadcast.state = BroadcastState::Cancelled;
        stored->broadcast.endedAt = now;
        if (const auto written = store(*stored); !written)
            return std::unexpected(written.error());
        return stored->broadcast;
    });
}

Result<int> PostgresqlBroadcastWriter::purge(Timestamp endedBefore, int limit)
{
    return m_writer.inTransaction([&]() -> Result<int> {
        const auto deleted = m_writer.m_connection.run("purge_broadcasts", endedBefore, limit);
        if (!deleted)
            return std::unexpected(deleted.error());
        return static_cast<int>(deleted->affected());
    });
}

Result<std::optional<Broadcast>> PostgresqlBroadcastReader::find(const MessageId &id)
{
    auto stored = readBroadcast(id, m_connection.run("select_broadcast", id));
    if (!stored)
        return std::unexpected(stored.error());
    return *stored ? std::optional(std::move((*stored)->broadcast)) : std::nullopt;
}

Result<std::vector<MessageId>> PostgresqlBroadcastReader::running()
{
    auto rows = m_connection.run("select_running_broadcasts");
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<MessageId> ids;
    while (rows->next())
        ids.push_back(rows->id(0));
    return ids;
}

} // namespace hudhud
