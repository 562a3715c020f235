// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "delivery/completion_table.h"
#include "delivery/delivery_exchange.h"
#include "delivery/message_router.h"
#include "delivery/queue_repair.h"
#include "delivery/receiver_table.h"
#include "delivery/recipient_channels.h"

namespace hudhud {

/// Delivery's share of one I/O thread: the connections of that thread, and the channels of the recipients it
/// owns. A recipient's owner is the thread of its first connection; what a connection says travels to the
/// owner and what the owner pushes travels back, both in one batch per thread and loop turn. With one
/// connection both are the same thread. Thread: created, used and destroyed on its I/O thread, except
/// `connectionCount` (any). Ownership: whoever created it; outlives the transport workers; destroyed before
/// its StorageClient.
class DeliveryWorker final : public DeliveryPort, public MessageRouter, private ChannelOutlet
{
public:
    DeliveryWorker(int ioThread, const DeliveryContext &context, DeliveryExchange &exchange,
                   StorageClient &storage);
    ~DeliveryWorker() override;

    ReceiverId attach(const Recipient &recipient, Receiver &receiver) override;
    void detach(ReceiverId receiver) override;
    void acknowledge(ReceiverId receiver, std::span<const MessageId> ids, AckCompletion completion) override;
    void reject(ReceiverId receiver, const MessageId &id, const QByteArray &reason,
                AckCompletion completion) override;
    void setPaused(ReceiverId receiver, bool paused) override;
    void withdraw(const MessageId &id, AckCompletion completion) override;
    void replace(MessageReplacement replacement, AckCompletion completion) override;
    int connectionCount(const Recipient &recipient) const override;
    /// As RecipientChannels.
    void addBacklogs(Backlogs &backlogs) const { m_channels.addBacklogs(backlogs); }

    void route(std::span<const MessagePointer> messages) override;
    void superseded(std::span<const MessagePointer> messages) override;

    /// Pushes no more and puts back what is in flight; acknowledgements are still taken. `idle` comes once,
    /// when storage has answered everything.
    void stop(std::move_only_function<void()> idle);

    /// Runs what is due by the (held) clock.
    void checkDeadlinesForTest() { m_channels.checkDeadlines(); }

private:
    struct Turn
    {
    };

    void push(const ConnectionAddress &to, std::span<const MessagePointer> messages, bool isPending) override;
    void close(const ConnectionAddress &to, CloseReason reason) override;
    void tellWithdrawn(const ConnectionAddress &to, const MessageId &id) override;
    void settle(int ioThread, quint64 token, Result<void> result) override;
    void requestFlush() override;

    DeliveryBatch &outbox(int ioThread);
    void tell(ConnectionEvent::Kind kind, const ReceiverTable::Attachment &from);
    /// Settles `token` if there is no such message; else `then` gets its recipient and who owns him.
    void locate(const MessageId &id, quint64 token,
                std::move_only_function<void(const Recipient &, std::optional<int>)> then);
    void settleLater(AckCompletion completion, Error error);
    void received(std::vector<DeliveryBatch> &&batches);
    void process(DeliveryBatch &&batch);
    void endTurn();
    void tellWhenIdle();

    int m_ioThread;
    PresenceDirectory &m_directory;
    const Clock &m_clock;
    DeliveryMetrics &m_metrics;
    StatusExchange &m_statusChanges;
    DeliveryExchange &m_exchange;
    StorageClient &m_storage;
    ReceiverTable m_receivers;
    CompletionTable m_completions;
    RecipientChannels m_channels;
    std::optional<QueueRepair> m_repair; ///< Where other nodes share the store.
    std::vector<Recipient> m_changed; ///< Whose connections changed in this loop turn; for the other nodes.
    std::vector<DeliveryBatch>
        m_outboxes; ///< By I/O thread; the own one too: calls are acted on after they returned.
    bool m_isTurnRequested = false;
    std::move_only_function<void()> m_idle;
    std::shared_ptr<char> m_lifetime = std::make_shared<char>();
    Mailbox<Turn> m_turn;
    Mailbox<DeliveryBatch> m_mailbox;
};

} // namespace hudhud
