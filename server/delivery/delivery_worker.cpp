// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/delivery_worker.h"

#include "delivery/remote_delivery.h"

#include <algorithm>

namespace hudhud {

namespace {

Error connectionGone()
{
    return {ErrorCode::ConnectionLost,
            QStringLiteral("The connection is no longer attached; connect again.")};
}

} // namespace

DeliveryWorker::DeliveryWorker(int ioThread, const DeliveryContext &context, DeliveryExchange &exchange,
                               StorageClient &storage)
    : m_ioThread(ioThread)
    , m_directory(context.directory)
    , m_clock(context.clock)
    , m_metrics(context.metrics)
    , m_statusChanges(context.statusChanges)
    , m_exchange(exchange)
    , m_storage(storage)
    , m_channels(context, storage, *this)
    , m_outboxes(static_cast<std::size_t>(exchange.ioThreads()))
    , m_turn([this](std::vector<Turn> &&) { endTurn(); })
    , m_mailbox([this](std::vector<DeliveryBatch> &&batches) { received(std::move(batches)); })
{
    m_exchange.setMailbox(m_ioThread, &m_mailbox);
    if (context.repairInterval.count() > 0)
        m_repair.emplace(context.repairInterval, context, m_channels, m_storage);
}

DeliveryWorker::~DeliveryWorker()
{
    m_exchange.setMailbox(m_ioThread, nullptr);
    m_metrics.connections.add(-static_cast<qint64>(m_receivers.size()));
}

ReceiverId DeliveryWorker::attach(const Recipient &recipient, Receiver &receiver)
{
    // Registered before the owner reads what is pending: see RecipientChannels.
    const int owner = m_directory.attach(recipient, m_ioThread);
    const ReceiverId id = m_receivers.add(recipient, receiver, owner);
    m_metrics.connections.add();
    if (m_exchange.remote())
        m_changed.push_back(recipient);
    tell(ConnectionEvent::Kind::Attach, *m_receivers.find(id));
    return id;
}

void DeliveryWorker::detach(ReceiverId receiver)
{
    const ReceiverTable::Attachment *from = m_receivers.find(receiver);
    if (!from)
        return;
    m_directory.detach(from->recipient);
    m_metrics.connections.add(-1);
    if (m_exchange.remote())
        m_changed.push_back(from->recipient);
    tell(ConnectionEvent::Kind::Detach, *from);
    m_receivers.remove(receiver);
}

void DeliveryWorker::acknowledge(ReceiverId receiver, std::span<const MessageId> ids,
                                 AckCompletion completion)
{
    const ReceiverTable::Attachment *from = m_receivers.find(receiver);
    if (!from)
        return settleLater(std::move(completion), connectionGone());
    if (ids.empty())
        return settleLater(
            std::move(completion),
            Error::invalidField(QStringLiteral("ids"), QStringLiteral("Name at least one message.")));
    const quint64 token = m_completions.add(std::move(completion), ids.size());
    std::vector<ConnectionEvent> &events = outbox(from->owner).events;
    for (const MessageId &id : ids) {
        ConnectionEvent &event = events.emplace_back();
        event.kind = ConnectionEvent::Kind::Acknowledge;
        event.connection = {m_ioThread, receiver};
        event.recipient = from->recipient;
        event.id = id;
        event.token = token;
    }
}

void DeliveryWorker::reject(ReceiverId receiver, const MessageId &id, const QByteArray &reason,
                            AckCompletion completion)
{
    const ReceiverTable::Attachment *from = m_receivers.find(receiver);
    if (!from)
        return settleLater(std::move(completion), connectionGone());
    ConnectionEvent &event = outbox(from->owner).events.emplace_back();
    event.kind = ConnectionEvent::Kind::Reject;
    event.connection = {m_ioThread, receiver};
    event.recipient = from->recipient;
    event.id = id;
    event.token = m_completions.add(std::move(completion), 1);
    event.reason = reason;
}

void DeliveryWorker::setPaused(ReceiverId receiver, bool paused)
{
    if (const ReceiverTable::Attachment *from = m_receivers.find(receiver))
        tell(paused ? ConnectionEvent::Kind::Pause : ConnectionEvent::Kind::Resume, *from);
}

void DeliveryWorker::withdraw(const MessageId &id, AckCompletion completion)
{
    const quint64 token = m_completions.add(
        completion ? std::move(completion) : [](const Result<void> &) {}, 1);
    locate(id, token, [this, id, token](const Recipient &recipient, std::optional<int> owner) {
        if (!owner) {
            m_storage.withdraw(id, [this, token, lifetime = std::weak_ptr(m_lifetime)](Result<void> result) {
                if (!lifetime.expired())
                    settle(m_ioThread, token, std::move(result));
            });
            return;
        }
        ConnectionEvent &event = outbox(*owner).events.emplace_back();
        event.kind = ConnectionEvent::Kind::Withdraw;
        event.connection.ioThread = m_ioThread;
        event.recipient = recipient;
        event.id = id;
        event.token = token;
    });
}

void DeliveryWorker::replace(MessageReplacement replacement, AckCompletion completion)
{
    const quint64 token = m_completions.add(
        completion ? std::move(completion) : [](const Result<void> &) {}, 1);
    const MessageId id = replacement.id;
    locate(id, token,
           [this, token, replacement = std::move(replacement)](const Recipient &recipient,
                                                               std::optional<int> owner) mutable {
               if (owner) {
                   outbox(*owner).replacements.push_back({m_ioThread, token, recipient, std::move(replacement)});
                   return;
               }
               m_storage.replace(std::move(replacement),
                                 [this, token, lifetime = std::weak_ptr(m_lifetime)](Result<void> result) {
                                     if (!lifetime.expired())
                                         settle(m_ioThread, token, std::move(result));
                                 });
           });
}

void DeliveryWorker::locate(const MessageId &id, quint64 token,
                            std::move_only_function<void(const Recipient &, std::optional<int>)> then)
{
    m_storage.find({id}, [this, token, then = std::move(then), lifetime = std::weak_ptr(m_lifetime)](auto found) mutable {
        if (lifetime.expired())
            return;
        if (!found)
            return settle(m_ioThread, token, std::unexpected(found.error()));
        const MessagePointer message = found->empty() ? nullptr : found->front();
        if (!message)
            return settle(
                m_ioThread, token,
                std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("There is no such message."))));
        then(message->recipient, m_directory.owner(message->recipient));
    });
}

