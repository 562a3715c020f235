// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message.h"
#include "plugin-api/consistency.h"
#include "plugin-api/plugin.h"

#include <QtPlugin>

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace hudhud {

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
    std::vector<MessagePointer> accepted;      ///< Stored Queued, with their first event, in this order.
    std::vector<StatusTransition> transitions; ///< At most one per message.
    std::vector<MessageId> withdrawals;        ///< Removed with their events if still Queued.
};

/// Per item of the batch, in order. An item that cannot be applied does not fail the others:
/// accepted: Conflict if the id exists; transitions: NotFound, or Conflict if the state machine forbids it (a
/// transition to the status the row already has is success and stores nothing); withdrawals: NotFound, or Conflict.
struct CommitOutcome
{
    std::vector<Result<void>> accepted;
    std::vector<Result<void>> transitions;
    std::vector<Result<void>> withdrawals;
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
    /// Takes messages whose `dueAt` has come, oldest first, at most `limit`: each becomes Queued with an event of
    /// `reason` and is returned as it now stands. Durable like `commit`.
    virtual Result<std::vector<MessagePointer>> claimDue(Timestamp now, int limit, const QByteArray &node) = 0;
    /// Puts every Processing message of `node` back to Queued; called once at start, before any connection.
    /// Result: how many.
    virtual Result<qint64> recover(const QByteArray &node, Timestamp now) = 0;
    /// Deletes at most `limit` Delivered messages that ended before `deliveredBefore` and DeadLetter ones before
    /// `deadBefore`, with their events. Result: how many; fewer than `limit` means there are no more.
    virtual Result<int> purge(Timestamp deliveredBefore, Timestamp deadBefore, int limit) = 0;
    /// Adds or, when `id` is set, replaces an API key. Result: its id. Errors: Conflict when the hash exists.
    virtual Result<qint64> saveApiKey(const ApiKeyRecord &key) = 0;

    virtual ConsistencyCheck &consistency() = 0;
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
    /// Undelivered messages of a recipient (Queued, Processing, or Failed and due by `now`): highest priority
    /// first, then in order of acceptance; at most `limit`. `excluded` ids (sorted) are left out without counting.
    virtual Result<std::vector<MessagePointer>> pending(const Recipient &recipient, int limit, Timestamp now,
                                                        std::span<const MessageId> excluded) = 0;
    /// Queued, Processing and Failed messages of a recipient.
    virtual Result<qint64> pendingCount(const Recipient &recipient) = 0;
    virtual Result<StorageStatistics> statistics() = 0;
    /// Null when there is none of that hash.
    virtual Result<std::optional<ApiKeyRecord>> findApiKey(QByteArrayView hash) = 0;
    virtual Result<std::vector<ApiKeyRecord>> apiKeys() = 0;
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
