// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "core/clock.h"

#include <array>
#include <atomic>
#include <chrono>

namespace hudhud {

/// What the message buffer has been doing in the last few seconds.
struct BufferMetrics
{
    qint64 currentDepth = 0; ///< Messages taken from callers and not yet durable.
    qint64 currentBytes = 0;
    qint64 maxCapacity = 0; ///< Messages.
    double utilizationPercentage = 0; ///< 0 to 100: of messages or of bytes, whichever is fuller.
    std::chrono::microseconds averageProcessingTime{0}; ///< From reservation to release.
    qint64 messagesPerSecond = 0;
    bool isNearCapacity = false; ///< At or above the configured share.
};

/// The bound on messages that are on their way to the store: it counts them, the way itself is the executor's
/// queue. One buffer serves all I/O threads, so that the bound holds for the process. Thread: any; lock-free.
class MessageBuffer
{
public:
    explicit MessageBuffer(const IngestOptions &options);

    /// Room for all of it or for nothing. Each success is followed by exactly one `release` of the same
    /// numbers.
    bool tryReserve(qint64 messages, qint64 bytes);
    /// Gives room back. `now` and `processing` feed the metrics.
    void release(qint64 messages, qint64 bytes, SteadyTime now, std::chrono::nanoseconds processing);

    /// True from the configured share of the capacity (80 % by default) upwards.
    bool isNearCapacity() const { return isNearCapacity(m_nearCapacity); }
    bool isNearCapacity(double threshold) const { return utilization() >= threshold; }
    qint64 capacity() const { return m_maximumMessages; }
    qint64 depth() const { return m_messages.load(std::memory_order_relaxed); }
    BufferMetrics metrics(SteadyTime now) const;

private:
    /// One second's releases. A release that meets the start of a new second may be counted in either.
    struct Slot
    {
        std::atomic<qint64> second{-1};
        std::atomic<qint64> messages{0};
        std::atomic<qint64> processingNanoseconds{0};
    };
    static constexpr int SlotCount = 8;
    /// Whole seconds that the metrics look back.
    static constexpr int WindowSeconds = 5;

    double utilization() const;

    const qint64 m_maximumMessages;
    const qint64 m_maximumBytes;
    const double m_nearCapacity;
    std::array<Slot, SlotCount> m_slots;
    alignas(64) std::atomic<qint64> m_messages{0};
    std::atomic<qint64> m_bytes{0};
};

} // namespace hudhud
