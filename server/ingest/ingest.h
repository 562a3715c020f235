// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message_id.h"
#include "delivery/message_router.h"
#include "ingest/message_buffer.h"
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
    /// `ids` and `buffer` serve all threads of the process; `storage` and `router` are this thread's.
    struct Parts
    {
        const Clock &clock;
        MessageIdGenerator &ids;
        MessageBuffer &buffer;
        StorageClient &storage;
        MessageRouter &router;
        MetricsRegistry &metrics;
    };
    using Idle = std::move_only_function<void()>;

    explicit Ingest(const Parts &parts);

    /// Refusals (BufferFull, ShuttingDown) complete before it returns. If the store refuses single messages
    /// of a request, the ones it took are routed, since they are durable, and the request fails with the
    /// first refusal.
    void submit(std::vector<Message> messages, Completion<std::vector<MessagePointer>> completion) override;

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

    std::vector<MessagePointer> admit(std::vector<Message> &&messages);
    void finish(const Reservation &reservation, std::vector<MessagePointer> messages, Outcome outcome,
                Completion<std::vector<MessagePointer>> completion);
    void leave(const Reservation &reservation);

    Parts m_parts;
    Counter &m_accepted;
    Counter &m_refused;
    Counter &m_failed;
    Gauge &m_depth;
    DurationHistogram &m_commitTime;
    Idle m_idle;
    int m_inFlight = 0;
    bool m_closed = false;
};

} // namespace hudhud
