// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message_id.h"
#include "delivery/message_router.h"
#include "ingest/message_buffer.h"
#include "ingest/recipient_queues.h"
#include "plugin-api/metrics.h"
#include "plugin-api/services.h"
#include "storage/storage_client.h"

#include <functional>

namespace hudhud {

/// One I/O thread's way into the server: bounded, durable, then routed.
/// Thread: its I/O thread. Ownership: everything passed in outlives it; it must itself live until every
/// `submit` has completed, which `close` tells.
class Ingest final : public MessageIntake
{
public:
    /// `ids`, `buffer` and `queues` serve all threads of the process; `storage` and `router` are this thread's.
    struct Parts
    {
        const Clock &clock;
        MessageIdGenerator &ids;
        MessageBuffer &buffer;
        StorageClient &storage;
        MessageRouter &router;
        MetricsRegistry &metrics;
        RecipientQueues &queues;
    };
    using Idle = std::move_only_function<void()>;

    explicit Ingest(const Parts &parts);

    /// Refusals (BufferFull, RecipientQueueFull, ShuttingDown) complete before it returns. If the store refuses
    /// single messages of a request, the ones it took are routed, since they are durable, and the request fails
    /// with the first refusal.
    void submit(std::vector<Message> messages, Completion<std::vector<MessagePointer>> completion) override;
    void submitOnce(std::vector<Message> messages, IdempotencyClaim claim,
                    Completion<StoredRequest> completion) override;

    /// From now on everything is refused with ShuttingDown. `idle` is called once, as soon as nothing is in
    /// flight: before `close` returns if that is so already. Call it once.
    void close(Idle idle);
    /// Requests that wait for the store.
    int inFlight() const { return m_inFlight; }

private:
    using Outcome = Result<std::vector<Result<void>>>;
    struct Reservation
    {
        qint64 messages = 0;
        qint64 bytes = 0;
        SteadyTime since{};
    };

    Result<Reservation> enter(const std::vector<Message> &messages);
    std::optional<Error> refusal(const std::vector<Message> &messages);
    void countQueued(const Recipient &recipient, SteadyTime now);
    std::vector<MessagePointer> admit(std::vector<Message> &&messages);
    void finish(const Reservation &reservation, std::vector<MessagePointer> messages, Outcome outcome,
                Completion<std::vector<MessagePointer>> completion);
    /// Through the store's call for requests that must look at older ones.
    void persistOnce(const Reservation &reservation, std::vector<MessagePointer> messages,
                     std::optional<IdempotencyClaim> claim, Completion<StoredRequest> completion);
    void finishOnce(const Reservation &reservation, std::span<const MessagePointer> messages,
                    Result<PersistOutcome> outcome, Completion<StoredRequest> completion);
    void route(std::span<const MessagePointer> messages);
    void leave(const Reservation &reservation);
    void endRequest();

    Parts m_parts;
    Counter &m_accepted;
    Counter &m_refused;
    Counter &m_failed;
    Counter &m_replayed;
    Gauge &m_depth;
    Gauge &m_nearCapacity;
    DurationHistogram &m_commitTime;
    Idle m_idle;
    int m_inFlight = 0;
    bool m_closed = false;
};

} // namespace hudhud
