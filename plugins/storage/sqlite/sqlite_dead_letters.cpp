// SPDX-License-Identifier: GPL-3.0-or-later
#include "sqlite_dead_letters.h"

#include "dead_letter_query.h"
#include "plugin-api/job_rules.h"
#include "sqlite_queries.h"
#include "sqlite_writer.h"

#include <limits>

namespace hudhud {

namespace {

Error noDeadLetter()
{
    return {ErrorCode::NotFound, QStringLiteral("There is no such message.")};
}

} // namespace

Result<StoredStanding> readStanding(SqliteStatement &select, qint64 key)
{
    const SqliteResetGuard guard(select);
    select.bind(1, key);
    const auto row = select.step();
    if (!row)
        return std::unexpected(row.error());
    StoredStanding stored;
    stored.standing.isStored = *row;
    if (!*row)
        return stored;
    stored.id = MessageId::fromBytes(select.bytes(0)).value_or(MessageId());
    stored.recipient = select.number(1);
    stored.standing.expiresAt = select.time(2);
    stored.standing.isDead = !select.isNull(3);
    stored.standing.isDiscarded = !select.isNull(4);
    stored.standing.reason = static_cast<DeadLetterReason>(select.number(5));
    return stored;
}

Result<void> SqliteDeadLetterReader::prepare(SqliteConnection &connection)
{
    for (const auto &[statement, name] : {QueryTarget{m_list, "list_dead_letters"},
                                          QueryTarget{m_count, "count_dead_letters"},
                                          QueryTarget{m_preview, "preview_dead_letters"}}) {
        auto prepared = prepareFilteredQuery(connection, name);
        if (!prepared)
            return std::unexpected(prepared.error());
        statement = std::move(*prepared);
    }
    return prepareQueries(connection,
                          {{m_select, "select_dead_letter"},
                           {m_groups, "list_dead_letter_groups"},
                           {m_standing, "select_standing"}});
}

Result<std::vector<DeadLetterRecord>> SqliteDeadLetterReader::list(const DeadLetterFilter &filter,
                                                             const std::optional<DeadLetterCursor> &cursor, int limit)
{
    const DeadLetterQuery query(filter);
    query.bindTo(m_list);
    // The walk begins at the cursor, not at the latest death.
    if (cursor && (!filter.diedBefore || cursor->diedAt < *filter.diedBefore))
        m_list.bind(9, cursor->diedAt.time_since_epoch().count() + 1);
    m_list.bind(13, cursor ? cursor->diedAt.time_since_epoch().count() : std::numeric_limits<qint64>::max());
    m_list.bind(14, cursor ? rowKey(cursor->id) : std::numeric_limits<qint64>::max());
    m_list.bind(15, qint64(limit));
    return readLetters(m_list);
}

Result<std::vector<DeadLetterRecord>> SqliteDeadLetterReader::readLetters(SqliteStatement &statement)
{
    const SqliteResetGuard guard(statement);
    std::vector<DeadLetterRecord> letters;
    for (;;) {
        const auto row = statement.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return letters;
        auto message = m_loader.load(statement.number(0));
        if (!message)
            return std::unexpected(message.error());
        if (!*message) // Not a row of the same snapshot: it went with its message since.
            continue;
        letters.push_back({.message = std::move(*message),
                           .diedAt = statement.time(1).value_or(Timestamp()),
                           .reason = static_cast<DeadLetterReason>(statement.number(2)),
                           .errorClass = static_cast<ErrorClass>(statement.number(3)),
                           .signature = statement.byteArray(4),
                           .discardedAt = statement.time(5),
                           .discardReason = statement.byteArray(6)});
    }
}

Result<std::optional<DeadLetterRecord>> SqliteDeadLetterReader::find(const MessageId &id)
{
    m_select.bind(1, rowKey(id));
    auto letters = readLetters(m_select);
    if (!letters)
        return std::unexpected(letters.error());
    if (letters->empty() || letters->front().message->id != id)
        return std::nullopt;
    return std::move(letters->front());
}

Result<std::vector<DeadLetterGroup>> SqliteDeadLetterReader::groups(int limit)
{
    const SqliteResetGuard guard(m_groups);
    m_groups.bind(1, qint64(limit));
    std::vector<DeadLetterGroup> groups;
    for (;;) {
        const auto row = m_groups.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return groups;
        groups.push_back({.signature = m_groups.byteArray(0),
                          .count = m_groups.number(1),
                          .replayed = m_groups.number(2),
                          .firstDiedAt = m_groups.time(3).value_or(Timestamp()),
                          .lastDiedAt = m_groups.time(4).value_or(Timestamp()),
                          .example = MessageId::fromBytes(m_groups.bytes(5)).value_or(MessageId())});
    }
}

Result<qint64> SqliteDeadLetterReader::count(const DeadLetterFilter &filter)
{
    const SqliteResetGuard guard(m_count);
    const DeadLetterQuery query(filter);
    query.bindTo(m_count);
    const auto row = m_count.step();
    if (!row)
        return std::unexpected(row.error());
    return m_count.number(0);
}

Result<RefusalCounts> SqliteDeadLetterReader::preview(JobKind kind, const DeadLetterSelection &selection,
                                                      bool includesPoison, Timestamp now)
{
    RefusalCounts counts{};
    const auto add = [&](const DeadLetterStanding &standing) {
        ++counts[static_cast<std::size_t>(refusalOf(kind, includesPoison, standing, now))];
    };
    for (const MessageId &id : selection.ids) {
        auto stored = readStanding(m_standing, rowKey(id));
        if (!stored)
            return std::unexpected(stored.error());
        stored->standing.isStored = stored->standing.isStored && stored->id == id;
        add(stored->standing);
    }
    if (!selection.ids.empty())
        return counts;
    const SqliteResetGuard guard(m_preview);
    const DeadLetterQuery query(selection.filter);
    query.bindTo(m_preview);
    for (;;) {
        const auto row = m_preview.step();
        if (!row)
            return std::unexpected(row.error());
        if (!*row)
            return counts;
        add({.isStored = true,
             .isDead = true,
             .isDiscarded = !m_preview.isNull(0),
             .reason = static_cast<DeadLetterReason>(m_preview.number(1)),
             .expiresAt = m_preview.time(2)});
    }
}

Result<void> SqliteDeadLetterWriter::prepare(SqliteConnection &connection)
{
    return prepareQueries(connection,
                          {{m_standing, "select_standing"}, {m_selectDiscarded, "select_discarded"}});
}

Result<void> SqliteDeadLetterWriter::replaceEdited(const Message &corrected, const QByteArray &reason,
                                                   const AuditRecord &audit)
{
    if (auto number = m_writer.nodeNumber(m_writer.m_node); !number)
        return std::unexpected(number.error());
    return m_writer.inTransaction([&]() -> Result<void> {
        const qint64 key = rowKey(corrected.editedFrom);
        const auto stored = readStanding(m_standing, key);
        if (!stored)
            return std::unexpected(stored.error());
        if (!stored->standing.isStored || stored->id != corrected.editedFrom)
            return std::unexpected(noDeadLetter());
        if (const auto refusal = refusalOf(JobKind::Discard, false, stored->standing, audit.time);
            refusal != DeadLetterRefusal::None)
            return std::unexpected(editRefused(refusal));
        const auto inserted = m_writer.insert(corrected);
        if (!inserted)
            return std::unexpected(inserted.error());
        if (!*inserted)
            return *inserted;
        if (auto discarded = m_writer.m_deadLetterTable.setDiscarded(key, audit.time, reason); !discarded)
            return discarded;
        return m_writer.m_audit.insert(audit);
    }, 1);
}

Result<int> SqliteDeadLetterWriter::purgeDiscarded(Timestamp before, int limit)
{
    m_selectDiscarded.bind(1, before);
    m_selectDiscarded.bind(2, qint64(limit));
    const auto keys = readKeys(m_selectDiscarded);
    if (!keys)
        return std::unexpected(keys.error());
    if (keys->empty())
        return 0;
    if (auto removed = m_writer.inTransaction([&]() -> Result<void> { return m_writer.remove(*keys); }); !removed)
        return std::unexpected(removed.error());
    return static_cast<int>(keys->size());
}

} // namespace hudhud
