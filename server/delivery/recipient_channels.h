// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "delivery/channel_deadlines.h"
#include "delivery/delivery_batch.h"
#include "delivery/delivery_metrics.h"
#include "delivery/presence_directory.h"
#include "delivery/recent_ids.h"
#include "delivery/recipient_channel.h"
#include "delivery/settlement.h"
#include "delivery/status_exchange.h"
#include "plugin-api/connections.h"
#include "plugin-api/retry.h"
#include "storage/storage_client.h"

#include <memory>
#include <span>
#include <unordered_map>

namespace hudhud {

/// The way from a recipient's owner to its connections, on whatever thread they are.
class ChannelOutlet
{
public:
    virtual ~ChannelOutlet() = default;
    virtual void push(const ConnectionAddress &to, std::span<const MessagePointer> messages, bool isPending)
        = 0;
    virtual void close(const ConnectionAddress &to, CloseReason reason) = 0;
    /// `to` was pushed the message, which has ended otherwise.
    virtual void tellWithdrawn(const ConnectionAddress &to, const MessageId &id) = 0;
    virtual void settle(int ioThread, quint64 token, Result<void> result) = 0;
    /// Asks for `flush` at the end of this loop turn.
    virtual void requestFlush() = 0;
};

/// What a worker and its channels work with; everything outlives them.
struct DeliveryContext
{
    const DeliveryOptions &options;
    const RetryPolicy &retryPolicy;
    PresenceDirectory &directory;
    const Clock &clock;
    DeliveryMetrics &metrics;
    StatusExchange &statusChanges;
    QByteArray nodeId;
    /// How often QueueRepair looks; 0: never.
    std::chrono::milliseconds repairInterval{0};
};

/// The channels of all recipients that one I/O thread owns: pushing within the window, pages from storage,
/// the ends of messages, deadlines. Thread: its I/O thread only.
///
/// Why a message that is committed while its recipient connects is neither lost nor doubled: the commit
/// happens before the look-up in the directory, and the registration happens before the read of the pending
/// page; look-up and registration are ordered by the directory's lock. If the look-up came first, then commit
/// < look-up < registration < read, and the page contains the message. Otherwise it is routed here, where it
/// meets one of three cases. The channel does not exist yet: the read is still to come and sees it. A page is
/// being read or more waits in storage: it only sets `hasMoreInStorage`, and a later read brings it. The
/// channel is up to date: it is pushed. Nothing becomes in flight while a page is read, and what was busy
/// when the read began was left out, so a page never repeats a message of the channel; messages that ended
/// during the read are known to RecentIds.
class RecipientChannels
{
public:
    RecipientChannels(const DeliveryContext &context, StorageClient &storage, ChannelOutlet &outlet);
    ~RecipientChannels();

