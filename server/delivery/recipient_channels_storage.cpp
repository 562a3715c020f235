// SPDX-License-Identifier: GPL-3.0-or-later
// How messages leave the channels: the status changes that go to storage, and what its answers mean.
#include "delivery/recipient_channels.h"

#include "core/error_handling.h"

#include <algorithm>

namespace hudhud {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds LongestStorageBackoff = 30s;

Error notFound()
{
    return {ErrorCode::NotFound, QStringLiteral("There is no such message for this recipient.")};
}

} // namespace

QByteArray RecipientChannels::deliveryLimitReason() const
{
    return "pushed " + QByteArray::number(m_context.options.deliveryLimit)
        + " times without an acknowledgement (delivery limit)";
}

void RecipientChannels::markProcessing(const Recipient &recipient, const ChannelMessage &message,
                                       Timestamp now)
{
    // The acknowledgement times out well before the lease ends; the sweeper sees only what this node has
    // lost.
    const auto lease = std::max(m_context.options.lease, 2 * m_context.options.ackTimeout);
    StatusTransition &mark = m_marks.emplace_back();
    mark.id = message.id;
    mark.recipient = recipient;
    mark.events.push_back({0, MessageStatus::Processing, now, m_context.nodeId, message.retryCount, {}});
    mark.retryCount = message.retryCount;
    mark.pushCount = message.pushCount;
    mark.dueAt = now + lease;
    m_marked.push_back({recipient, message.id,
                        m_context.statusChanges.isWanted() ? message.message : MessagePointer(),
                        message.retryCount, message.channel, now});
    m_outlet.requestFlush();
}

void RecipientChannels::expire(const Recipient &recipient, RecipientChannel &channel, ChannelMessage &message)
{
    m_context.metrics.ackTimeouts.add();
    ++message.retryCount;
    if (expiredInFlight(recipient, channel, message))
        return;
    const auto delay = m_context.retryPolicy.nextDelay(message.retryCount, errorCodeInfo(ErrorCode::Timeout).errorClass);
    const QByteArray reason
        = "no acknowledgement within " + QByteArray::number(m_context.options.ackTimeout.count()) + " ms";
    if (message.pushCount >= m_context.options.deliveryLimit) {
        deadLetter(recipient, channel, message, DeadLetterReason::DeliveryLimit, deliveryLimitReason());
    } else if (!delay) {
        deadLetter(recipient, channel, message, DeadLetterReason::AttemptsUsedUp,
                   reason + ", attempt " + QByteArray::number(message.retryCount) + " was the last");
    } else {
        Settlement failed{.id = message.id, .recipient = recipient, .status = MessageStatus::Failed};
        failed.reason = reason;
        settle(channel, message, std::move(failed), m_context.clock.now() + *delay);
    }
}

bool RecipientChannels::expiredInFlight(const Recipient &recipient, RecipientChannel &channel,
                                        ChannelMessage &message)
{
    if (!message.message->expiresAt || *message.message->expiresAt > m_context.clock.now())
        return false;
    Settlement end{.id = message.id, .recipient = recipient, .status = MessageStatus::DeadLetter};
    end.deadLetterReason = DeadLetterReason::Expired;
    end.reason = "expired before it was acknowledged";
    end.otherHolders = channel.holders(message);
    settle(channel, message, std::move(end));
    return true;
}

void RecipientChannels::putBack(const Recipient &recipient, RecipientChannel &channel,
                                ChannelMessage &message, const QByteArray &reason)
{
    if (expiredInFlight(recipient, channel, message))
        return;
    if (message.pushCount >= m_context.options.deliveryLimit) {
        deadLetter(recipient, channel, message, DeadLetterReason::DeliveryLimit, deliveryLimitReason());
        return;
    }
    Settlement back{.id = message.id, .recipient = recipient, .status = MessageStatus::Queued};
    back.reason = reason;
    settle(channel, message, std::move(back));
}

void RecipientChannels::deadLetter(const Recipient &recipient, RecipientChannel &channel,
                                   ChannelMessage &message, DeadLetterReason why, const QByteArray &reason)
{
    Settlement dead{.id = message.id, .recipient = recipient, .status = MessageStatus::DeadLetter};
    dead.deadLetterReason = why;
    dead.reason = reason;
    settle(channel, message, std::move(dead));
}

