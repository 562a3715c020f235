// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "day_partitions.h"
#include "message_states.h"
#include "node_names.h"
#include "plugin-api/storage.h"
#include "postgresql_attachments.h"
#include "postgresql_audit.h"
#include "postgresql_broadcasts.h"
#include "postgresql_consistency.h"
#include "postgresql_dead_letters.h"
#include "postgresql_groups.h"
#include "postgresql_idempotency.h"
#include "postgresql_jobs.h"

#include <type_traits>

namespace hudhud {

/// What all connections of a store share. Thread: any.
struct PostgresqlShared
{
    PostgresqlOptions options;
    QByteArray node;
    const Clock *clock = nullptr;
    NodeNames nodes;
    DayPartitions partitions;
};

/// Commits batches (postgresql_writer.cpp, postgresql_requests.cpp) and looks after what is stored
/// (postgresql_maintenance.cpp). Other writers, of this node and of others, are at work at the same time.
class PostgresqlWriter final : public StorageWriter, private ReceiptWriter
{
public:
    static Result<std::unique_ptr<StorageWriter>> create(PostgresqlShared &shared);

    Result<CommitOutcome> commit(const WriteBatch &batch) override;
    Result<std::vector<MessagePointer>> claimDue(Timestamp now, int limit, const QByteArray &node) override;
    Result<qint64> recover(const QByteArray &node, Timestamp now) override;
    Result<int> purge(Timestamp deliveredBefore, Timestamp deadBefore, int limit) override;
    Result<qint64> saveApiKey(const ApiKeyRecord &key) override;
    ConsistencyCheck &consistency() override { return m_consistency; }
    ReceiptWriter &receipts() override { return *this; }
    DeadLetterWriter &deadLetters() override { return m_deadLetters; }
    JobWriter &jobs() override { return m_jobs; }
    AuditWriter &audit() override { return m_audit; }
    GroupWriter &groups() override { return m_groups; }
    BroadcastWriter &broadcasts() override { return m_broadcasts; }
    AttachmentWriter &attachments() override { return m_attachments; }

private:
    // Its parts, which share its connection and transactions.
    friend class PostgresqlAttachmentWriter;
    friend class PostgresqlAuditWriter;
    friend class PostgresqlBroadcastWriter;
    friend class PostgresqlConsistency;
    friend class PostgresqlDeadLetterWriter;
    friend class PostgresqlGroupWriter;
    friend class PostgresqlIdempotency;
    friend class PostgresqlJobWriter;

    explicit PostgresqlWriter(PostgresqlShared &shared);

    Result<std::vector<MessagePointer>> markRead(const Recipient &recipient, std::span<const MessageId> ids,
                                                 Timestamp now, const QByteArray &node) override;

    /// Runs `work` in one durable transaction; what it returns on success is the result. When another transaction was in
    /// the way or the connection was lost before the commit, it runs again from the start, some times.
    template <typename Function> std::invoke_result_t<Function> inTransaction(Function &&work)
    {
        for (int attempt = 1;; ++attempt) {
            auto result = attemptTransaction(work);
            if (result || !isTriedAgain(attempt, result.error()))
                return result;
        }
    }
    template <typename Function> std::invoke_result_t<Function> attemptTransaction(Function &work)
    {
        if (auto begun = m_connection.begin(); !begun)
            return std::unexpected(begun.error());
        auto result = work();
        if (!result) {
            m_connection.rollBack();
        } else if (auto committed = m_connection.commit(); !committed) {
            m_connection.rollBack();
            result = std::unexpected(committed.error());
        }
        return result;
    }
    /// Waits a little if so.
    bool isTriedAgain(int attempt, const Error &error) const;
    /// New names get their numbers before the transaction, so that a rollback cannot take a number back that is known.
    Result<void> numberNode(const QByteArray &name);
    Result<void> numberNodes(const WriteBatch &batch);
    qint64 ownNode() const { return m_shared.nodes.knownNumberOf(m_shared.node); }

    struct NewRows;
    /// Stores messages without attachments, at the latest with the commit; what is refused says why in `accepted`, which has to
    /// live so long.
    Result<void> insertLater(const std::vector<MessagePointer> &messages, const std::vector<std::size_t> &places,
                             std::vector<Result<void>> &accepted);
    /// Stores messages. `accepted` has room for each; what is refused says why there.
    Result<void> insert(std::span<const MessagePointer> messages, std::span<Result<void>> accepted);
    Result<std::vector<MessageId>> insertRows(const std::vector<MessagePointer> &messages);
    Result<void> insertAccepted(const WriteBatch &batch, CommitOutcome &outcome);

    // Within `states`.
    Result<void> apply(MessageStates &states, const StatusTransition &transition);
    Result<void> withdraw(MessageStates &states, const MessageId &id);
    Result<Result<void>> replace(MessageStates &states, const MessageReplacement &replacement);
    void giveUp(StoredState &stored, const MessageEvent &event, DeadLetterReason why);
    void putBack(StoredState &stored, Timestamp now, const QByteArray &node, const char *processingReason);
    /// Stores `states`, and that older messages give way to `newer`, which have collapse keys. Result: those messages as they
    /// now stand, with the place in `newer` of the one that they gave way to; ascending.
    Result<std::vector<std::pair<std::size_t, MessagePointer>>> giveWay(MessageStates &states,
                                                                        std::span<const MessagePointer> newer);
    Result<std::vector<MessageId>> olderThan(std::span<const MessagePointer> newer);

    Result<std::vector<MessagePointer>> claimDueWithin(Timestamp now, int limit, const QByteArray &node);
    Result<qint64> recoverSome(const QByteArray &node, Timestamp now);
    Result<qint64> purgeSome(Timestamp deliveredBefore, Timestamp deadBefore, int limit);
    Result<void> remove(std::span<const MessageId> ids);
    Result<std::vector<MessageId>> readIds(Result<Rows> rows);

    PostgresqlShared &m_shared;
    PostgresqlConnection m_connection;
    PostgresqlIdempotency m_idempotency{*this};
    PostgresqlAttachmentWriter m_attachments{*this};
    PostgresqlAuditWriter m_audit{*this};
    PostgresqlBroadcastWriter m_broadcasts{*this};
    PostgresqlConsistency m_consistency{*this};
    PostgresqlDeadLetterWriter m_deadLetters{*this};
    PostgresqlGroupWriter m_groups{*this};
    PostgresqlJobWriter m_jobs{*this};
};

} // namespace hudhud
