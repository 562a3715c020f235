// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_broadcasts.h"

#include "sql/record_codec.h"
#include "sqlite_queries.h"
#include "sqlite_writer.h"

#include <QtEndian>

#include <array>
#include <limits>

namespace hudhud {

namespace {

/// In one row of a list: so many fit into one page.
constexpr std::size_t RecipientsPerRow = 400;
constexpr qsizetype PackedSize = sizeof(qint64);

/// In table attachment_holder.
qint64 holderOf(qint64 broadcast)
{
    return -broadcast;
}

QByteArray packRecipients(std::span<const Recipient> recipients)
{
    QByteArray packed(std::ssize(recipients) * PackedSize, Qt::Uninitialized);
    char *out = packed.data();
    for (const Recipient &recipient : recipients) {
        qToLittleEndian(packRecipient(recipient), out);
        out += PackedSize;
    }
    return packed;
}

} // namespace

Result<void> SqliteBroadcastWriter::prepare(SqliteConnection &connection)
{
    m_connection = &connection;
    if (auto prepared = m_loader.prepare(connection); !prepared)
        return prepared;
    if (auto prepared = m_groups.prepare(connection); !prepared)
        return prepared;
    return prepareQueries(connection,
                          {{m_insert, "insert_broadcast"},
                           {m_update, "update_broadcast"},
                           {m_countRunning, "count_running_broadcasts"},
                           {m_insertList, "insert_broadcast_list"},
                           {m_selectList, "select_broadcast_list"},
                           {m_deleteList, "delete_broadcast_list"},
                           {m_deleteEnded, "delete_ended_broadcasts"}});
}

Result<StartedBroadcast> SqliteBroadcastWriter::create(const Broadcast &broadcast,
                                                       std::span<const Recipient> recipients, int maximumRunning,
                                                       const std::optional<IdempotencyClaim> &claim)
{
    return m_writer.inTransaction([&]() -> Result<StartedBroadcast> {
        if (claim) {
            const auto known = m_writer.m_idempotency.find(*claim);
            if (!known)
                return std::unexpected(known.error());
            if (*known)
                return replayed((*known)->ids.front(), std::ssize(recipients));
        }
        const auto total = insert(broadcast, recipients, maximumRunning);
        if (!total)
            return std::unexpected(total.error());
        if (claim) {
            if (auto added = m_writer.m_idempotency.add(*claim, {&broadcast.id, 1}); !added)
                return std::unexpected(added.error());
        }
        return StartedBroadcast{broadcast.id, *total, false};
    });
}

/// Its broadcast may have been purged; the list says how many it was for then.
Result<StartedBroadcast> SqliteBroadcastWriter::replayed(const MessageId &id, qint64 listed)
{
    const auto stored = m_loader.load(id);
    if (!stored)
        return std::unexpected(stored.error());
    return StartedBroadcast{id, *stored ? (*stored)->broadcast.total : listed, true};
}

Result<qint64> SqliteBroadcastWriter::insert(const Broadcast &broadcast, std::span<const Recipient> recipients,
                                             int maximumRunning)
{
    {
        const SqliteResetGuard guard(m_countRunning);
        if (const auto row = m_countRunning.step(); !row)
            return std::unexpected(row.error());
        if (m_countRunning.number(0) >= maximumRunning)
            return std::unexpected(tooManyBroadcasts(maximumRunning));
    }
    qint64 total = std::ssize(recipients);
    if (!broadcast.group.isEmpty()) {
        const auto count = m_groups.memberCount(broadcast.group);
        if (!count)
            return std::unexpected(count.error());
        if (*count == 0)
            return std::unexpected(noSuchGroup());
        total = *count;
    }
    const Message &message = broadcast.message;
    const auto files = m_writer.m_attachments.named(message);
    if (!files)
        return std::unexpected(files.error());
    if (!*files)
        return std::unexpected(files->error());
    const QByteArray attachments = packAttachments(message.attachments);
    m_insert.bindBlob(1, broadcast.id.view());
    m_insert.bindText(2, broadcast.group);
    m_insert.bind(3, total);
    m_insert.bind(4, broadcast.createdAt);
    m_insert.bind(5, message.apiKeyId);
    m_insert.bind(6, static_cast<qint64>(message.type));
    m_insert.bind(7, static_cast<qint64>(message.priority));
    m_insert.bindText(8, message.subject);
    m_insert.bindText(9, message.content);
    m_insert.bindText(10, message.sender);
    m_insert.bindText(11, message.metadata);
    m_insert.bindText(12, message.collapseKey);
    m_insert.bindText(13, message.conversation);
    m_insert.bind(14, message.expiresAt);
    m_insert.bind(15, message.deliverAt);
    m_insert.bindBlob(16, attachments);
    if (const auto inserted = m_insert.run(); !inserted)
        return std::unexpected(inserted.error());
    const qint64 number = m_connection->lastInsertId();
    if (const auto held = m_writer.m_attachments.hold(holderOf(number), **files); !held)
        return std::unexpected(held.error());
    if (const auto inserted = insertList(number, recipients); !inserted)
        return std::unexpected(inserted.error());
    return total;
}

Result<void> SqliteBroadcastWriter::insertList(qint64 number, std::span<const Recipient> recipients)
{
    while (!recipients.empty()) {
        const auto row = recipients.first(std::min(RecipientsPerRow, recipients.size()));
        recipients = recipients.subspan(row.size());
        const QByteArray packed = packRecipients(row);
        m_insertList.bind(1, number);
        m_insertList.bind(2, packRecipient(row.back()));
        m_insertList.bindBlob(3, packed);
        if (auto inserted = m_insertList.run(); !inserted)
            return inserted;
    }
    return {};
}

Result<StoredBroadcast> SqliteBroadcastWriter::load(const MessageId &id)
{
    auto stored = m_loader.load(id);
    if (!stored)
        return std::unexpected(stored.error());
    if (!*stored)
        return std::unexpected(noSuchBroadcast());
    return std::move(**stored);
}

Result<BroadcastSlice> SqliteBroadcastWriter::expand(const MessageId &id, int limit, MessageIdGenerator &ids,
                                                     Timestamp now)
{
    if (const auto prepared = m_writer.nodeNumber(m_writer.m_node); !prepared)
        return std::unexpected(prepared.error());
    return m_writer.inTransaction([&]() -> Result<BroadcastSlice> {
        auto stored = load(id);
        if (!stored)
            return std::unexpected(stored.error());
        if (stored->broadcast.state != BroadcastState::Running)
            return BroadcastSlice{{}, {}, true};
        return expand(*stored, limit, ids, now);
    }, limit);
}

Result<BroadcastSlice> SqliteBroadcastWriter::expand(StoredBroadcast &stored, int limit, MessageIdGenerator &ids,
                                                     Timestamp now)
{
    const auto recipients = next(stored, limit);
    if (!recipients)
        return std::unexpected(recipients.error());
    BroadcastSlice slice;
    slice.isEnded = std::ssize(*recipients) < limit;
    slice.messages.reserve(recipients->size());
    for (const Recipient &recipient : *recipients) {
        slice.messages.push_back(messageOf(stored.broadcast, recipient, ids, now));
        const auto inserted = m_writer.insert(*slice.messages.back());
        if (!inserted)
            return std::unexpected(inserted.error());
        if (!*inserted)
            return std::unexpected(inserted->error());
    }
    if (auto given = supersede(slice); !given)
        return std::unexpected(given.error());
    stored.broadcast.stored += std::ssize(*recipients);
    if (!recipients->empty())
        stored.last = packRecipient(recipients->back());
    if (slice.isEnded) {
        stored.broadcast.state = BroadcastState::Completed;
        stored.broadcast.endedAt = now;
    }
    if (const auto written = store(stored); !written)
        return std::unexpected(written.error());
    return slice;
}

Result<void> SqliteBroadcastWriter::supersede(BroadcastSlice &slice)
{
    std::vector<Supersession> superseded;
    for (const MessagePointer &message : slice.messages) {
        if (message->collapseKey.isEmpty())
            return {}; // None of them has one.
        if (auto done = m_writer.supersede(*message, 0, superseded); !done)
            return done;
    }
    for (Supersession &supersession : superseded)
        slice.superseded.push_back(std::move(supersession.message));
    return {};
}

Result<std::vector<Recipient>> SqliteBroadcastWriter::next(const StoredBroadcast &stored, int limit)
{
    if (!stored.broadcast.group.isEmpty()) {
        const Recipient last = stored.last == 0 ? Recipient() : unpackRecipient(stored.last);
        return m_groups.members(stored.broadcast.group, last, limit);
    }
    const SqliteResetGuard guard(m_selectList);
    m_selectList.bind(1, stored.number);
    m_selectList.bind(2, stored.last);
    std::vector<Recipient> recipients;
    while (std::ssize(recipients) < limit) {
        const auto row = m_selectList.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            break;
        const QByteArrayView packed = m_selectList.bytes(0);
        for (qsizetype at = 0; at + PackedSize <= packed.size() && std::ssize(recipients) < limit; at += PackedSize) {
            const auto recipient = qFromLittleEndian<qint64>(packed.data() + at);
            if (recipient > stored.last)
                recipients.push_back(unpackRecipient(recipient));
        }
    }
    return recipients;
}

/// Also drops what is done with: the part of the list, and at the end all of it and its hold on attachments.
Result<void> SqliteBroadcastWriter::store(const StoredBroadcast &stored)
{
    m_update.bind(1, stored.number);
    m_update.bind(2, static_cast<qint64>(stored.broadcast.state));
    m_update.bind(3, stored.broadcast.stored);
    m_update.bind(4, stored.last);
    m_update.bind(5, stored.broadcast.endedAt);
    if (auto updated = m_update.run(); !updated)
        return updated;
    if (stored.broadcast.endedAt && !stored.broadcast.message.attachments.empty()) {
        if (auto released = m_writer.m_attachments.release(std::array{holderOf(stored.number)}); !released)
            return released;
    }
    m_deleteList.bind(1, stored.number);
    m_deleteList.bind(2, stored.broadcast.endedAt ? std::numeric_limits<qint64>::max() : stored.last);
    return m_deleteList.run();
}

Result<Broadcast> SqliteBroadcastWriter::cancel(const MessageId &id, Timestamp now)
{
    return m_writer.inTransaction([&]() -> Result<Broadcast> {
        auto stored = load(id);
        if (!stored)
            return std::unexpected(stored.error());
        return cancel(*stored, now);
    });
}

Result<Broadcast> SqliteBroadcastWriter::cancel(StoredBroadcast &stored, Timestamp now)
{
    if (stored.broadcast.state != BroadcastState::Running)
        return stored.broadcast;
    stored.broadcast.state = BroadcastState::Cancelled;
    stored.broadcast.endedAt = now;
    if (const auto written = store(stored); !written)
        return std::unexpected(written.error());
    return stored.broadcast;
}

Result<int> SqliteBroadcastWriter::purge(Timestamp endedBefore, int limit)
{
    m_deleteEnded.bind(1, endedBefore);
    m_deleteEnded.bind(2, qint64(limit));
    return m_writer.inTransaction([&]() -> Result<int> {
        if (const auto deleted = m_deleteEnded.run(); !deleted)
            return std::unexpected(deleted.error());
        return m_connection->changes();
    });
}

Result<void> SqliteBroadcastReader::prepare(SqliteConnection &connection)
{
    if (auto prepared = m_loader.prepare(connection); !prepared)
        return prepared;
    return prepareQueries(connection, {{m_running, "select_running_broadcasts"}});
}

Result<std::optional<Broadcast>> SqliteBroadcastReader::find(const MessageId &id)
{
    auto stored = m_loader.load(id);
    if (!stored)
        return std::unexpected(stored.error());
    return *stored ? std::optional(std::move((*stored)->broadcast)) : std::nullopt;
}

Result<std::vector<MessageId>> SqliteBroadcastReader::running()
{
    const SqliteResetGuard guard(m_running);
    std::vector<MessageId> ids;
    for (;;) {
        const auto row = m_running.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return ids;
        ids.push_back(MessageId::fromBytes(m_running.bytes(0)).value_or(MessageId()));
    }
}

} // namespace hudhud
