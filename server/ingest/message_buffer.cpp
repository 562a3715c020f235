// SPDX-License-Identifier: GPL-3.0-or-later
#include "ingest/message_buffer.h"

#include <algorithm>

namespace hudhud {

namespace {

qint64 wholeSeconds(SteadyTime time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

} // namespace

MessageBuffer::MessageBuffer(const IngestOptions &options)
    : m_maximumMessages(options.bufferMessages)
    , m_maximumBytes(options.bufferBytes)
    , m_nearCapacity(options.nearCapacity)
{
}

bool MessageBuffer::tryReserve(qint64 messages, qint64 bytes)
{
    const qint64 messagesBefore = m_messages.fetch_add(messages, std::memory_order_relaxed);
    const qint64 bytesBefore = m_bytes.fetch_add(bytes, std::memory_order_relaxed);
    if (messagesBefore + messages <= m_maximumMessages && bytesBefore + bytes <= m_maximumBytes)
        return true;
    m_messages.fetch_sub(messages, std::memory_order_relaxed);
    m_bytes.fetch_sub(bytes, std::memory_order_relaxed);
    return false;
}

void MessageBuffer::release(qint64 messages, qint64 bytes, SteadyTime now,
                            std::chrono::nanoseconds processing)
{
    m_messages.fetch_sub(messages, std::memory_order_relaxed);
    m_bytes.fetch_sub(bytes, std::memory_order_relaxed);

    const qint64 second = wholeSeconds(now);
    Slot &slot = m_slots[static_cast<std::size_t>(second % SlotCount)];
    qint64 slotSecond = slot.second.load(std::memory_order_relaxed);
    if (slotSecond != second && slot.second.compare_exchange_strong(slotSecond, second)) {
        slot.messages.store(0, std::memory_order_relaxed);
        slot.processingNanoseconds.store(0, std::memory_order_relaxed);
    }
    slot.messages.fetch_add(messages, std::memory_order_relaxed);
    slot.processingNanoseconds.fetch_add(processing.count() * messages, std::memory_order_relaxed);
}

double MessageBuffer::utilization() const
{
    const double messages = static_cast<double>(m_messages.load(std::memory_order_relaxed));
    const double bytes = static_cast<double>(m_bytes.load(std::memory_order_relaxed));
    return std::max(messages / static_cast<double>(m_maximumMessages),
                    bytes / static_cast<double>(m_maximumBytes));
}

BufferMetrics MessageBuffer::metrics(SteadyTime now) const
{
    const qint64 current = wholeSeconds(now);
    qint64 messages = 0;
    qint64 nanoseconds = 0;
    for (const Slot &slot : m_slots) {
        const qint64 second = slot.second.load(std::memory_order_relaxed);
        if (second < current - WindowSeconds || second >= current)
            continue;
        messages += slot.messages.load(std::memory_order_relaxed);
        nanoseconds += slot.processingNanoseconds.load(std::memory_order_relaxed);
    }
    const auto average = std::chrono::nanoseconds(messages == 0 ? 0 : nanoseconds / messages);
    return BufferMetrics{.currentDepth = depth(),
                         .currentBytes = m_bytes.load(std::memory_order_relaxed),
                         .maxCapacity = m_maximumMessages,
                         .utilizationPercentage = utilization() * 100.0,
                         .averageProcessingTime
                         = std::chrono::duration_cast<std::chrono::microseconds>(average),
                         .messagesPerSecond = messages / WindowSeconds,
                         .isNearCapacity = isNearCapacity()};
}

} // namespace hudhud
