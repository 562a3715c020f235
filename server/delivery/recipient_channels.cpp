// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/recipient_channels.h"

#include <algorithm>

namespace hudhud {

namespace {

using namespace std::chrono_literals;

/// How long little room waits for more, so that acknowledgements one by one do not read a page each.
constexpr std::chrono::milliseconds PageDelay = 10ms;

bool hasExpired(const Message &message, Timestamp now)
{
    return message.expiresAt && *message.expiresAt <= now;
}

/// When the way of a message to the phone began.
Timestamp deliverableFrom(const Message &message)
{
    return std::max(message.createdAt, message.deliverAt.value_or(message.createdAt));
}

DeliveryChannel channelOf(quint16 attempt, bool isPending)
{
    if (attempt > 0)
        return DeliveryChannel::Retry;
    return isPending ? DeliveryChannel::Fallback : DeliveryChannel::SignalR;
}

ChannelMessage settlingMessage(const MessageId &id)
{
    ChannelMessage message;
    message.id = id;
    message.state = ChannelMessage::State::Settling;
    return message;
}

} // namespace

RecipientChannels::RecipientChannels(const DeliveryContext &context, StorageClient &storage,
                                     ChannelOutlet &outlet)
    : m_context(context)
    , m_storage(storage)
    , m_outlet(outlet)
    , m_isFirstAckOnly(context.options.devices == QLatin1String("first-ack"))
    , m_deadlines(context.clock, [this] { checkDeadlines(); })
    , m_storageBackoff(FirstStorageBackoff)
{
}

RecipientChannels::~RecipientChannels()
{
    for (const auto &[recipient, channel] : m_channels)
        m_context.metrics.inFlight.add(-channel.inFlight);
    m_context.metrics.channels.add(-static_cast<qint64>(m_channels.size()));
}

RecipientChannel *RecipientChannels::find(const Recipient &recipient)
{
    const auto found = m_channels.find(recipient);
    return found == m_channels.end() ? nullptr : &found->second;
}

void RecipientChannels::route(std::span<const MessagePointer> messages)
{
    const auto higherFirst
        = [](const MessagePointer &a, const MessagePointer &b) { return a->priority > b->priority; };
    if (std::is_sorted(messages.begin(), messages.end(), higherFirst)) {
        for (const MessagePointer &message : messages)
            offer(message);
        return;
    }
    std::vector<MessagePointer> sorted(messages.begin(), messages.end());
    std::stable_sort(sorted.begin(), sorted.end(), higherFirst);
    for (const MessagePointer &message : sorted)
        offer(message);
}

void RecipientChannels::offer(const MessagePointer &message)
{
    RecipientChannel *channel = find(message->recipient);
    if (!channel || m_isStopping || m_recent.contains(message->id))
        return;
    if (message->deliverAt && *message->deliverAt > m_context.clock.now())
        return; // The sweeper brings it when its time has come.
    if (const ChannelMessage *known = channel->find(message->id)) {
        if (known->state == ChannelMessage::State::Settling)
            channel->hasMoreInStorage = true; // Read again once its end is stored.
        else if (message->pushCount >= known->pushCount)
            markProcessing(message->recipient, *known,
                           m_context.clock.now()); // The sweeper took it back: renew the lease.
        return;
    }
    if (channel->isReading || channel->hasMoreInStorage || channel->room(m_context.options.window) == 0) {
        channel->hasMoreInStorage = true; // What waits longer goes first.
        pull(message->recipient, *channel, PullMode::WhenWorthwhile);
        return;
    }
    push(*channel, {&message, 1}, false);
}

void RecipientChannels::push(RecipientChannel &channel, std::span<const MessagePointer> messages,
                             bool isPending)
{
    const Timestamp now = m_context.clock.now();
    m_outgoing.clear();
    for (const MessagePointer &message : messages) {
        if (!admit(channel, message, isPending, now))
            continue;
        m_outgoing.push_back(message);
        if (!isPending)
            m_context.metrics.acceptToPush.record(now - message->createdAt);
    }
    if (m_outgoing.empty())
        return;
    m_context.metrics.pushed.add(static_cast<qint64>(m_outgoing.size()));
    m_context.metrics.inFlight.add(static_cast<qint64>(m_outgoing.size()));
    for (ChannelConnection &connection : channel.connections) {
        if (connection.pausedSince)
            continue;
        connection.pushedUpTo = channel.lastSequence;
        m_outlet.push(connection.address, m_outgoing, isPending);
    }
    m_outgoing.clear();
}

bool RecipientChannels::admit(RecipientChannel &channel, const MessagePointer &message, bool isPending, Timestamp now)
{
    const bool isExpired = hasExpired(*message, now);
    if (isExpired || message->pushCount >= m_context.options.deliveryLimit) {
        channel.messages.push_back(settlingMessage(message->id));
        Settlement end{
            .id = message->id, .recipient = message->recipient, .status = MessageStatus::DeadLetter};
        end.deadLetterReason = isExpired ? DeadLetterReason::Expired : DeadLetterReason::DeliveryLimit;
        end.reason = isExpired ? QByteArray("expired before it could be delivered") : deliveryLimitReason();
        end.message = message;
        addSettlement(std::move(end), {message->retryCount, message->pushCount, true}, std::nullopt);
        return false;
    }
    ChannelMessage &added = channel.messages.emplace_back();
    added.id = message->id;
    added.retryCount = message->retryCount;
    added.pushCount = static_cast<quint16>(message->pushCount + 1);
    added.sequence = ++channel.lastSequence;
    added.pushedAt = m_context.clock.steadyNow();
    added.channel = channelOf(message->retryCount, isPending);
    added.message = message;
    ++channel.inFlight;
    markProcessing(message->recipient, added, now);
    schedule(message->recipient, channel, added.pushedAt + m_context.options.ackTimeout);
    return true;
}

void RecipientChannels::catchUp(const Recipient &recipient, RecipientChannel &channel,
                                ChannelConnection &connection)
{
    const Timestamp now = m_context.clock.now();
    std::vector<ChannelMessage *> missed;
    for (ChannelMessage &message : channel.messages) {
        if (message.state != ChannelMessage::State::InFlight || message.sequence <= connection.pushedUpTo
            || hasExpired(*message.message, now)) // Left to those who have it, and to the time-out.
            continue;
        if (message.pushCount >= m_context.options.deliveryLimit) {
            deadLetter(recipient, channel, message, DeadLetterReason::DeliveryLimit, deliveryLimitReason());
            continue;
        }
        ++message.pushCount;
        message.pushedAt = m_context.clock.steadyNow();
        missed.push_back(&message);
    }
    connection.pushedUpTo = channel.lastSequence;
    std::sort(missed.begin(), missed.end(),
              [](const ChannelMessage *a, const ChannelMessage *b) { return a->sequence < b->sequence; });
    const auto pageSize = static_cast<std::size_t>(m_context.options.pageSize);
    for (std::size_t first = 0; first < missed.size(); first += pageSize) {
        std::vector<MessagePointer> page;
        for (std::size_t i = first; i < std::min(first + pageSize, missed.size()); ++i)
            page.push_back(missed[i]->message);
        m_context.metrics.pushed.add(static_cast<qint64>(page.size()));
        m_outlet.push(connection.address, page, true);
    }
}

void RecipientChannels::pull(const Recipient &recipient, RecipientChannel &channel, PullMode mode)
{
    if (channel.isReading || !channel.hasMoreInStorage || m_isStopping)
        return;
    const int window = m_context.options.window;
    const int room = channel.room(window);
    if (room == 0)
        return;
    const SteadyTime now = m_context.clock.steadyNow();
    if (now < m_noReadsBefore) {
        schedule(recipient, channel, m_noReadsBefore);
        return;
    }
    const int limit = std::min(m_context.options.pageSize, room);
    const bool isWorthwhile
        = channel.inFlight == 0 || limit == m_context.options.pageSize || room * 2 >= window;
    if (mode == PullMode::WhenWorthwhile && !isWorthwhile) {
        schedule(recipient, channel, now + PageDelay);
        return;
    }
    channel.isReading = true;
    channel.hasMoreInStorage = false;
    m_context.metrics.pagesRead.add();
    PageRequest request{recipient, limit, channel.lowestShare.take(limit), m_context.clock.now(), channel.sortedIds()};
    auto arrived = guarded<std::vector<MessagePointer>>(
        [this, recipient, limit](auto page) { pageArrived(recipient, limit, std::move(page)); });
    if (request.share == 0)
        m_storage.pending(recipient, limit, request.now, std::move(request.excluded), std::move(arrived));
    else
        m_storage.read<std::vector<MessagePointer>>(
            [request = std::move(request)](StorageReader &reader) { return readPage(reader, request); },
            std::move(arrived));
}

void RecipientChannels::addBacklogs(Backlogs &backlogs) const
{
    for (const auto &[recipient, channel] : m_channels) {
        if (!channel.connections.empty() && (channel.inFlight > 0 || channel.hasMoreInStorage))
            backlogs[recipient] = {.inFlight = channel.inFlight, .hasMore = channel.hasMoreInStorage};
    }
}

std::vector<Recipient> RecipientChannels::recipientsUpToDate() const
{
    std::vector<Recipient> recipients;
    for (const auto &[recipient, channel] : m_channels) {
        if (!channel.isReading && !channel.hasMoreInStorage && channel.room(m_context.options.window) > 0)
            recipients.push_back(recipient);
    }
    return recipients;
}

qint64 RecipientChannels::readAgain(std::span<const Recipient> recipients)
{
    qint64 count = 0;
    for (const Recipient &recipient : recipients) {
        RecipientChannel *channel = find(recipient);
        if (!channel || channel->hasMoreInStorage)
            continue;
        ++count;
        channel->hasMoreInStorage = true; // A page on its way may be older; then another one follows.
        pull(recipient, *channel, PullMode::WhenWorthwhile);
    }
    return count;
}

void RecipientChannels::pageArrived(const Recipient &recipient, int limit,
                                    Result<std::vector<MessagePointer>> page)
{
    RecipientChannel *channel = find(recipient);
    if (!channel)
        return;
    channel->isReading = false;
    const bool isStale = std::exchange(channel->isPageStale, false);
    if (!page || isStale || channel->room(m_context.options.window) < static_cast<int>(page->size())) {
        channel->hasMoreInStorage = true; // Failed, overtaken, or all connections paused or left meanwhile.
        if (!page)
            storageFailed();
    } else if (!m_isStopping) {
        if (static_cast<int>(page->size()) >= limit)
            channel->hasMoreInStorage = true;
        std::erase_if(*page, [&](const MessagePointer &message) {
            return m_recent.contains(message->id) || channel->find(message->id);
        });
        push(*channel, *page, true);
    }
    pull(recipient, *channel, PullMode::WhenWorthwhile);
    releaseIfIdle(recipient, *channel);
}

void RecipientChannels::handle(ConnectionEvent &&event)
{
    using enum ConnectionEvent::Kind;
    switch (event.kind) {
    case Attach:
        return attach(event);
    case Detach:
        return detach(event);
    case Acknowledge:
        return end(event, MessageStatus::Delivered);
    case Reject:
        return end(event, MessageStatus::DeadLetter);
    case Pause:
        return pause(event);
    case Resume:
        return resume(event);
    case Withdraw:
        return withdraw(event);
    }
}

void RecipientChannels::attach(const ConnectionEvent &event)
{
    const auto [place, isNew] = m_channels.try_emplace(event.recipient);
    if (isNew)
        m_context.metrics.channels.add();
    RecipientChannel &channel = place->second;
    ChannelConnection &connection = channel.connections.emplace_back();
    connection.address = event.connection;
    if (m_isStopping)
        return;
    catchUp(event.recipient, channel, connection);
    channel.hasMoreInStorage = true;
    pull(event.recipient, channel, PullMode::Now);
}

void RecipientChannels::detach(const ConnectionEvent &event)
{
    RecipientChannel *channel = find(event.recipient);
    if (!channel)
        return;
    std::erase_if(channel->connections, [&](const ChannelConnection &connection) {
        return connection.address == event.connection;
    });
    // What another connection has been pushed too stays in flight there.
    quint64 covered = 0;
    for (const ChannelConnection &connection : channel->connections)
        covered = std::max(covered, connection.pushedUpTo);
    for (ChannelMessage &message : channel->messages) {
        if (message.state == ChannelMessage::State::InFlight && message.sequence > covered)
            putBack(event.recipient, *channel, message, "link lost");
    }
    releaseIfIdle(event.recipient, *channel);
}

void RecipientChannels::pause(const ConnectionEvent &event)
{
    RecipientChannel *channel = find(event.recipient);
    ChannelConnection *connection = channel ? channel->find(event.connection) : nullptr;
    if (!connection || connection->pausedSince)
        return;
    connection->pausedSince = m_context.clock.steadyNow();
    schedule(event.recipient, *channel, *connection->pausedSince + m_context.options.slowReaderTimeout);
}

void RecipientChannels::resume(const ConnectionEvent &event)
{
    RecipientChannel *channel = find(event.recipient);
    ChannelConnection *connection = channel ? channel->find(event.connection) : nullptr;
    if (!connection || !connection->pausedSince)
        return;
    connection->pausedSince.reset();
    if (!m_isStopping)
        catchUp(event.recipient, *channel, *connection);
    pull(event.recipient, *channel, PullMode::WhenWorthwhile);
}

void RecipientChannels::end(const ConnectionEvent &event, MessageStatus status)
{
    Settlement end{.id = event.id, .recipient = event.recipient, .status = status};
    if (status == MessageStatus::DeadLetter) {
        end.deadLetterReason = DeadLetterReason::Rejected;
        end.reason = boundedReason(event.reason);
    }
    end.ioThread = event.connection.ioThread;
    end.token = event.token;

    RecipientChannel *channel = find(event.recipient);
    ChannelMessage *message = channel ? channel->find(event.id) : nullptr;
    if (message && message->state == ChannelMessage::State::InFlight) {
        if (status == MessageStatus::Delivered) {
            const auto latency = m_context.clock.steadyNow() - message->pushedAt;
            m_context.metrics.pushToAck.record(latency);
            end.latency = std::chrono::duration_cast<std::chrono::milliseconds>(latency);
            if (message->message && message->message->replayCount == 0)
                m_context.metrics.acceptToAck.record(m_context.clock.now() - deliverableFrom(*message->message));
        }
        if (m_isFirstAckOnly && channel->connections.size() > 1)
            end.otherHolders = channel->holders(*message, event.connection);
        settle(*channel, *message, std::move(end));
        pull(event.recipient, *channel, PullMode::WhenWorthwhile);
        return;
    }
    // Late: after a reconnect, a time-out or a restart. The row knows the counters, and whose message it is.
    if (channel && !message && channel->room(m_context.options.window) > 0)
        channel->messages.push_back(settlingMessage(event.id));
    m_late.push_back(std::move(end));
    m_outlet.requestFlush();
}

void RecipientChannels::withdraw(const ConnectionEvent &event)
{
    RecipientChannel *channel = find(event.recipient);
    if (channel && channel->find(event.id)) {
        m_outlet.settle(
            event.connection.ioThread, event.token,
            std::unexpected(Error(ErrorCode::Conflict,
                                  QStringLiteral("The message has been pushed to the phone already."))));
        return;
    }
    if (channel)
        channel->messages.push_back(settlingMessage(event.id));
    m_storage.withdraw(event.id, guarded<void>([this, event](const Result<void> &result) {
                           if (result)
                               m_recent.add(event.id);
                           m_outlet.settle(event.connection.ioThread, event.token, result);
                           leaveSettling(event.recipient, event.id, !result);
                       }));
}

void RecipientChannels::replace(ReplaceOrder &&order)
{
    RecipientChannel *channel = find(order.recipient);
    const MessageId id = order.replacement.id;
    if (channel && channel->find(id)) {
        m_outlet.settle(order.ioThread, order.token,
                        std::unexpected(Error(
                            ErrorCode::Conflict, QStringLiteral("The message has been pushed to the phone already."))));
        return;
    }
    if (channel)
        channel->messages.push_back(settlingMessage(id));
    MessageReplacement replacement = order.replacement;
    m_storage.replace(std::move(replacement),
                      guarded<void>([this, order = std::move(order)](const Result<void> &result) {
                          replaced(order, result);
                      }));
}

void RecipientChannels::replaced(const ReplaceOrder &order, const Result<void> &result)
{
    // A copy that was routed before is of no harm: the message is read from storage before it could be pushed.
    RecipientChannel *channel = find(order.recipient);
    if (result && channel && channel->isReading)
        channel->isPageStale = true;
    m_outlet.settle(order.ioThread, order.token, result);
    leaveSettling(order.recipient, order.replacement.id, result || result.error().code() != ErrorCode::NotFound);
}

void RecipientChannels::stop()
{
    m_isStopping = true;
    for (auto &[recipient, channel] : m_channels) {
        for (ChannelMessage &message : channel.messages) {
            if (message.state == ChannelMessage::State::InFlight)
                putBack(recipient, channel, message, "server stopping");
        }
    }
}

void RecipientChannels::checkDeadlines()
{
    const SteadyTime now = m_context.clock.steadyNow();
    while (const auto deadline = m_deadlines.takeDue(now)) {
        RecipientChannel *channel = find(deadline->recipient);
        if (channel && channel->nextCheck == deadline->at)
            check(deadline->recipient, *channel, now);
    }
    m_deadlines.arm();
}

void RecipientChannels::check(const Recipient &recipient, RecipientChannel &channel, SteadyTime now)
{
    channel.nextCheck = RecipientChannel::Never;
    SteadyTime next = RecipientChannel::Never;
    for (ChannelMessage &message : channel.messages) {
        if (message.state != ChannelMessage::State::InFlight)
            continue;
        const SteadyTime deadline = message.pushedAt + m_context.options.ackTimeout;
        if (deadline <= now)
            expire(recipient, channel, message);
        else
            next = std::min(next, deadline);
    }
    for (ChannelConnection &connection : channel.connections) {
        if (!connection.pausedSince)
            continue;
        if (*connection.pausedSince + m_context.options.slowReaderTimeout <= now) {
            m_context.metrics.slowReadersClosed.add();
            connection.pausedSince = now; // Asks once more should the transport not have closed it by then.
            m_outlet.close(connection.address, CloseReason::SlowReader);
        }
        next = std::min(next, *connection.pausedSince + m_context.options.slowReaderTimeout);
    }
    if (next != RecipientChannel::Never)
        schedule(recipient, channel, next);
    pull(recipient, channel, PullMode::Now);
}

void RecipientChannels::schedule(const Recipient &recipient, RecipientChannel &channel, SteadyTime at)
{
    if (at >= channel.nextCheck)
        return;
    channel.nextCheck = at;
    m_deadlines.add(at, recipient);
}

void RecipientChannels::releaseIfIdle(const Recipient &recipient, RecipientChannel &channel)
{
    if (!channel.isIdle() || !m_context.directory.releaseIfUnused(recipient))
        return;
    const Recipient key = recipient; // `recipient` may be the key inside the map.
    m_channels.erase(key);
    m_context.metrics.channels.add(-1);
}

} // namespace hudhud
