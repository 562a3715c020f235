// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/storage_executor.h"

#include "storage/queued_storage_client.h"

#include <algorithm>

namespace hudhud {

StorageExecutor::StorageExecutor(Storage &storage, const StorageOptions &options, QByteArray nodeId,
                                 MetricsRegistry &metrics, const Clock &clock)
    : m_storage(storage)
    , m_options(options)
    , m_nodeId(std::move(nodeId))
    , m_clock(clock)
    , m_metrics(metrics)
    , m_readers(storage, options.maximumQueuedReads, m_metrics)
{
}

StorageExecutor::~StorageExecutor()
{
    stop(std::chrono::milliseconds(0));
}

Result<void> StorageExecutor::start()
{
    const StorageConcurrency concurrency = m_storage.concurrency();
    const int writers = std::max(1, concurrency.writers);
    for (int i = 0; i < writers; ++i) {
        auto lane = std::make_unique<WriteLane>(m_storage, m_options, m_options.maximumQueued / writers,
                                                m_metrics, m_health, m_clock);
        if (auto started = lane->start(QStringLiteral("store-write-%1").arg(i)); !started)
            return started;
        m_lanes.push_back(std::move(lane));
    }
    return m_readers.start(std::max(1, concurrency.readers));
}

void StorageExecutor::stop(std::chrono::milliseconds deadline)
{
    const SteadyTime until = m_clock.steadyNow() + deadline;
    for (const auto &lane : m_lanes)
        lane->stop(until);
    m_readers.stop();
}

std::unique_ptr<StorageClient> StorageExecutor::createClient()
{
    return std::make_unique<QueuedStorageClient>(m_lanes, m_readers, m_nodeId);
}

} // namespace hudhud
