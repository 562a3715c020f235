// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/ingest.h"

#include <algorithm>
#include <utility>

namespace hudhud {

namespace {

/// What a message costs beside its text: the object, its pointers and its place in the queues.
constexpr qint64 FixedMessageBytes = sizeof(Message) + 128;

qint64 bytesOf(const Message &message)
{
    return FixedMessageBytes + message.subject.size() + message.content.size() + message.sender.size()
        + message.metadata.size();
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
    , m_refused(
          parts.metrics.counter("hudhud_ingest_refused_total",
                                "Messages refused because the buffer was full or the node was stopping."))
    , m_failed(parts.metrics.counter("hudhud_ingest_failed_total", "Messages that the store did not take."))
    , m_depth(parts.metrics.gauge("hudhud_ingest_buffer_messages", "Messages taken in and not yet durable."))
    , m_commitTime(parts.metrics.histogram("hudhud_ingest_commit_seconds",
                                           "From taking a request's messages in until they are durable."))
{
}

void Ingest::submit(std::vector<Message> messages, Completion<std::vector<MessagePointer>> completion)
{
    const auto count = static_cast<qint64>(messages.size());
    if (m_closed) {
        m_refused.add(count);
        completion(std::unexpected(Error(
            ErrorCode::ShuttingDown,
            QStringLiteral("This node is stopping; send the request to another node, or again later."))));
        return;
    }
    Reservation reservation{.messages = count, .bytes = 0, .since = m_parts.clock.steadyNow()};
    for (const Message &message : messages)
        reservation.bytes += bytesOf(message);
    if (!m_parts.buffer.tryReserve(reservation.messages, reservation.bytes)) {
        m_refused.add(count);
        completion(std::unexpected(
            Error(ErrorCode::BufferFull,
                  QStringLiteral(
                      "The message buffer is full (ingest.buffer_messages, ingest.buffer_bytes); nothing was "
                      "accepted. Send the request again after the time in Retry-After."))));
        return;
    }

    m_depth.add(count);
    ++m_inFlight;
    std::vector<MessagePointer> admitted = admit(std::move(messages));
    std::vector<MessagePointer> toStore = admitted;
    m_parts.storage.persist(std::move(toStore),
                            [this, reservation, admitted = std::move(admitted),
                             completion = std::move(completion)](Outcome outcome) mutable {
                                finish(reservation, std::move(admitted), std::move(outcome),
                                       std::move(completion));
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
        if (!messages.empty())
            m_parts.router.route(messages);
        if (refusal)
            completion(std::unexpected(*refusal));
        else
            completion(std::move(messages));
    }
    --m_inFlight;
    if (m_inFlight == 0 && m_idle)
        std::exchange(m_idle, nullptr)();
}

void Ingest::leave(const Reservation &reservation)
{
    const SteadyTime now = m_parts.clock.steadyNow();
    m_parts.buffer.release(reservation.messages, reservation.bytes, now, now - reservation.since);
    m_depth.add(-reservation.messages);
    m_commitTime.record(now - reservation.since);
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