int DeliveryWorker::connectionCount(const Recipient &recipient) const
{
    return m_directory.connectionCount(recipient);
}

void DeliveryWorker::route(std::span<const MessagePointer> messages)
{
    std::vector<MessagePointer> own;
    std::vector<MessagePointer> elsewhere;
    const RemoteDelivery *remote = m_exchange.remote();
    for (const MessagePointer &message : messages) {
        // A channel here is proof enough of who owns the recipient.
        if (m_channels.has(message->recipient)) {
            own.push_back(message);
            if (remote && remote->isElsewhereToo(message->recipient))
                elsewhere.push_back(message);
            continue;
        }
        // Owned here without a channel: its Attach is still to be handled, and the page it reads has the
        // message.
        const auto owner = m_directory.owner(message->recipient);
        if (owner && *owner != m_ioThread)
            outbox(*owner).routed.push_back(message);
        if (remote && (!owner || remote->isElsewhereToo(message->recipient)))
            elsewhere.push_back(message);
    }
    m_channels.route(own);
    if (!elsewhere.empty())
        m_exchange.remote()->offer(std::move(elsewhere));
}

void DeliveryWorker::superseded(std::span<const MessagePointer> messages)
{
    // Whoever was just being pushed one is told when the store refuses its mark.
    m_metrics.deadLettered(DeadLetterReason::Superseded).add(std::ssize(messages));
    m_statusChanges.publish(messages, m_clock.now());
}

void DeliveryWorker::stop(std::move_only_function<void()> idle)
{
    m_idle = std::move(idle);
    if (m_repair)
        m_repair->stop();
    m_channels.stop();
    requestFlush();
}

