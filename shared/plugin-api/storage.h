// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "plugin-api/consistency.h"
#include "plugin-api/plugin.h"
#include "plugin-api/receipt_store.h"

#include <QtPlugin>

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace hudhud {

class AttachmentReader;
class AttachmentWriter;
class AuditReader;
class AuditWriter;
class BroadcastReader;
class BroadcastWriter;
class DeadLetterReader;
class DeadLetterWriter;
class GroupReader;
class GroupWriter;
class JobReader;
class JobWriter;

/// A change of one message's status with the events that led there, oldest first. When a message passes through
/// several statuses within one batch (pushed and acknowledged), the executor sends one transition with several events.
struct StatusTransition
{
    MessageId id;
    Recipient recipient;              ///< Must be the row's recipient, else NotFound: nobody acknowledges others' messages.
    std::vector<MessageEvent> events; ///< At least one; the last one's status becomes the row's. `sequence` is ignored.
    quint16 retryCount = 0;           ///< The row's new value.
    quint16 pushCount = 0;            ///< The row's new value.
    /// When the sweeper has to look again: end of the lease for Processing, next retry for Failed. Empty otherwise.
    std::optional<Timestamp> dueAt;
    QByteArray failureReason;         ///< Becomes the row's, unless empty.
    ErrorClass failureClass = ErrorClass::Transient; ///< Becomes the row's together with `failureReason`.
    /// Becomes the row's; set exactly when the last event's status is DeadLetter.
    std::optional<DeadLetterReason> deadLetterReason = {};
    /// The job that replays a dead letter; becomes the row's when the message leaves the dead letters, which counts as
    /// a replay.
    qint64 replayJob = 0;
};

/// Says that messages of a batch are one request sent under an idempotency key, so that the request is stored once
/// however often it comes.
struct IdempotencyClaim
{
    qint64 apiKeyId = 0;    ///< Each API key has its own keys.
    QByteArray key;         ///< At most 255 bytes, not empty.
    QByteArray fingerprint; ///< 32 bytes: SHA-256 of the request.
    std::size_t first = 0;  ///< The messages `first` to `first + count - 1` of `WriteBatch::accepted`.
    std::size_t count = 0;
    Timestamp now{};
    Timestamp expiresAt{};  ///< From then on the key is free again.
};

/// What became of a claim. Either its messages were stored with a record of the claim, or the record was there.
struct ClaimOutcome
{
    bool isReplayed = false;    ///< The record was there: nothing of this request was stored.
    std::vector<MessageId> ids; ///< Of the messages as they were stored first, in order.
    Timestamp createdAt{};      ///< `now` of the claim that was stored.

    friend bool operator==(const ClaimOutcome &, const ClaimOutcome &) = default;
};

/// New content for a message that nobody has seen yet: its subject, content, type, priority, sender, conversation,
/// metadata, attachments, expiresAt and deliverAt become those of `content`, the rest stays.
struct MessageReplacement
{
    MessageId id;
    MessagePointer content; ///< Its id, recipient and status do not count; its API key is that of its attachments.
    Timestamp now{};
};

/// An older message that gave way to a newer one of its recipient and collapse key.
struct Supersession
{
    std::size_t by = 0; ///< In `WriteBatch::accepted`.
    MessagePointer message; ///< As it now stands among the dead letters.
};

/// An API key as stored: only its SHA-256 is kept.
struct ApiKeyRecord
{
    qint64 id = 0; ///< Given by the store.
    QByteArray hash; ///< 32 bytes.
    QByteArray name;
    std::vector<QByteArray> scopes;
    /// The business account that the key speaks for: the only `sender` its messages may name. Null: none.
    Recipient account;
    int messagesPerSecond = 0; ///< Rate limit; 0: the configured default.
    qint64 messagesPerDay = 0; ///< Quota; 0: the configured default.
    Timestamp createdAt{};
    std::optional<Timestamp> expiresAt;
    std::optional<Timestamp> revokedAt;

    friend bool operator==(const ApiKeyRecord &, const ApiKeyRecord &) = default;
};

/// One transaction's worth of work. Views: everything needs to live only until `commit` returns.
struct WriteBatch
{
    /// Stored Queued, with their first event, in this order. One whose deliverAt is later than its createdAt is
    /// scheduled: it is not pending before that time.
    std::vector<MessagePointer> accepted;
    std::vector<IdempotencyClaim> claims;         ///< In the order of their messages, which do not overlap.
    std::vector<StatusTransition> transitions;    ///< At most one per message.
    std::vector<MessageReplacement> replacements; ///< At most one per message.
    std::vector<MessageId> withdrawals;           ///< Removed with their events if still Queued.
};

/// Per item of the batch, in order. An item that cannot be applied does not fail the others:
/// accepted: Conflict if the id exists, or if its claim was not a new one; InvalidField if an attachment that it names
/// does not exist or is of another API key (also for claims and replacements); claims: IdempotencyMismatch if the key was
/// used for another request, Conflict if an id exists (nothing of the claim is stored then); transitions: NotFound, or
/// Conflict if the state machine forbids it (a transition to the status the row already has is success and stores
/// nothing); replacements: NotFound, or Conflict unless Queued and never pushed; withdrawals: NotFound, or Conflict.
struct CommitOutcome
{
    std::vector<Result<void>> accepted;
    std::vector<Result<ClaimOutcome>> claims;
    std::vector<Result<void>> transitions;
    std::vector<Result<void>> replacements;
    std::vector<Result<void>> withdrawals;
    /// Messages that were Queued (also scheduled) or Failed, and became DeadLetter because a message of their recipient
    /// and collapse key was stored; ascending by `by`. Looked for after the transitions.
    std::vector<Supersession> superseded;
};

/// Everything that changes messages. Thread: used only on the executor thread that created it; may block on disk.
class StorageWriter
{
public:
    virtual ~StorageWriter() = default;

    /// One atomic, durable transaction: message row, queue entry and event together. On success everything the outcome
    /// calls applied survives power loss; on error nothing of the batch was stored. Errors: StorageUnavailable (try
    /// again), StorageFull, StorageReadOnly (permanent until reopened: a sync failed).
    virtual Result<CommitOutcome> commit(const WriteBatch &batch) = 0;
    /// Takes messages whose time has come, at most `limit`, and returns them as they now stand: first those whose
    /// expiresAt has passed undelivered (not while Processing within the lease), which become DeadLetter, then those
    /// whose `dueAt` has passed, which become Queued; each oldest first. Durable like `commit`.
    virtual Result<std::vector<MessagePointer>> claimDue(Timestamp now, int limit, const QByteArray &node) = 0;
    /// Puts every Processing message of `node` back to Queued; called once at start, before any connection.
    /// Result: how many.
    virtual Result<qint64> recover(const QByteArray &node, Timestamp now) = 0;
    /// Deletes at most `limit` Delivered messages that ended before `deliveredBefore` and DeadLetter ones before
    /// `deadBefore`, with their events, and idempotency records that have ended by the store's clock. Result: how many;
    /// fewer than `limit` means there are no more.
    virtual Result<int> purge(Timestamp deliveredBefore, Timestamp deadBefore, int limit) = 0;
    /// Adds or, when `id` is set, replaces an API key. Result: its id. Errors: Conflict when the hash exists.
    virtual Result<qint64> saveApiKey(const ApiKeyRecord &key) = 0;
    /// Its parts for consistency and for read receipts; they live as long as the writer.
    virtual ConsistencyCheck &consistency() = 0;
    virtual ReceiptWriter &receipts() = 0;

    // Further roles, each in a header of its own: dead_letters.h, job_store.h, audit.h, groups.h,
    // broadcasts.h, attachments.h.
    virtual DeadLetterWriter &deadLetters() = 0;
    virtual JobWriter &jobs() = 0;
    virtual AuditWriter &audit() = 0;
    virtual GroupWriter &groups() = 0;
    virtual BroadcastWriter &broadcasts() = 0;
    virtual AttachmentWriter &attachments() = 0;
};

/// Which messages `list` returns; unset fields do not restrict.
struct MessageFilter
{
    std::optional<Recipient> recipient;
    std::optional<MessageStatus> status;
    /// Return messages older than this one (the cursor of the previous page).
    std::optional<MessageId> before;
    int limit = 50; ///< 1 to 1,000.
};

struct StorageStatistics
{
    qint64 pending = 0;     ///< Queued, Processing and Failed.
    qint64 deadLetters = 0;
    qint64 sizeBytes = 0;
};

/// The unfinished messages of one priority, over all recipients. Together they are `StorageStatistics::pending`.
struct QueueStatistics
{
    qint64 depth = 0;     ///< Queued and due.
    qint64 inFlight = 0;  ///< Processing.
    qint64 scheduled = 0; ///< Queued for a later time.
    qint64 retrying = 0;  ///< Failed; a retry is due later.
    std::optional<Timestamp> oldestCreatedAt = {}; ///< Of those that are not scheduled.

    friend bool operator==(const QueueStatistics &, const QueueStatistics &) = default;
};
using PriorityStatistics = std::array<QueueStatistics, PriorityCount>; ///< By Priority.

/// Everything that looks. Sees every commit that ended before the call began.
/// Thread: used only on the executor thread that created it; may block on disk.
class StorageReader
{
public:
    virtual ~StorageReader() = default;

    /// The messages that exist, in the order of `ids`; null where there is none.
    virtual Result<std::vector<MessagePointer>> find(std::span<const MessageId> ids) = 0;
    /// The history of a message, oldest first. Errors: NotFound.
    virtual Result<std::vector<MessageEvent>> events(const MessageId &id) = 0;
    /// Newest first.
    virtual Result<std::vector<MessagePointer>> list(const MessageFilter &filter) = 0;
    /// Undelivered messages of a recipient (Queued, Processing, or Failed, without those that are not due or have
    /// expired by `now`): highest priority first, then in order of acceptance; at most `limit`. `excluded` ids (sorted)
    /// are left out without counting.
    virtual Result<std::vector<MessagePointer>> pending(const Recipient &recipient, int limit, Timestamp now,
                                                        std::span<const MessageId> excluded) = 0;
    /// The same, of messages whose priority is `highest` or lower.
    virtual Result<std::vector<MessagePointer>> pendingUpTo(Priority highest, const Recipient &recipient, int limit,
                                                            Timestamp now, std::span<const MessageId> excluded) = 0;
    /// Queued (also scheduled), Processing and Failed messages of a recipient.
    virtual Result<qint64> pendingCount(const Recipient &recipient) = 0;
    /// Those of `recipients` who have a Queued message that is due by `now` (one whose expiresAt has passed may count), in
    /// any order. What is Processing or Failed does not count: somebody is at work on it. For a thousand at once.
    virtual Result<std::vector<Recipient>> waiting(std::span<const Recipient> recipients, Timestamp now) = 0;
    virtual Result<StorageStatistics> statistics() = 0;
    /// What waits as of `now`. Looks at every unfinished message: for people who look, not for every second.
    virtual Result<PriorityStatistics> queueStatistics(Timestamp now) = 0;
    /// Null when there is none of that hash.
    virtual Result<std::optional<ApiKeyRecord>> findApiKey(QByteArrayView hash) = 0;
    virtual Result<std::vector<ApiKeyRecord>> apiKeys() = 0;

    // Further roles, as of StorageWriter.
    virtual DeadLetterReader &deadLetters() = 0;
    virtual JobReader &jobs() = 0;
    virtual AuditReader &audit() = 0;
    virtual GroupReader &groups() = 0;
    virtual BroadcastReader &broadcasts() = 0;
    virtual AttachmentReader &attachments() = 0;
};

/// How many executor threads a store can use.
struct StorageConcurrency
{
    int writers = 1;
    int readers = 1;
};

/// A storage plugin: durable messages, queue, events and API keys.
/// `start` creates or migrates the schema and refuses a newer one or a damaged file.
class Storage : public Plugin
{
public:
    virtual StorageConcurrency concurrency() const = 0;
    /// Called on each executor thread after `start`; the object is destroyed on the same thread before `stop`.
    virtual Result<std::unique_ptr<StorageWriter>> createWriter() = 0;
    virtual Result<std::unique_ptr<StorageReader>> createReader() = 0;
    /// The highest message id ever stored, null if none: the id generator continues after it. After `start`.
    virtual Result<MessageId> highestId() = 0;
};

/// The QObject that a storage plugin's library exports.
class StorageFactory
{
public:
    virtual ~StorageFactory() = default;
    virtual std::unique_ptr<Storage> create() = 0;
};

} // namespace hudhud

#define HudhudStorageFactory_iid "org.hudhud.plugin.storage/1"
Q_DECLARE_INTERFACE(hudhud::StorageFactory, HudhudStorageFactory_iid)
