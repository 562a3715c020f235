// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/services.h"
#include "plugin-api/storage.h"

#include <optional>
#include <vector>

namespace hudhud {

/// How a task on a writer or reader ended.
struct DeviceReply
{
    std::move_only_function<void()> complete; ///< To be called on the client's thread.
    std::optional<Error> error;               ///< What the store said, if it was not success.

    void operator()() { complete(); }
};

/// How soon a status change has to be durable.
enum class Urgency : quint8 {
    Now, ///< With the next commit.
    Relaxed, ///< May wait for the configured delay, so that a later change of the same message merges with
             ///< it.
};

/// What became of a request.
struct PersistOutcome
{
    bool isReplayed = false;    ///< The request was stored before: nothing of it is new, nothing is to be routed.
    std::vector<MessageId> ids; ///< Of its messages as they were stored first, in order.
    Timestamp createdAt{};      ///< When they were stored first.
    std::vector<MessagePointer> superseded; ///< Older messages that gave way, as they now stand (DeadLetter).
};

/// One thread's door to the store: everything asked for in one loop turn travels to the executor as one
/// batch. Thread: one object per I/O thread (and one on the main thread), called only there; completions
/// arrive on that thread exactly once, in batches, never from inside the call. Errors: what the store says,
/// BufferFull when the executor's queue is full, ShuttingDown.
class StorageClient
{
public:
    virtual ~StorageClient() = default;

    /// Makes messages durable, all with the same commit. The inner results tell of single refusals (an id
    /// that exists).
    virtual void persist(std::vector<MessagePointer> messages,
                         Completion<std::vector<Result<void>>> completion)
        = 0;
    /// The same for a request (of at least one message) with an idempotency key or with collapse keys. `first` and
    /// `count` of the claim are ignored: it covers all messages. Errors beside the above: IdempotencyMismatch, and
    /// Conflict when an id exists; nothing was stored then if there is a claim.
    virtual void persistOnce(std::vector<MessagePointer> messages, std::optional<IdempotencyClaim> claim,
                             Completion<PersistOutcome> completion)
        = 0;
    /// Changes statuses. Changes of one message take effect in the order of the calls, whatever their
    /// urgency.
    virtual void transition(std::vector<StatusTransition> transitions, Urgency urgency,
                            Completion<std::vector<Result<void>>> completion)
        = 0;
    virtual void withdraw(const MessageId &id, Completion<void> completion) = 0;
    /// Gives a message that is Queued and was never pushed new content. Errors: NotFound, Conflict.
    virtual void replace(MessageReplacement replacement, Completion<void> completion) = 0;
    virtual void claimDue(Timestamp now, int limit, Completion<std::vector<MessagePointer>> completion) = 0;
    virtual void recover(Timestamp now, Completion<qint64> completion) = 0;
    virtual void purge(Timestamp deliveredBefore, Timestamp deadBefore, int limit, Completion<int> completion)
        = 0;
    virtual void saveApiKey(ApiKeyRecord key, Completion<qint64> completion) = 0;

    virtual void find(std::vector<MessageId> ids, Completion<std::vector<MessagePointer>> completion) = 0;
    virtual void events(const MessageId &id, Completion<std::vector<MessageEvent>> completion) = 0;
    virtual void list(const MessageFilter &filter, Completion<std::vector<MessagePointer>> completion) = 0;
    virtual void pending(const Recipient &recipient, int limit, Timestamp now,
                         std::vector<MessageId> excluded, Completion<std::vector<MessagePointer>> completion)
        = 0;
    virtual void pendingCount(const Recipient &recipient, Completion<qint64> completion) = 0;
    virtual void statistics(Completion<StorageStatistics> completion) = 0;
    virtual void findApiKey(const QByteArray &hash, Completion<std::optional<ApiKeyRecord>> completion) = 0;
    virtual void apiKeys(Completion<std::vector<ApiKeyRecord>> completion) = 0;

    /// Anything else that changes the store, off the hot path: `task` runs once on a writer's thread, in a transaction
    /// of its own, and sees everything asked for before. It must not refer to anything of the caller's thread.
    template <typename T>
    void write(std::move_only_function<Result<T>(StorageWriter &)> task, Completion<T> completion)
    {
        runOnWriter(bindTask<T, StorageWriter>(std::move(task), std::move(completion)));
    }
    /// Anything else that looks, on a reader's thread.
    template <typename T>
    void read(std::move_only_function<Result<T>(StorageReader &)> task, Completion<T> completion)
    {
        runOnReader(bindTask<T, StorageReader>(std::move(task), std::move(completion)));
    }

protected:
    /// Called exactly once, with the device or with the reason why it will never run; what it returns is called on the
    /// client's thread.
    template <typename Device>
    using DeviceTask = std::move_only_function<DeviceReply(Result<Device *>)>;

    virtual void runOnWriter(DeviceTask<StorageWriter> task) = 0;
    virtual void runOnReader(DeviceTask<StorageReader> task) = 0;

private:
    template <typename T, typename Device>
    static DeviceTask<Device> bindTask(std::move_only_function<Result<T>(Device &)> task, Completion<T> completion)
    {
        return [task = std::move(task), completion = std::move(completion)](
                   Result<Device *> device) mutable -> DeviceReply {
            Result<T> result = device ? task(**device) : std::unexpected(device.error());
            std::optional<Error> error = result ? std::nullopt : std::optional(result.error());
            return {[completion = std::move(completion), result = std::move(result)]() mutable {
                        completion(std::move(result));
                    },
                    std::move(error)};
        };
    }
};

} // namespace hudhud