void RecipientChannels::settle(RecipientChannel &channel, ChannelMessage &message, Settlement &&settlement,
                               std::optional<Timestamp> dueAt)
{
    message.state = ChannelMessage::State::Settling;
    settlement.message = std::move(message.message);
    settlement.channel = message.channel;
    --channel.inFlight;
    m_context.metrics.inFlight.add(-1);
    addSettlement(std::move(settlement), {message.retryCount, message.pushCount, message.isMarked}, dueAt);
}

void RecipientChannels::addSettlement(Settlement &&settlement, const Counters &counters,
                                      std::optional<Timestamp> dueAt)
{
    const Timestamp now = m_context.clock.now();
    StatusTransition &transition = m_transitions.emplace_back();
    transition.id = settlement.id;
    transition.recipient = settlement.recipient;
    if (!counters.isMarked)
        transition.events.push_back(
            {0, MessageStatus::Processing, now, m_context.nodeId, counters.retryCount, {}});
    transition.events.push_back(
        {0, settlement.status, now, m_context.nodeId, counters.retryCount, settlement.reason});
    transition.retryCount = counters.retryCount;
    transition.pushCount = counters.pushCount;
    transition.dueAt = dueAt;
    transition.deadLetterReason = settlement.deadLetterReason;
    if (settlement.deadLetterReason)
        transition.failureClass = errorClassOf(*settlement.deadLetterReason);
    if (settlement.status != MessageStatus::Delivered)
        transition.failureReason = settlement.reason;
    settlement.attempt = counters.retryCount;
    settlement.time = now;
    m_settlements.push_back(std::move(settlement));
    m_outlet.requestFlush();
}

void RecipientChannels::flush()
{
    // In this order: the store applies the changes of one message as they were called.
    flushMarks();
    flushSettlements();
    flushLate();
    if (!m_changes.empty())
        m_context.statusChanges.publish(std::exchange(m_changes, {}));
}

void RecipientChannels::flushMarks()
{
    if (m_marks.empty())
        return;
    m_storage.transition(
        std::exchange(m_marks, {}), Urgency::Relaxed,
        guarded<std::vector<Result<void>>>([this, marked = std::exchange(m_marked, {})](const auto &results) {
            marksStored(marked, results);
        }));
}

void RecipientChannels::flushSettlements()
{
    if (m_settlements.empty())
        return;
    m_storage.transition(std::exchange(m_transitions, {}), Urgency::Now,
                         guarded<std::vector<Result<void>>>(
                             [this, settlements = std::exchange(m_settlements, {})](
                                 const auto &results) mutable { settlementsStored(settlements, results); }));
}

void RecipientChannels::flushLate()
{
    if (m_late.empty())
        return;
    std::vector<MessageId> ids;
    ids.reserve(m_late.size());
    for (const Settlement &late : m_late)
        ids.push_back(late.id);
    m_storage.find(
        std::move(ids),
        guarded<std::vector<MessagePointer>>(
            [this, late = std::exchange(m_late, {})](const auto &found) mutable { lateFound(late, found); }));
}

void RecipientChannels::marksStored(const std::vector<Mark> &marks,
                                    const Result<std::vector<Result<void>>> &results)
{
    if (!results)
        storageFailed();
    for (std::size_t i = 0; i < marks.size(); ++i) {
        if (results && (*results)[i]) {
            announceProcessing(marks[i]);
            continue;
        }
        RecipientChannel *channel = find(marks[i].recipient);
        ChannelMessage *message = channel ? channel->find(marks[i].id) : nullptr;
        if (!message || message->state != ChannelMessage::State::InFlight)
            continue;
        const bool isOver = results
            && ((*results)[i].error().code() == ErrorCode::NotFound
                || (*results)[i].error().code() == ErrorCode::Conflict);
        if (!isOver) {
            message->isMarked = false; // Still Queued in storage; said again with its end.
            continue;
        }
        // Withdrawn, delivered or given up by someone else.
        for (const ConnectionAddress &holder : channel->holders(*message))
            m_outlet.tellWithdrawn(holder, marks[i].id);
        forget(*channel, *message);
        pull(marks[i].recipient, *channel, PullMode::WhenWorthwhile);
    }
}

