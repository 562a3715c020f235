// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/write_call.h"

#include <deque>
#include <unordered_map>
#include <variant>
#include <vector>

namespace hudhud {

/// What is committed together, and who waits for it.
struct CommitGroup
{
    struct Persist
    {
        std::size_t first = 0; ///< In `batch.accepted`; `count` of them.
        std::size_t count = 0;
        Completion<std::vector<Result<void>>> completion;
        ReplyPortPointer port;
    };
    struct PersistOnce
    {
        std::size_t first = 0; ///< In `batch.accepted`; `count` of them.
        std::size_t count = 0;
        std::optional<std::size_t> claim; ///< In `batch.claims`.
        Completion<PersistOutcome> completion;
        ReplyPortPointer port;
    };
    struct Transition
    {
        std::size_t position = 0; ///< In `batch.transitions`.
        TransitionWaiter waiter;
    };

    WriteBatch batch;
    std::vector<Persist> persists;
    std::vector<PersistOnce> oncePersists;
    std::vector<Transition> transitions; ///< Several may share a position: merged changes.
    std::vector<ReplaceCall> replacements; ///< Without what stands in the batch.
    std::vector<WithdrawCall> withdrawals;
    qint64 itemCount = 0; ///< As taken from the backlog: merged changes count each.

    std::size_t size() const
    {
        return batch.accepted.size() + batch.transitions.size() + batch.replacements.size()
            + batch.withdrawals.size();
    }
};

/// Decides what goes into the next commit. In the order of arrival, except that a Relaxed change waits until
/// its delay has passed or another change of the same message comes, with which it is merged. Changes alone wait a
/// moment for messages, so that a message that arrives finds the store free instead of busy with a commit that nobody
/// waits for as urgently. Changes of one message never overtake each other: one that cannot be merged with an earlier change in the batch waits for
/// the next. Messages with collapse keys take the changes that wait along: what was pushed must not give way.
/// Thread: one, the writer's.
class WriteBacklog
{
public:
    using Work = std::variant<std::monostate, CommitGroup, WriterTask>;

    /// `changeDelay`: how long changes wait for a message to share a commit with; 0: not at all.
    WriteBacklog(std::size_t maximumBatch, std::chrono::milliseconds relaxedDelay,
                 std::chrono::milliseconds changeDelay = {})
        : m_maximumBatch(maximumBatch)
        , m_relaxedDelay(relaxedDelay)
        , m_changeDelay(changeDelay)
    {
    }

    void append(std::vector<WriteItem> &&items);
    /// The next thing to do, or nothing yet.
    Work next(SteadyTime now);
    /// When `next` has something to give though nothing arrives.
    std::optional<SteadyTime> wakeTime();
    /// Relaxed changes no longer wait.
    void stopHolding() { m_isHolding = false; }
    /// Gives up everything, in no particular order.
    std::vector<WriteItem> takeAll();

private:
    struct HeldChange
    {
        TransitionItem item;
        SteadyTime until;
    };
    static constexpr std::size_t Closed = static_cast<std::size_t>(-1);

    bool waitsForMessages(SteadyTime now);
    std::optional<SteadyTime> firstHeldUntil();
    bool fill(CommitGroup &group, SteadyTime now);
    void releaseHeld(CommitGroup &group, SteadyTime now, bool all);
    bool takeTransition(CommitGroup &group, TransitionItem &item, SteadyTime now);
    void addTransition(CommitGroup &group, TransitionItem &&item);
    void addPersist(CommitGroup &group, PersistCall &&call);
    void addPersistOnce(CommitGroup &group, PersistOnceCall &&call, SteadyTime now);
    bool takeReplacement(CommitGroup &group, ReplaceCall &call);
    bool takeWithdrawal(CommitGroup &group, WithdrawCall &call);
    bool closeChanges(CommitGroup &group, const MessageId &id);

    const std::size_t m_maximumBatch;
    const std::chrono::milliseconds m_relaxedDelay;
    const std::chrono::milliseconds m_changeDelay;
    std::optional<SteadyTime> m_changesUntil; ///< Set while changes alone wait.
    bool m_isHolding = true;
    std::deque<WriteItem> m_items;
    std::unordered_map<MessageId, HeldChange> m_held;
    std::deque<std::pair<SteadyTime, MessageId>> m_heldOrder; ///< May name changes that are gone.
    /// Messages changed by the group being filled: their place in it, or Closed.
    std::unordered_map<MessageId, std::size_t> m_changed;
};

} // namespace hudhud
