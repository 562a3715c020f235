// SPDX-License-Identifier: GPL-3.0-or-later
#include "postgresql_dead_letters.h"

#include "dead_letter_query.h"
#include "message_loader.h"
#include "plugin-api/job_rules.h"
#include "postgresql_writer.h"

namespace hudhud {

namespace {

constexpr int AfterMessage = 30; ///< The first column behind those of message_columns.sql.

} // namespace

Result<Standings> readStandings(PostgresqlConnection &connection, std::span<const MessageId> ids)
{
    auto rows = connection.run("select_standings", arrayOf(ids));
    if (!rows)
        return std::unexpected(rows.error());
    Standings standings;
    while (rows->next()) {
        standings[rows->id(0)] = {.isStored = true,
                                  .isDead = !rows->isNull(2),
                                  .isDiscarded = !rows->isNull(3),
                                  .reason = static_cast<DeadLetterReason>(rows->number(4)),
                                  .expiresAt = rows->time(1)};
    }
    return standings;
}

DeadLetterStanding standingOf(const Standings &standings, const MessageId &id)
{
    const auto found = standings.find(id);
    return found == standings.end() ? DeadLetterStanding{.isStored = false} : found->second;
}

Result<std::vector<DeadLetterRecord>> PostgresqlDeadLetterReader::list(const DeadLetterFilter &filter,
                                                                       const std::optional<DeadLetterCursor> &cursor,
                                                                       int limit)
{
    const auto diedAt = cursor.transform([](const DeadLetterCursor &place) { return place.diedAt; });
    const auto id = cursor.transform([](const DeadLetterCursor &place) { return place.id; });
    return readLetters(runFiltered(m_connection, "list_dead_letters", filter, diedAt, id, limit));
}

Result<std::vector<DeadLetterRecord>> PostgresqlDeadLetterReader::readLetters(Result<Rows> rows)
{
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<DeadLetterRecord> letters;
    while (rows->next()) {
        auto message = readMessage(*rows);
        if (!message)
            return std::unexpected(message.error());
        letters.push_back({.message = std::move(*message),
                           .diedAt = rows->time(AfterMessage).value_or(Timestamp()),
                           .reason = static_cast<DeadLetterReason>(rows->number(AfterMessage + 1)),
                           .errorClass = static_cast<ErrorClass>(rows->number(AfterMessage + 2)),
                           .signature = rows->text(AfterMessage + 3),
                           .discardedAt = rows->time(AfterMessage + 4),
                           .discardReason = rows->text(AfterMessage + 5)});
    }
    return letters;
}

Result<std::optional<DeadLetterRecord>> PostgresqlDeadLetterReader::find(const MessageId &id)
{
    auto letters = readLetters(m_connection.run("select_dead_letter", id));
    if (!letters)
        return std::unexpected(letters.error());
    return letters->empty() ? std::nullopt : std::optional(std::move(letters->front()));
}

Result<std::vector<DeadLetterGroup>> PostgresqlDeadLetterReader::groups(int limit)
{
    auto rows = m_connection.run("list_dead_letter_groups", limit);
    if (!rows)
        return std::unexpected(rows.error());
    std::vector<DeadLetterGroup> groups;
    while (rows->next()) {
        groups.push_back({.signature = rows->text(0),
                          .count = rows->number(1),
                          .replayed = rows->number(2),
                          .firstDiedAt = rows->time(3).value_or(Timestamp()),
                          .lastDiedAt = rows->time(4).value_or(Timestamp()),
                          .example = rows->id(5)});
    }
    return groups;
}

Result<qint64> PostgresqlDeadLetterReader::count(const DeadLetterFilter &filter)
{
    auto row = runFiltered(m_connection, "count_dead_letters", filter);
    if (!row)
        return std::unexpected(row.error());
    return row->next() ? row->number(0) : 0;
}

Result<RefusalCounts> PostgresqlDeadLetterReader::preview(JobKind kind, const DeadLetterSelection &selection,
                                                          bool includesPoison, Timestamp now)
{
    RefusalCounts counts{};
    const auto add = [&](const DeadLetterStanding &standing) {
        ++counts[static_cast<std::size_t>(refusalOf(kind, includesPoison, standing, now))];
    };
    if (!selection.ids.empty()) {
        const auto standings = readStandings(m_connection, selection.ids);
        if (!standings)
            return std::unexpected(standings.error());
        for (const MessageId &id : selection.ids)
            add(standingOf(*standings, id));
        return counts;
    }
    auto rows = runFiltered(m_connection, "preview_dead_letters", selection.filter);
    if (!rows)
        return std::unexpected(rows.error());
    while (rows->next()) {
        add({.isStored = true,
             .isDead = true,
             .isDiscarded = !rows->isNull(0),
             .reason = static_cast<DeadLetterReason>(rows->number(1)),
             .expiresAt = rows->time(2)});
    }
    return counts;
}

Result<void> PostgresqlDeadLetterWriter::replaceEdited(const Message &corrected, const QByteArray &reason,
                                                       const AuditRecord &audit)
{
    const auto message = std::make_shared<Message>(corrected);
    if (auto made = m_writer.m_shared.partitions.ensure(m_writer.m_connection, std::span(&corrected.id, 1),
                                                        m_writer.m_shared.clock->now());
        !made)
        return made;
    return m_writer.inTransaction([&]() { return replaceWithin(message, reason, audit); });
}

Result<void> PostgresqlDeadLetterWriter::replaceWithin(const MessagePointer &corrected, const QByteArray &reason,
                                                       const AuditRecord &audit)
{
    const MessageId &original = corrected->editedFrom;
    // Locked: nobody replays or discards it meanwhile.
    MessageStates states(m_writer.m_connection, m_writer.m_shared.nodes);
    if (auto loaded = states.load(std::span(&original, 1)); !loaded)
        return loaded;
    const auto standings = readStandings(m_writer.m_connection, std::span(&original, 1));
    if (!standings)
        return std::unexpected(standings.error());
    const DeadLetterStanding standing = standingOf(*standings, original);
    if (!standing.isStored)
        return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no such message.")));
    if (const auto refusal = refusalOf(JobKind::Discard, false, standing, audit.time);
        refusal != DeadLetterRefusal::None)
        return std::unexpected(editRefused(refusal));
    Result<void> accepted;
    if (auto inserted = m_writer.insert(std::span(&corrected, 1), std::span(&accepted, 1)); !inserted)
        return inserted;
    if (!accepted)
        return accepted;
    if (auto discarded = m_writer.m_connection.run("update_discards", arrayOf(std::span(&original, 1)), audit.time,
                                                   Text{reason});
        !discarded)
        return std::unexpected(discarded.error());
    const auto noted = m_writer.m_audit.insert(audit);
    return noted ? Result<void>() : std::unexpected(noted.error());
}

Result<int> PostgresqlDeadLetterWriter::purgeDiscarded(Timestamp before, int limit)
{
    return m_writer.inTransaction([&]() -> Result<int> {
        const auto ids = m_writer.readIds(m_writer.m_connection.run("select_discarded", before, limit));
        if (!ids)
            return std::unexpected(ids.error());
        if (auto removed = m_writer.remove(*ids); !removed)
            return std::unexpected(removed.error());
        return static_cast<int>(ids->size());
    });
}

} // namespace hudhud
