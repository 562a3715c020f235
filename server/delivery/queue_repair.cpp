// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/queue_repair.h"

#include <algorithm>

namespace hudhud {

QueueRepair::QueueRepair(std::chrono::milliseconds interval, const DeliveryContext &context,
                         RecipientChannels &channels, StorageClient &storage)
    : m_interval(interval)
    , m_clock(context.clock)
    , m_metrics(context.metrics)
    , m_channels(channels)
    , m_storage(storage)
{
    m_timer.setSingleShot(true);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { begin(); });
    m_timer.start(m_interval);
}

void QueueRepair::stop()
{
    m_lifetime.reset();
    m_timer.stop();
    m_unasked.clear();
}

void QueueRepair::begin()
{
    m_unasked = m_channels.recipientsUpToDate();
    askNext();
}

void QueueRepair::askNext()
{
    if (m_unasked.empty()) {
        m_timer.start(m_interval);
        return;
    }
    const std::size_t count = std::min(BatchSize, m_unasked.size());
    std::vector<Recipient> batch(m_unasked.end() - static_cast<std::ptrdiff_t>(count), m_unasked.end());
    m_unasked.resize(m_unasked.size() - count);
    m_storage.read<std::vector<Recipient>>(
        [batch = std::move(batch), now = m_clock.now()](StorageReader &reader) { return reader.waiting(batch, now); },
        [this, lifetime = std::weak_ptr(m_lifetime)](const Result<std::vector<Recipient>> &waiting) {
            if (!lifetime.expired())
                answered(waiting);
        });
}

void QueueRepair::answered(const Result<std::vector<Recipient>> &waiting)
{
    if (waiting) {
        m_metrics.repaired.add(m_channels.readAgain(*waiting));
    } else {
        m_metrics.storageFailures.add();
        m_unasked.clear(); // The next round asks again.
    }
    askNext();
}

} // namespace hudhud
