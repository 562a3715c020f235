// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "checkpointer.h"
#include "dead_letter_table.h"
#include "message_loader.h"
#include "node_names.h"
#include "plugin-api/storage.h"
#include "plugin-api/transition_rules.h"
#include "queue_writer.h"
#include "sql/sqlite_connection.h"
#include "sql/sqlite_transaction.h"
#include "sqlite_attachments.h"
#include "sqlite_audit.h"
#include "sqlite_broadcasts.h"
#include "sqlite_collapse.h"
#include "sqlite_consistency.h"
#include "sqlite_dead_letters.h"
#include "sqlite_expiry.h"
#include "sqlite_groups.h"
#include "sqlite_idempotency.h"
#include "sqlite_jobs.h"

#include <type_traits>

namespace hudhud {

/// Commits batches (sqlite_writer.cpp, sqlite_requests.cpp) and looks after what is stored (sqlite_maintenance.cpp).
class SqliteWriter final : public StorageWriter, private ReceiptWriter
{
public:
    static Result<std::unique_ptr<StorageWriter>> create(SqliteConnection connection, NodeNames &nodes,
                                                         Checkpointer &checkpointer, QueueWriter queue,
                                                         SqliteIdempotency idempotency, QByteArray node,
                                                         const Clock &clock);

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
    // Its parts, which share its connection, statements and transactions.
    friend class SqliteAttachmentWriter;
    friend class SqliteAuditWriter;
    friend class SqliteBroadcastWriter;
    friend class SqliteConsistency;
    friend class SqliteDeadLetterWriter;
    friend class SqliteGroupWriter;
    friend class SqliteJobWriter;

    Result<std::vector<MessagePointer>> markRead(const Recipient &recipient, std::span<const MessageId> ids,
                                                 Timestamp now, const QByteArray &node) override;

    /// A message's state as stored, and what writing it back takes.
    struct StoredState
    {
        MessageId id;
        qint64 recipient = 0;
        Priority priority = Priority::Normal;
        Timestamp createdAt{};
        bool hasProgress = false;
        bool wasDead = false; ///< As it is stored.
        MessageState state;
        QByteArray failureReason;
        QByteArray history;
        ErrorClass failureClass = ErrorClass::Transient;
        std::optional<Timestamp> readAt;
        std::optional<Timestamp> expiresAt;
        QByteArray collapseKey;

        QueueEntry queueEntry(qint64 key) const { return {recipient, {rankOf(priority), key}}; }
    };

    SqliteWriter(SqliteConnection connection, NodeNames &nodes, Checkpointer &checkpointer, QueueWriter queue,
                 SqliteIdempotency idempotency, QByteArray node, const Clock &clock);
    Result<void> prepare();

    /// Runs `work` in one durable transaction; what it returns on success is the result. `accepted`: how many
    /// messages it adds.
    template <typename Function>
    std::invoke_result_t<Function> inTransaction(Function &&work, qint64 accepted = 0)
    {
        if (m_failure)
            return std::unexpected(*m_failure);
        auto transaction = SqliteTransaction::begin(m_connection);
        if (!transaction)
            return std::unexpected(transaction.error());
        auto result = work();
        if (result) {
            if (auto finished = finish(*transaction, accepted); !finished)
                result = std::unexpected(finished.error());
        }
        if (result) {
            m_queue.publish();
            m_idempotency.publish();
        } else {
            noteFailure(result.error());
            m_queue.discard();
            m_idempotency.discard();
        }
        return result;
    }
    Result<void> finish(SqliteTransaction &transaction, qint64 accepted);
    void noteFailure(const Error &error);
    Result<void> numberNodes(const WriteBatch &batch);
    Result<quint32> nodeNumber(const QByteArray &name);

    // These give an outer error when the transaction has to end, an inner one when only the item is refused.
    Result<Result<void>> insert(const Message &message);
    Result<Result<ClaimOutcome>> insertOnce(const WriteBatch &batch, const IdempotencyClaim &claim,
                                            std::vector<Result<void>> &accepted);
    Result<Result<void>> replace(const MessageReplacement &replacement);
    Result<Result<void>> apply(const StatusTransition &transition);
    Result<Result<void>> withdraw(const MessageId &id);

    Result<std::optional<StoredState>> loadState(qint64 key);
    Result<void> storeProgress(qint64 key, const StoredState &stored);
    Result<void> storeDeath(qint64 key, const StoredState &stored);
    Result<void> putBack(qint64 key, Timestamp now, const QByteArray &node, const char *processingReason);
    /// The message is what `event` says, and that is all its history.
    Result<void> restartHistory(qint64 key, const MessageEvent &event);
    Result<void> insertAccepted(const WriteBatch &batch, CommitOutcome &outcome);
    Result<std::optional<Error>> missingAttachment(std::span<const MessagePointer> messages);
    Result<void> supersede(const Message &newer, std::size_t place, std::vector<Supersession> &superseded);
    Result<void> giveUp(qint64 key, StoredState &stored, const MessageEvent &event, DeadLetterReason why);
    /// What goes with the state of being pending: the queue entry, and what finds the message when it expires or
    /// collapses.
    Result<void> enterPending(qint64 key, const StoredState &stored);
    Result<void> leavePending(qint64 key, const StoredState &stored);
    Result<std::vector<MessagePointer>> expire(std::span<const qint64> keys, Timestamp now, const QByteArray &node);
    Result<void> remove(std::span<const qint64> keys);
    Result<std::vector<qint64>> processingOf(const QByteArray &node);

    SqliteConnection m_connection;
    NodeNames &m_nodes;
    Checkpointer &m_checkpointer;
    QueueWriter m_queue;
    const QByteArray m_node;
    const Clock &m_clock;
    int m_logPages = 0; ///< Length of the write-ahead log after the last commit.
    std::optional<Error> m_failure; ///< A sync failed or the file is damaged: nothing may be written any more.
    std::pair<QByteArray, quint32> m_lastNode; ///< Nearly always the same one.

    SqliteConsistency m_consistency{*this};
    MessageLoader m_loader;
    SqliteExpiry m_expiry;
    SqliteCollapse m_collapse;
    SqliteIdempotency m_idempotency;
    DeadLetterTable m_deadLetterTable;
    SqliteAttachmentWriter m_attachments{*this};
    SqliteAuditWriter m_audit{*this};
    SqliteDeadLetterWriter m_deadLetters{*this};
    SqliteJobWriter m_jobs{*this};
    SqliteStatement m_insertMessage;
    SqliteStatement m_updateMessage;
    SqliteStatement m_insertProgress;
    SqliteStatement m_updateProgress;
    SqliteStatement m_selectState;
    SqliteStatement m_selectDue;
    SqliteStatement m_selectProcessing;
    SqliteStatement m_selectPurgeable;
    SqliteStatement m_selectPurgeableDead;
    SqliteStatement m_deleteMessage;
    SqliteStatement m_deleteProgress;
    SqliteStatement m_rememberHighest;
    SqliteStatement m_insertApiKey;
    SqliteStatement m_updateApiKey;
    SqliteGroupWriter m_groups{*this};
    SqliteBroadcastWriter m_broadcasts{*this};
};

} // namespace hudhud
