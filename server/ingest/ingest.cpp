// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/ingest.h"

#include "plugin-api/transition_rules.h"

#include <algorithm>
#include <utility>

namespace hudhud {

namespace {

/// What a message costs beside its text: the object, its pointers and its place in the queues.
constexpr qint64 FixedMessageBytes = sizeof(Message) + 128;

qint64 bytesOf(const Message &message)
{
    return FixedMessageBytes + message.subject.size() + message.content.size() + message.sender.size()
        + message.metadata.size() + message.collapseKey.size() + message.conversation.size();
}

bool hasCollapseKey(const std::vector<Message> &messages)
{
    return std::ranges::any_of(messages, [](const Message &message) { return !message.collapseKey.isEmpty(); });
}

/// Keeps the messages that the store took; gives the first refusal, if any.
std::optional<Error> keepStored(std::vector<MessagePointer> &messages,
                                const std::vector<Result<void>> &results)
{
    const auto refused = std::ranges::find_if(results, [](const Result<void> &result) { return !result; });
    if (refused == results.end())
        return std::nullopt;
    std::vector<MessagePointer> stored;
    for (std::size_t i = 0; i < messages.size() && i < results.size(); ++i) {
        if (results[i])
            stored.push_back(std::move(messages[i]));
    }
    messages = std::move(stored);
    return refused->error();
}

} // namespace

Ingest::Ingest(const Parts &parts)
    : m_parts(parts)
    , m_accepted(parts.metrics.counter("hudhud_ingest_accepted_total", "Messages made durable and routed."))
    , m_refused(parts.metrics.counter("hudhud_ingest_refused_total",
                                      "Messages refused because the buffer or their recipient's queue was full, or "
                                      "the node was stopping."))
    , m_failed(parts.metrics.counter("hudhud_ingest_failed_total", "Messages that the store did not take."))
    , m_replayed(parts.metrics.counter("hudhud_ingest_replayed_total",
                                       "Messages not stored because their request had been, under its idempotency key."))
    , m_depth(parts.metrics.gauge("hudhud_ingest_buffer_messages", "Messages taken in and not yet durable."))
    , m_nearCapacity(parts.metrics.gauge("hudhud_ingest_near_capacity",
                                         "1 while the buffer is fuller than ingest.near_capacity, else 0."))
    , m_commitTime(parts.metrics.histogram("hudhud_ingest_commit_seconds",
                                           "From taking a request's messages in until they are durable."))
{
    parts.metrics.gauge("hudhud_ingest_buffer_capacity_messages", "Messages that the buffer takes.")
        .set(parts.buffer.capacity());
}

void Ingest::submit(std::vector<Message> messages, Completion<std::vector<MessagePointer>> completion)
{
    const Result<Reservation> reservation = enter(messages);
    if (!reservation)
        return completion(std::unexpected(reservation.error()));
    const bool mayReplaceOlder = hasCollapseKey(messages);
    std::vector<MessagePointer> admitted = admit(std::move(messages));
    std::vector<MessagePointer> toStore = admitted;
    if (mayReplaceOlder) {
        persistOnce(*reservation, std::move(toStore), std::nullopt,
                    [admitted = std::move(admitted),
                     completion = std::move(completion)](Result<StoredRequest> stored) mutable {
                        if (stored)
                            completion(std::move(admitted));
                        else
                            completion(std::unexpected(std::move(stored.error())));
                    });
        return;
    }
    m_parts.storage.persist(std::move(toStore),
                            [this, reservation = *reservation, admitted = std::move(admitted),
                             completion = std::move(completion)](Outcome outcome) mutable {
                                finish(reservation, std::move(admitted), std::move(outcome),
                                       std::move(completion));
                            });
}

void Ingest::submitOnce(std::vector<Message> messages, IdempotencyClaim claim, Completion<StoredRequest> completion)
{
    const Result<Reservation> reservation = enter(messages);
    if (!reservation)
        return completion(std::unexpected(reservation.error()));
    persistOnce(*reservation, admit(std::move(messages)), std::move(claim), std::move(completion));
}

Result<Ingest::Reservation> Ingest::enter(const std::vector<Message> &messages)
{
    Reservation reservation{
        .messages = static_cast<qint64>(messages.size()), .bytes = 0, .since = m_parts.clock.steadyNow()};
    std::optional<Error> error = refusal(messages);
    if (!error) {
        for (const Message &message : messages)
            reservation.bytes += bytesOf(message);
        if (!m_parts.buffer.tryReserve(reservation.messages, reservation.bytes)) {
            error = Error(ErrorCode::BufferFull,
                          QStringLiteral(
                              "The message buffer is full (ingest.buffer_messages, ingest.buffer_bytes); nothing was "
                              "accepted. Send the request again after the time in Retry-After."));
        }
    }
    if (error) {
        m_refused.add(reservation.messages);
        return std::unexpected(std::move(*error));
    }
    if (m_parts.queues.isLimited()) {
        for (const Message &message : messages)
            countQueued(message.recipient, reservation.since);
    }
    m_depth.add(reservation.messages);
    m_nearCapacity.set(m_parts.buffer.isNearCapacity() ? 1 : 0);
    ++m_inFlight;
    return reservation;
}

std::optional<Error> Ingest::refusal(const std::vector<Message> &messages)
{
    if (m_closed) {
        return Error(ErrorCode::ShuttingDown,
                     QStringLiteral("This node is stopping; send the request to another node, or again later."));
    }
    const auto full = std::ranges::find_if(
        messages, [this](const Message &message) { return m_parts.queues.isFull(message.recipient); });
    if (full == messages.end())
        return std::nullopt;
    // A refused message asks too, so that the recipient is let in again once its phone has taken some.
    countQueued(full->recipient, m_parts.clock.steadyNow());
    return Error(ErrorCode::RecipientQueueFull,
                 QStringLiteral("%1 or more messages wait for %2 (ingest.recipient_queue); nothing of the request was "
                                "accepted. Leave its messages out, or send them again after the time in Retry-After.")
                     .arg(m_parts.queues.limit())
                     .arg(QLatin1StringView(full->recipient.view())));
}

void Ingest::countQueued(const Recipient &recipient, SteadyTime now)
{
    if (!m_parts.queues.note(recipient, now))
        return;
    // The answer may come after this object has gone; the queues are the process's.
    m_parts.storage.pendingCount(recipient, [&queues = m_parts.queues, recipient, now](Result<qint64> pending) {
        if (pending)
            queues.learn(recipient, *pending, now);
    });
}

std::vector<MessagePointer> Ingest::admit(std::vector<Message> &&messages)
{
    const Timestamp now = m_parts.clock.now();
    std::vector<MessagePointer> admitted;
    admitted.reserve(messages.size());
    for (Message &message : messages) {
        message.id = m_parts.ids.next();
        message.createdAt = now;
        message.status = MessageStatus::Queued;
        admitted.push_back(std::make_shared<const Message>(std::move(message)));
    }
    return admitted;
}

void Ingest::finish(const Reservation &reservation, std::vector<MessagePointer> messages, Outcome outcome,
                    Completion<std::vector<MessagePointer>> completion)
{
    leave(reservation);
    if (!outcome) {
        m_failed.add(reservation.messages);
        completion(std::unexpected(std::move(outcome.error())));
    } else {
        const std::optional<Error> refusal = keepStored(messages, *outcome);
        const auto stored = static_cast<qint64>(messages.size());
        m_accepted.add(stored);
        m_failed.add(reservation.messages - stored);
        route(messages);
        if (refusal)
            completion(std::unexpected(*refusal));
        else
            completion(std::move(messages));
    }
    endRequest();
}

void Ingest::persistOnce(const Reservation &reservation, std::vector<MessagePointer> messages,
                         std::optional<IdempotencyClaim> claim, Completion<StoredRequest> completion)
{
    std::vector<MessagePointer> toStore = messages;
    m_parts.storage.persistOnce(std::move(toStore), std::move(claim),
                                [this, reservation, messages = std::move(messages),
                                 completion = std::move(completion)](Result<PersistOutcome> outcome) mutable {
                                    finishOnce(reservation, messages, std::move(outcome), std::move(completion));
                                });
}

void Ingest::finishOnce(const Reservation &reservation, std::span<const MessagePointer> messages,
                        Result<PersistOutcome> outcome, Completion<StoredRequest> completion)
{
    leave(reservation);
    if (!outcome) {
        m_failed.add(reservation.messages);
        completion(std::unexpected(std::move(outcome.error())));
    } else {
        (outcome->isReplayed ? m_replayed : m_accepted).add(reservation.messages);
        // Older ones first: the newer one must not meet them.
        if (!outcome->superseded.empty())
            m_parts.router.superseded(outcome->superseded);
        if (!outcome->isReplayed)
            route(messages);
        completion(StoredRequest{.isReplayed = outcome->isReplayed,
                                 .ids = std::move(outcome->ids),
                                 .createdAt = outcome->createdAt});
    }
    endRequest();
}

void Ingest::route(std::span<const MessagePointer> messages)
{
    const auto isScheduled = [](const MessagePointer &message) { return scheduledFor(*message).has_value(); };
    if (std::ranges::none_of(messages, isScheduled)) {
        if (!messages.empty())
            m_parts.router.route(messages);
        return;
    }
    // The sweeper takes those when their time has come.
    std::vector<MessagePointer> due;
    std::ranges::remove_copy_if(messages, std::back_inserter(due), isScheduled);
    if (!due.empty())
        m_parts.router.route(due);
}

void Ingest::leave(const Reservation &reservation)
{
    const SteadyTime now = m_parts.clock.steadyNow();
    m_parts.buffer.release(reservation.messages, reservation.bytes, now, now - reservation.since);
    m_depth.add(-reservation.messages);
    m_nearCapacity.set(m_parts.buffer.isNearCapacity() ? 1 : 0);
    m_commitTime.record(now - reservation.since);
}

void Ingest::endRequest()
{
    --m_inFlight;
    if (m_inFlight == 0 && m_idle)
        std::exchange(m_idle, nullptr)();
}

void Ingest::close(Idle idle)
{
    m_closed = true;
    if (m_inFlight == 0)
        idle();
    else
        m_idle = std::move(idle);
}

} // namespace hudhud
