// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/storage.h"

#include <optional>
#include <utility>

namespace hudhud {

/// The part of a stored message that transitions change. Every store keeps these and uses the rules below, so
/// that all of them agree on what a transition means.
struct MessageState
{
    MessageStatus status = MessageStatus::Queued;
    quint16 retryCount = 0;
    quint16 pushCount = 0;
    std::optional<Timestamp> deliveredAt;
    std::optional<Timestamp> lastRetryAt;
    std::optional<Timestamp> movedToDlqAt;
    /// Always set for Processing and Failed; for Queued it is the delivery time of a message that is not due yet.
    std::optional<Timestamp> dueAt;
    std::optional<Timestamp> deliverAt; ///< As in Message; transitions do not change it.
    std::optional<DeadLetterReason> deadLetterReason; ///< Set exactly for DeadLetter.
    quint16 replayCount = 0;
    qint64 replayJob = 0;

    std::optional<Timestamp> nextRetryAt() const
    {
        return status == MessageStatus::Failed ? dueAt : std::nullopt;
    }

    friend bool operator==(const MessageState &, const MessageState &) = default;
};

/// Reasons that stores write into events of their own making.
inline constexpr char LeaseExpiredReason[] = "lease expired"; ///< claimDue on Processing
inline constexpr char RetryDueReason[] = "retry due"; ///< claimDue on Failed
inline constexpr char DeliveryTimeReason[] = "delivery time came"; ///< claimDue on a scheduled message
inline constexpr char ExpiredReason[] = "expired before it could be delivered"; ///< claimDue on an expired one
inline constexpr char RestartReason[] = "node restarted"; ///< recover
inline constexpr char ReplacedReason[] = "replaced"; ///< replacements
inline constexpr char ReadReason[] = "read"; ///< markRead

/// Why a message gave way to the newer one `id`.
inline QByteArray supersededReason(const MessageId &id)
{
    return "replaced by " + id.toString();
}

/// The delivery time if it is still to come.
inline std::optional<Timestamp> scheduledAfter(std::optional<Timestamp> deliverAt, Timestamp now)
{
    return deliverAt && *deliverAt > now ? deliverAt : std::nullopt;
}

/// When an accepted message is to be delivered, if that is later than its acceptance: it is scheduled.
inline std::optional<Timestamp> scheduledFor(const Message &message)
{
    return scheduledAfter(message.deliverAt, message.createdAt);
}

/// Whether a stored message counts as pending for its recipient: unfinished, not expired, and due.
inline bool canBePushed(const Message &message, Timestamp now)
{
    const bool hasExpired = message.expiresAt && *message.expiresAt <= now;
    switch (message.status) {
    case MessageStatus::Queued:
        return !hasExpired && !scheduledAfter(message.deliverAt, now);
    case MessageStatus::Processing:
        return !hasExpired;
    case MessageStatus::Failed:
        return !hasExpired && (!message.nextRetryAt || *message.nextRetryAt <= now);
    case MessageStatus::Delivered:
    case MessageStatus::DeadLetter:
        break;
    }
    return false;
}

enum class TransitionEffect : quint8 {
    Applied, ///< The state changed.
    Unchanged, ///< The message already has the status; success, nothing to store.
    Forbidden, ///< Conflict; nothing to store.
};

/// What one event does to the state: Processing with an attempt above 0 is a retry; leaving the dead letters is a
/// replay, and clears when and why they were entered.
inline void enterStatus(MessageState &state, const MessageEvent &event)
{
    if (state.status == MessageStatus::DeadLetter && event.status == MessageStatus::Queued)
        ++state.replayCount;
    state.status = event.status;
    if (event.status != MessageStatus::DeadLetter) {
        state.movedToDlqAt.reset();
        state.deadLetterReason.reset();
    }
    if (event.status == MessageStatus::Processing && event.attempt > 0)
        state.lastRetryAt = event.time;
    else if (event.status == MessageStatus::Delivered)
        state.deliveredAt = event.time;
    else if (event.status == MessageStatus::DeadLetter)
        state.movedToDlqAt = event.time;
}

/// Walks the events of `transition` from `state`. An event of the status already reached, or one that the
/// state machine forbids from there, is left out: the executor may have put several callers' changes
/// together, and a stale one must not take a valid one with it. The effect is that of the last event.
/// `onApplied(event)` is called for each event that holds; its work has to be dropped unless the result is
/// Applied. `state` changes only then.
template <typename Visitor>
TransitionEffect applyTransition(MessageState &state, const StatusTransition &transition, Visitor &&onApplied)
{
    MessageState next = state;
    bool isChanged = false;
    bool lastHolds = false;
    for (const MessageEvent &event : transition.events) {
        lastHolds = event.status == next.status;
        if (lastHolds || !isTransitionAllowed(next.status, event.status))
            continue;
        enterStatus(next, event);
        onApplied(event);
        isChanged = true;
        lastHolds = true;
    }
    if (!lastHolds)
        return TransitionEffect::Forbidden;
    if (!isChanged)
        return TransitionEffect::Unchanged;
    next.retryCount = transition.retryCount;
    next.pushCount = transition.pushCount;
    next.dueAt.reset();
    if (next.status == MessageStatus::Processing || next.status == MessageStatus::Failed)
        next.dueAt = transition.dueAt.value_or(transition.events.back().time);
    else if (next.status == MessageStatus::Queued)
        next.dueAt = scheduledAfter(next.deliverAt, transition.events.back().time);
    else if (next.status == MessageStatus::DeadLetter)
        next.deadLetterReason = transition.deadLetterReason.value_or(DeadLetterReason::PermanentError);
    if (next.replayCount != state.replayCount)
        next.replayJob = transition.replayJob;
    state = std::move(next);
    return TransitionEffect::Applied;
}

} // namespace hudhud