    /// Durable messages of recipients whose owner is (or was) this thread.
    void route(std::span<const MessagePointer> messages);
    void handle(ConnectionEvent &&event);
    /// Gives a message new content, unless the channel is busy with it.
    void replace(ReplaceOrder &&order);
    /// Sends the status changes of this loop turn to storage.
    void flush();
    /// What is in hand for those who are connected and have anything.
    void addBacklogs(Backlogs &backlogs) const;
    /// Recipients of whom every waiting message is thought to be known here, and who could be sent another.
    std::vector<Recipient> recipientsUpToDate() const;
    /// More waits in storage for these. Result: of how many that was news.
    qint64 readAgain(std::span<const Recipient> recipients);
    bool has(const Recipient &recipient) const { return m_channels.contains(recipient); }
    /// Looks at what is due; called by the timer.
    void checkDeadlines();
    /// Puts everything in flight back and pushes no more. `flush` follows.
    void stop();
    /// True when storage has answered everything.
    bool isQuiet() const
    {
        return m_storageCalls == 0 && m_marks.empty() && m_settlements.empty() && m_late.empty();
    }

private:
    static constexpr std::chrono::milliseconds FirstStorageBackoff{1'000};

    using Channels = std::unordered_map<Recipient, RecipientChannel>;
    enum class PullMode : quint8 { WhenWorthwhile, Now };
    struct Mark
    {
        Recipient recipient;
        MessageId id;
        MessagePointer message; ///< Null while nobody wants to be told.
        quint16 attempt = 0;
        DeliveryChannel channel = DeliveryChannel::SignalR;
        Timestamp time{};
    };
    /// What a message's row needs to know besides its status.
    struct Counters
    {
        quint16 retryCount = 0;
        quint16 pushCount = 0;
        bool isMarked = true;
    };

    /// A completion that counts as outstanding until it runs, and does nothing once this object is gone.
    template <typename T, typename Function> Completion<T> guarded(Function function)
    {
        ++m_storageCalls;
        return [this, lifetime = std::weak_ptr(m_lifetime),
                function = std::move(function)](Result<T> result) mutable {
            if (lifetime.expired())
                return;
            --m_storageCalls;
            function(std::move(result));
            if (m_isStopping)
                m_outlet.requestFlush();
        };
    }

    void replaced(const ReplaceOrder &order, const Result<void> &result);

    RecipientChannel *find(const Recipient &recipient);
    void offer(const MessagePointer &message);
    void push(RecipientChannel &channel, std::span<const MessagePointer> messages, bool isPending);
    bool admit(RecipientChannel &channel, const MessagePointer &message, bool isPending, Timestamp now);
    void markProcessing(const Recipient &recipient, const ChannelMessage &message, Timestamp now);
    void catchUp(const Recipient &recipient, RecipientChannel &channel, ChannelConnection &connection);

    void pull(const Recipient &recipient, RecipientChannel &channel, PullMode mode);
    void pageArrived(const Recipient &recipient, int limit, Result<std::vector<MessagePointer>> page);

    void attach(const ConnectionEvent &event);
    void detach(const ConnectionEvent &event);
    void pause(const ConnectionEvent &event);
    void resume(const ConnectionEvent &event);
    void end(const ConnectionEvent &event, MessageStatus status);
    void withdraw(const ConnectionEvent &event);

    void expire(const Recipient &recipient, RecipientChannel &channel, ChannelMessage &message);
    /// Dead-letters the message if its time to live has ended. Result: whether it did.
    bool expiredInFlight(const Recipient &recipient, RecipientChannel &channel, ChannelMessage &message);
    void putBack(const Recipient &recipient, RecipientChannel &channel, ChannelMessage &message,
                 const QByteArray &reason);
    void deadLetter(const Recipient &recipient, RecipientChannel &channel, ChannelMessage &message,
                    DeadLetterReason why, const QByteArray &reason);
    void settle(RecipientChannel &channel, ChannelMessage &message, Settlement &&settlement,
                std::optional<Timestamp> dueAt = std::nullopt);
    void addSettlement(Settlement &&settlement, const Counters &counters, std::optional<Timestamp> dueAt);
    void settlementsStored(std::vector<Settlement> &settlements,
                           const Result<std::vector<Result<void>>> &results);
    void settled(const Settlement &settlement, const Result<void> &result);
    /// The message may be pushed again, if storage still has it waiting.
    void leaveSettling(const Recipient &recipient, const MessageId &id, bool isStillWaiting);
    void forget(RecipientChannel &channel, ChannelMessage &message);
    void countEnd(const Settlement &settlement);
    void announceEnd(const Settlement &settlement);
    void announceProcessing(const Mark &mark);
    QByteArray deliveryLimitReason() const;

    void flushMarks();
    void flushSettlements();
    void flushLate();
    void marksStored(const std::vector<Mark> &marks, const Result<std::vector<Result<void>>> &results);
    void lateFound(std::vector<Settlement> &late, const Result<std::vector<MessagePointer>> &found);

    void check(const Recipient &recipient, RecipientChannel &channel, SteadyTime now);
    void schedule(const Recipient &recipient, RecipientChannel &channel, SteadyTime at);
    void releaseIfIdle(const Recipient &recipient, RecipientChannel &channel);
    void storageFailed();
    void storageWorked();

    DeliveryContext m_context;
    StorageClient &m_storage;
    ChannelOutlet &m_outlet;
    const bool m_isFirstAckOnly;
    Channels m_channels;
    RecentIds m_recent;
    ChannelDeadlines m_deadlines;

    std::vector<StatusTransition> m_marks; ///< Processing, of this loop turn.
    std::vector<Mark> m_marked; ///< The same, by index.
    std::vector<StatusTransition> m_transitions;
    std::vector<Settlement> m_settlements; ///< Of `m_transitions`, by index.
    std::vector<Settlement> m_late; ///< Whose rows have to be looked up first.
    std::vector<StatusChange> m_changes; ///< Stored in this loop turn.
    std::vector<MessagePointer> m_outgoing; ///< Scratch.

    int m_storageCalls = 0; ///< Unanswered.
    bool m_isStopping = false;
    SteadyTime m_noReadsBefore{}; ///< Storage has failed; pages wait.
    std::chrono::milliseconds m_storageBackoff;
    /// Completions that outlive this object see it gone.
    std::shared_ptr<char> m_lifetime = std::make_shared<char>();
};

} // namespace hudhud
