// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/reply_port.h"
#include "storage/storage_client.h"

#include <atomic>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace hudhud {

/// Messages to be stored with one commit.
struct PersistCall
{
    std::vector<MessagePointer> messages;
    Completion<std::vector<Result<void>>> completion;
    ReplyPortPointer port;
};

/// Messages of one request, to be stored once.
struct PersistOnceCall
{
    std::vector<MessagePointer> messages;
    std::optional<IdempotencyClaim> claim;
    bool hasCollapseKeys = false; ///< Some of the messages do.
    Completion<PersistOutcome> completion;
    ReplyPortPointer port;
};

/// A call that changes statuses. Its changes may end in different commits, even on different writers; whoever
/// settles the last one completes it. Errors: the call fails when the commit of any of its changes failed or
/// one was refused; asking again is harmless then.
class TransitionCall
{
public:
    TransitionCall(std::size_t count, Completion<std::vector<Result<void>>> completion, ReplyPortPointer port)
        : m_results(count)
        , m_remaining(count)
        , m_completion(std::move(completion))
        , m_port(std::move(port))
    {
    }

    /// What became of one change. Each index once.
    void settle(std::size_t index, Result<void> result, ReplyBatch &replies);
    /// The change was not stored, nor what was to be stored with it.
    void fail(const Error &error, ReplyBatch &replies);

private:
    void countDown(ReplyBatch &replies);

    std::vector<Result<void>> m_results;
    std::atomic<std::size_t> m_remaining;
    std::atomic_flag m_hasFailed;
    std::optional<Error> m_error; ///< Written by the first to fail, before it counts down.
    Completion<std::vector<Result<void>>> m_completion;
    ReplyPortPointer m_port;
};

/// One place in the results of a transition call.
struct TransitionWaiter
{
    std::shared_ptr<TransitionCall> call;
    std::size_t index = 0;
};

struct TransitionItem
{
    StatusTransition change;
    Urgency urgency = Urgency::Now;
    TransitionWaiter waiter;
};

struct ReplaceCall
{
    MessageReplacement replacement;
    Completion<void> completion;
    ReplyPortPointer port;
};

struct WithdrawCall
{
    MessageId id;
    Completion<void> completion;
    ReplyPortPointer port;
};

/// Anything else a writer does, in a transaction of its own. The function is called exactly once, with the
/// writer or with the reason why it will never run.
struct WriterTask
{
    std::move_only_function<DeviceReply(Result<StorageWriter *>)> run;
    ReplyPortPointer port;
};

using WriteItem
    = std::variant<PersistCall, PersistOnceCall, TransitionItem, ReplaceCall, WithdrawCall, WriterTask>;

/// Messages and changes in an item, as counted against the limits.
qint64 sizeOf(const WriteItem &item);
/// Completes the caller with an error instead of doing anything.
void refuse(WriteItem &&item, const Error &error, ReplyBatch &replies);

} // namespace hudhud
