// SPDX-License-Identifier: GPL-3.0-or-later
#include "memory_dead_letters.h"

#include "memory_store.h"
#include "plugin-api/job_rules.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>

namespace hudhud {

namespace {

bool containsText(const QByteArray &text, const QByteArray &lowerCase)
{
    return text.toLower().contains(lowerCase);
}

bool matchesMetadata(const Message &message, const DeadLetterFilter &filter)
{
    if (filter.metadataKey.isEmpty())
        return true;
    const QJsonObject metadata = QJsonDocument::fromJson(message.metadata).object();
    const QString key = QString::fromUtf8(filter.metadataKey);
    return metadata.contains(key)
        && (filter.metadataValue.isEmpty() || metadata.value(key).toString().toUtf8() == filter.metadataValue);
}

bool matches(const DeadLetterRecord &letter, const DeadLetterFilter &filter)
{
    const Message &message = *letter.message;
    const QByteArray text = filter.text.toLower();
    return letter.discardedAt.has_value() == filter.isDiscarded && (!filter.reason || letter.reason == filter.reason)
        && (!filter.errorClass || letter.errorClass == filter.errorClass)
        && (!filter.recipient || message.recipient == filter.recipient)
        && (filter.signature.isEmpty() || letter.signature == filter.signature)
        && message.retryCount >= filter.minimumAttempts
        && (!filter.replaysBelow || message.replayCount < *filter.replaysBelow)
        && (!filter.diedFrom || letter.diedAt >= *filter.diedFrom)
        && (!filter.diedBefore || letter.diedAt < *filter.diedBefore)
        && (text.isEmpty() || containsText(message.subject, text) || containsText(message.content, text))
        && matchesMetadata(message, filter);
}

/// Later deaths are less.
auto orderOf(Timestamp diedAt, const MessageId &id)
{
    return std::tuple(-diedAt.time_since_epoch().count(), ~id.orderKey());
}

auto orderOf(const DeadLetterRecord &letter)
{
    return orderOf(letter.diedAt, letter.message->id);
}

} // namespace

std::optional<DeadLetterRecord> MemoryStore::deadLetter(const Row &row)
{
    if (!row.death || row.state.status != MessageStatus::DeadLetter)
        return std::nullopt;
    return DeadLetterRecord{.message = row.message,
                      .diedAt = row.state.movedToDlqAt.value_or(Timestamp()),
                      .reason = row.state.deadLetterReason.value_or(DeadLetterReason::PermanentError),
                      .errorClass = row.message->failureClass,
                      .signature = row.death->signature,
                      .discardedAt = row.death->discardedAt,
                      .discardReason = row.death->discardReason};
}

DeadLetterStanding MemoryStore::standing(const MessageId &id) const
{
    const Row *row = rowOf(id);
    if (!row) {
        DeadLetterStanding gone;
        gone.isStored = false;
        return gone;
    }
    const auto letter = deadLetter(*row);
    return {.isStored = true,
            .isDead = letter.has_value(),
            .isDiscarded = letter && letter->discardedAt,
            .reason = letter ? letter->reason : DeadLetterReason::PermanentError,
            .expiresAt = row->message->expiresAt};
}

std::vector<DeadLetterRecord> matchingDeadLetters(const MemoryStore &store, const DeadLetterFilter &filter)
{
    std::vector<DeadLetterRecord> letters;
    for (const auto &[key, row] : store.m_rows) {
        if (auto letter = MemoryStore::deadLetter(row); letter && matches(*letter, filter))
            letters.push_back(std::move(*letter));
    }
    std::ranges::sort(letters, {}, [](const DeadLetterRecord &letter) { return orderOf(letter); });
    return letters;
}

Result<std::vector<DeadLetterRecord>> MemoryDeadLetterReader::list(const DeadLetterFilter &filter,
                                                             const std::optional<DeadLetterCursor> &cursor, int limit)
{
    const std::shared_lock lock(m_store.m_mutex);
    auto letters = matchingDeadLetters(m_store, filter);
    if (cursor) {
        const auto end = orderOf(cursor->diedAt, cursor->id);
        std::erase_if(letters, [&end](const DeadLetterRecord &letter) { return orderOf(letter) <= end; });
    }
    if (std::ssize(letters) > limit)
        letters.resize(static_cast<std::size_t>(limit));
    return letters;
}

Result<std::optional<DeadLetterRecord>> MemoryDeadLetterReader::find(const MessageId &id)
{
    const std::shared_lock lock(m_store.m_mutex);
    const auto *row = m_store.rowOf(id);
    return row ? MemoryStore::deadLetter(*row) : std::nullopt;
}

Result<std::vector<DeadLetterGroup>> MemoryDeadLetterReader::groups(int limit)
{
    const std::shared_lock lock(m_store.m_mutex);
    std::map<QByteArray, DeadLetterGroup> bySignature;
    for (const DeadLetterRecord &letter : matchingDeadLetters(m_store, {})) {
        DeadLetterGroup &group = bySignature[letter.signature];
        if (group.count++ == 0) {
            group.signature = letter.signature;
            group.firstDiedAt = group.lastDiedAt = letter.diedAt;
        }
        group.replayed += letter.message->replayCount > 0 ? 1 : 0;
        group.firstDiedAt = std::min(group.firstDiedAt, letter.diedAt);
        group.lastDiedAt = std::max(group.lastDiedAt, letter.diedAt);
        group.example = std::max(group.example, letter.message->id);
    }
    std::vector<DeadLetterGroup> groups;
    for (auto &[signature, group] : bySignature)
        groups.push_back(std::move(group));
    std::ranges::stable_sort(groups, std::greater(), &DeadLetterGroup::lastDiedAt);
    if (std::ssize(groups) > limit)
        groups.resize(static_cast<std::size_t>(limit));
    return groups;
}

Result<qint64> MemoryDeadLetterReader::count(const DeadLetterFilter &filter)
{
    const std::shared_lock lock(m_store.m_mutex);
    return std::ssize(matchingDeadLetters(m_store, filter));
}

Result<RefusalCounts> MemoryDeadLetterReader::preview(JobKind kind, const DeadLetterSelection &selection,
                                                      bool includesPoison, Timestamp now)
{
    const std::shared_lock lock(m_store.m_mutex);
    std::vector<MessageId> ids = selection.ids;
    if (ids.empty()) {
        for (const DeadLetterRecord &letter : matchingDeadLetters(m_store, selection.filter))
            ids.push_back(letter.message->id);
    }
    RefusalCounts counts{};
    for (const MessageId &id : ids)
        ++counts[static_cast<std::size_t>(refusalOf(kind, includesPoison, m_store.standing(id), now))];
    return counts;
}

Result<void> MemoryDeadLetterWriter::replaceEdited(const Message &corrected, const QByteArray &reason,
                                                   const AuditRecord &audit)
{
    const std::unique_lock lock(m_store.m_mutex);
    const DeadLetterStanding standing = m_store.standing(corrected.editedFrom);
    if (!standing.isStored)
        return std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no such message.")));
    if (const auto refusal = refusalOf(JobKind::Discard, false, standing, audit.time);
        refusal != DeadLetterRefusal::None)
        return std::unexpected(editRefused(refusal));
    if (auto inserted = m_store.insert(std::make_shared<Message>(corrected)); !inserted)
        return inserted;
    MemoryDeath &death = *m_store.rowOf(corrected.editedFrom)->death;
    death.discardedAt = audit.time;
    death.discardReason = reason;
    m_store.addAudit(audit);
    return {};
}

Result<int> MemoryDeadLetterWriter::purgeDiscarded(Timestamp before, int limit)
{
    const std::unique_lock lock(m_store.m_mutex);
    int count = 0;
    for (auto it = m_store.m_rows.begin(); it != m_store.m_rows.end() && count < limit;) {
        const auto letter = MemoryStore::deadLetter(it->second);
        if (letter && letter->discardedAt && *letter->discardedAt < before) {
            m_store.release(*it->second.message);
            it = m_store.m_rows.erase(it);
            ++count;
        } else {
            ++it;
        }
    }
    return count;
}

} // namespace hudhud
