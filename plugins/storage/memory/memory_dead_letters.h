// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/dead_letters.h"

namespace hudhud {

class MemoryStore;

/// What the store knows of a dead letter beyond the message.
struct MemoryDeath
{
    QByteArray signature;
    std::optional<Timestamp> discardedAt = {};
    QByteArray discardReason = {};
};

/// Ownership: `store` outlives it.
class MemoryDeadLetterReader final : public DeadLetterReader
{
public:
    explicit MemoryDeadLetterReader(const MemoryStore &store)
        : m_store(store)
    {
    }
    Result<std::vector<DeadLetterRecord>> list(const DeadLetterFilter &filter, const std::optional<DeadLetterCursor> &cursor,
                                         int limit) override;
    Result<std::optional<DeadLetterRecord>> find(const MessageId &id) override;
    Result<std::vector<DeadLetterGroup>> groups(int limit) override;
    Result<qint64> count(const DeadLetterFilter &filter) override;
    Result<RefusalCounts> preview(JobKind kind, const DeadLetterSelection &selection, bool includesPoison,
                                  Timestamp now) override;

private:
    const MemoryStore &m_store;
};

/// Ownership: `store` outlives it.
class MemoryDeadLetterWriter final : public DeadLetterWriter
{
public:
    explicit MemoryDeadLetterWriter(MemoryStore &store)
        : m_store(store)
    {
    }
    Result<void> replaceEdited(const Message &corrected, const QByteArray &reason, const AuditRecord &audit) override;
    Result<int> purgeDiscarded(Timestamp before, int limit) override;

private:
    MemoryStore &m_store;
};

/// All dead letters that match, latest death first; the lock is held. Thread: any.
std::vector<DeadLetterRecord> matchingDeadLetters(const MemoryStore &store, const DeadLetterFilter &filter);

} // namespace hudhud
