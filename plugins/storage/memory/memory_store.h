// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "memory_attachments.h"
#include "memory_dead_letters.h"
#include "memory_jobs.h"
#include "plugin-api/storage.h"
#include "plugin-api/transition_rules.h"

#include <map>
#include <set>
#include <shared_mutex>
#include <unordered_map>

namespace hudhud {

/// The tables of the memory plugin, ordered by MessageId::orderKey() (as in every single-node store, an id
/// whose key is taken is a Conflict). Thread: any; one lock guards everything.
class MemoryStore
{
public:
    MemoryStore(QByteArray node, const Clock &clock)
        : m_node(std::move(node))
        , m_clock(clock)
    {
    }

    CommitOutcome commit(const WriteBatch &batch);
    /// The request stored under the claim's key, if its time has not ended. Errors: IdempotencyMismatch.
    Result<std::optional<ClaimOutcome>> findClaim(const IdempotencyClaim &claim) const;
    void addClaim(const IdempotencyClaim &claim, std::vector<MessageId> ids);
    /// As of a message that is stored. Errors: InvalidField for attachments that it may not name.
    Result<void> holdAttachments(const Message &message);
    void releaseAttachments(const Message &message);
    std::vector<MessagePointer> claimDue(Timestamp now, int limit, const QByteArray &node);
    qint64 recover(const QByteArray &node, Timestamp now);
    int purge(Timestamp deliveredBefore, Timestamp deadBefore, int limit);
    Result<qint64> saveApiKey(const ApiKeyRecord &key);

    std::vector<MessagePointer> find(std::span<const MessageId> ids) const;
    Result<std::vector<MessageEvent>> events(const MessageId &id) const;
    std::vector<MessagePointer> list(const MessageFilter &filter) const;
    std::vector<MessagePointer> pending(const Recipient &recipient, int limit, Timestamp now,
                                        std::span<const MessageId> excluded) const;
    std::vector<MessagePointer> pendingUpTo(Priority highest, const Recipient &recipient, int limit, Timestamp now,
                                            std::span<const MessageId> excluded) const;
    qint64 pendingCount(const Recipient &recipient) const;
    std::vector<Recipient> waiting(std::span<const Recipient> recipients, Timestamp now) const;
    StorageStatistics statistics() const;
    PriorityStatistics queueStatistics(Timestamp now) const;
    std::optional<ApiKeyRecord> findApiKey(QByteArrayView hash) const;
    std::vector<ApiKeyRecord> apiKeys() const;
    MessageId highestId() const;

    std::vector<MessagePointer> markRead(const Recipient &recipient, std::span<const MessageId> ids, Timestamp now,
                                         const QByteArray &node);

private:
    // Its further roles, which share its lock and tables.
    friend class MemoryAttachmentReader;
    friend class MemoryAttachmentWriter;
    friend class MemoryDeadLetterReader;
    friend class MemoryDeadLetterWriter;
    friend class MemoryJobReader;
    friend class MemoryJobWriter;
    friend class MemoryAuditReader;
    friend class MemoryAuditWriter;
    friend std::vector<DeadLetterRecord> matchingDeadLetters(const MemoryStore &store, const DeadLetterFilter &filter);

    struct Row
    {
        MessagePointer message;
        MessageState state;
        std::vector<MessageEvent> events;
        std::optional<MemoryDeath> death; ///< Set while it is a dead letter.
    };
    using Rows = std::map<quint64, Row>;
    /// Highest priority first, then in order of acceptance.
    using PendingKey = std::pair<int, quint64>;

    /// A request that came with an idempotency key.
    struct Claim
    {
        QByteArray fingerprint;
        ClaimOutcome outcome;
        Timestamp expiresAt{};
    };
    using ClaimKey = std::pair<qint64, QByteArray>;
    using CollapseKey = std::pair<Recipient, QByteArray>;

    void insertAccepted(const WriteBatch &batch, CommitOutcome &outcome);
    Result<std::optional<ClaimOutcome>> knownClaim(const IdempotencyClaim &claim) const;
    ClaimOutcome storeClaim(const IdempotencyClaim &claim, std::vector<MessageId> ids);
    Result<ClaimOutcome> insertOnce(const WriteBatch &batch, const IdempotencyClaim &claim);
    void supersede(const Message &newer, std::size_t place, std::vector<Supersession> &superseded);
    Result<void> replace(const MessageReplacement &replacement);
    void expire(Timestamp now, int limit, const QByteArray &node, std::vector<MessagePointer> &expired);
    void giveUp(Row &row, MessageEvent event, DeadLetterReason why);
    int purgeClaims(int limit);
    Result<void> insert(const MessagePointer &message);
    /// Why the message has to be refused, if it has to.
    std::optional<Error> missingAttachment(const Message &message) const;
    void hold(const Message &message);
    void release(const Message &message);
    Result<void> apply(const StatusTransition &transition);
    Result<void> withdraw(const MessageId &id);
    void putBack(Row &row, Timestamp now, const QByteArray &node, const char *reason);
    /// The row with its message as `state` says.
    void setState(Row &row, const MessageState &state, Message &&changed);
    static void addEvent(Row &row, MessageEvent event);
    void addToIndexes(quint64 key, const Row &row);
    void removeFromIndexes(quint64 key, const Row &row);
    const Row *rowOf(const MessageId &id) const;
    Row *rowOf(const MessageId &id);
    static std::optional<DeadLetterRecord> deadLetter(const Row &row);
    DeadLetterStanding standing(const MessageId &id) const;
    qint64 addAudit(AuditRecord record);

    const QByteArray m_node;
    const Clock &m_clock;
    mutable std::shared_mutex m_mutex; ///< Guards everything below.
    Rows m_rows;
    std::unordered_map<Recipient, std::set<PendingKey>> m_pending;
    std::set<std::pair<Timestamp, quint64>> m_due;
    std::set<std::pair<Timestamp, quint64>> m_expiring; ///< Unfinished ones.
    std::map<CollapseKey, std::set<quint64>> m_collapsible; ///< Unfinished ones.
    std::map<ClaimKey, Claim> m_claims;
    MessageId m_highestId;
    std::vector<ApiKeyRecord> m_apiKeys;
    std::map<QByteArray, MemoryAttachment> m_attachments;
    qint64 m_attachmentBytes = 0;
    std::map<qint64, MemoryJob> m_jobs;
    qint64 m_lastJob = 0;
    std::vector<AuditRecord> m_audit; ///< In the order of their ids.
    qint64 m_lastAudit = 0;
};

} // namespace hudhud