void DeliveryWorker::push(const ConnectionAddress &to, std::span<const MessagePointer> messages,
                          bool isPending)
{
    if (to.ioThread != m_ioThread) {
        outbox(to.ioThread).pushes.push_back({to.receiver, isPending, {messages.begin(), messages.end()}});
        return;
    }
    const ReceiverTable::Attachment *target = m_receivers.find(to.receiver);
    if (!target)
        return; // Its Detach is on the way and puts the messages back.
    if (isPending)
        target->receiver->pushPending(messages);
    else
        target->receiver->push(messages);
}

void DeliveryWorker::close(const ConnectionAddress &to, CloseReason reason)
{
    if (to.ioThread != m_ioThread)
        outbox(to.ioThread).closes.push_back({to.receiver, reason});
    else if (const ReceiverTable::Attachment *target = m_receivers.find(to.receiver))
        target->receiver->close(reason);
}

void DeliveryWorker::tellWithdrawn(const ConnectionAddress &to, const MessageId &id)
{
    std::vector<WithdrawOrder> &orders = outbox(to.ioThread).withdrawals;
    const auto order = std::ranges::find(orders, to.receiver, &WithdrawOrder::receiver);
    if (order != orders.end())
        order->ids.push_back(id);
    else
        orders.push_back({to.receiver, {id}});
}

void DeliveryWorker::settle(int ioThread, quint64 token, Result<void> result)
{
    if (token == 0)
        return;
    if (ioThread != m_ioThread)
        outbox(ioThread).settled.push_back({token, std::move(result)});
    else
        m_completions.settle(token, std::move(result));
}

void DeliveryWorker::requestFlush()
{
    if (!std::exchange(m_isTurnRequested, true))
        m_turn.post(Turn{});
}

DeliveryBatch &DeliveryWorker::outbox(int ioThread)
{
    requestFlush();
    return m_outboxes[static_cast<std::size_t>(ioThread)];
}

void DeliveryWorker::tell(ConnectionEvent::Kind kind, const ReceiverTable::Attachment &from)
{
    ConnectionEvent &event = outbox(from.owner).events.emplace_back();
    event.kind = kind;
    event.connection = {m_ioThread, from.id};
    event.recipient = from.recipient;
}

void DeliveryWorker::settleLater(AckCompletion completion, Error error)
{
    if (const quint64 token = m_completions.add(std::move(completion), 1))
        outbox(m_ioThread).settled.push_back({token, std::unexpected(std::move(error))});
}

void DeliveryWorker::received(std::vector<DeliveryBatch> &&batches)
{
    for (DeliveryBatch &batch : batches)
        process(std::move(batch));
}

void DeliveryWorker::process(DeliveryBatch &&batch)
{
    for (ConnectionEvent &event : batch.events)
        m_channels.handle(std::move(event));
    m_channels.route(batch.routed);
    m_channels.readAgain(batch.woken);
    for (ReplaceOrder &order : batch.replacements)
        m_channels.replace(std::move(order));
    for (const PushOrder &order : batch.pushes)
        push({m_ioThread, order.receiver}, order.messages, order.isPending);
    for (const WithdrawOrder &order : batch.withdrawals) {
        if (const ReceiverTable::Attachment *target = m_receivers.find(order.receiver))
            target->receiver->withdrawn(order.ids);
    }
    for (const CloseOrder &order : batch.closes)
        close({m_ioThread, order.receiver}, order.reason);
    for (Settled &settled : batch.settled)
        m_completions.settle(settled.token, std::move(settled.result));
}

void DeliveryWorker::endTurn()
{
    m_isTurnRequested = false;
    process(std::exchange(m_outboxes[static_cast<std::size_t>(m_ioThread)], {}));
    m_channels.flush();
    for (int ioThread = 0; ioThread < m_exchange.ioThreads(); ++ioThread) {
        DeliveryBatch &batch = m_outboxes[static_cast<std::size_t>(ioThread)];
        if (ioThread != m_ioThread && !batch.isEmpty())
            m_exchange.post(ioThread, std::exchange(batch, {}));
    }
    if (!m_changed.empty())
        m_exchange.remote()->connectionsChanged(std::exchange(m_changed, {}));
    tellWhenIdle();
}

void DeliveryWorker::tellWhenIdle()
{
    if (m_idle && !m_isTurnRequested && m_channels.isQuiet())
        std::exchange(m_idle, nullptr)();
}

} // namespace hudhud