void RecipientChannels::settlementsStored(std::vector<Settlement> &settlements,
                                          const Result<std::vector<Result<void>>> &results)
{
    if (results)
        storageWorked();
    else
        storageFailed();
    for (std::size_t i = 0; i < settlements.size(); ++i)
        settled(settlements[i], results ? (*results)[i] : Result<void>(std::unexpected(results.error())));
}

void RecipientChannels::settled(const Settlement &settlement, const Result<void> &result)
{
    if (result) {
        countEnd(settlement);
        announceEnd(settlement);
        for (const ConnectionAddress &holder : settlement.otherHolders)
            m_outlet.tellWithdrawn(holder, settlement.id);
    }
    if (settlement.token != 0)
        m_outlet.settle(settlement.ioThread, settlement.token, result);
    const bool isStillWaiting
        = result ? settlement.status == MessageStatus::Queued : result.error().code() != ErrorCode::NotFound;
    leaveSettling(settlement.recipient, settlement.id, isStillWaiting);
}

void RecipientChannels::leaveSettling(const Recipient &recipient, const MessageId &id, bool isStillWaiting)
{
    RecipientChannel *channel = find(recipient);
    if (!channel)
        return;
    ChannelMessage *message = channel->find(id);
    if (message && (message->state == ChannelMessage::State::Settling || m_recent.contains(id)))
        forget(*channel, *message);
    if (isStillWaiting)
        channel->hasMoreInStorage = true;
    pull(recipient, *channel, PullMode::WhenWorthwhile);
    releaseIfIdle(recipient, *channel);
}

void RecipientChannels::forget(RecipientChannel &channel, ChannelMessage &message)
{
    if (message.state == ChannelMessage::State::InFlight) {
        --channel.inFlight;
        m_context.metrics.inFlight.add(-1);
    }
    channel.erase(message.id);
}

void RecipientChannels::countEnd(const Settlement &settlement)
{
    if (settlement.status == MessageStatus::Delivered) {
        m_recent.add(settlement.id);
        m_context.metrics.acknowledged.add();
    } else if (settlement.status == MessageStatus::Queued) {
        m_context.metrics.putBack.add();
    } else if (settlement.deadLetterReason) {
        m_context.metrics.deadLettered(*settlement.deadLetterReason).add();
    }
}

void RecipientChannels::announceProcessing(const Mark &mark)
{
    if (!mark.message)
        return;
    StatusChange &change
        = m_changes.emplace_back(statusChange(*mark.message, MessageStatus::Processing, mark.time));
    change.attempt = mark.attempt;
    change.channel = mark.channel;
    m_outlet.requestFlush();
}

void RecipientChannels::announceEnd(const Settlement &settlement)
{
    if (!settlement.message || !m_context.statusChanges.isWanted())
        return;
    StatusChange &change
        = m_changes.emplace_back(statusChange(*settlement.message, settlement.status, settlement.time));
    change.attempt = settlement.attempt;
    change.channel = settlement.channel;
    change.reason = settlement.reason;
    change.deadLetterReason = settlement.deadLetterReason;
    change.latency = settlement.latency;
    m_outlet.requestFlush();
}

void RecipientChannels::lateFound(std::vector<Settlement> &late,
                                  const Result<std::vector<MessagePointer>> &found)
{
    if (!found)
        storageFailed();
    for (std::size_t i = 0; i < late.size(); ++i) {
        Settlement &end = late[i];
        if (!found) {
            settled(end, std::unexpected(found.error()));
            continue;
        }
        const MessagePointer &row = (*found)[i];
        if (!row || row->recipient != end.recipient)
            settled(end, std::unexpected(notFound()));
        else {
            if (row->status != end.status) // Acknowledging again is no news.
                end.message = row;
            addSettlement(std::move(end), {row->retryCount, row->pushCount, true}, std::nullopt);
        }
    }
}

void RecipientChannels::storageFailed()
{
    m_context.metrics.storageFailures.add();
    const SteadyTime now = m_context.clock.steadyNow();
    if (now < m_noReadsBefore)
        return;
    m_noReadsBefore = now + m_storageBackoff;
    m_storageBackoff = std::min(2 * m_storageBackoff, LongestStorageBackoff);
}

void RecipientChannels::storageWorked()
{
    m_noReadsBefore = {};
    m_storageBackoff = FirstStorageBackoff;
}

} // namespace hudhud
