// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/storage_executor.h"

#include "storage/queued_storage_client.h"

#include <QDeadlineTimer>

#include <algorithm>

namespace hudhud {

namespace {

/// A call that was begun before the deadline of a stop may end within this time after it.
constexpr std::chrono::milliseconds HangGrace{2'000};
constexpr std::chrono::milliseconds ShortestHangCheck{25};
constexpr std::chrono::milliseconds LongestHangCheck{1'000};

} // namespace

StorageExecutor::StorageExecutor(Storage &storage, const StorageOptions &options, QByteArray nodeId,
                                 MetricsRegistry &metrics, const Clock &clock, CircuitBreakers &breakers)
    : m_storage(storage)
    , m_options(options)
    , m_nodeId(std::move(nodeId))
    , m_clock(clock)
    , m_metrics(metrics)
    , m_writeGuard(breakers, "storage-write", metrics)
    , m_readGuard(breakers, "storage-read", metrics)
    , m_readers(storage, options.maximumQueuedReads, m_metrics, m_readGuard)
{
    QObject::connect(&m_hangCheck, &QTimer::timeout, &m_hangCheck, [this] {
        for (const auto &lane : m_lanes)
            lane->checkHang(m_clock.steadyNow());
    });
}

StorageExecutor::~StorageExecutor()
{
    static_cast<void>(stop(std::chrono::milliseconds(0)));
}

Result<void> StorageExecutor::start()
{
    const StorageConcurrency concurrency = m_storage.concurrency();
    const int writers = std::max(1, concurrency.writers);
    for (int i = 0; i < writers; ++i) {
        auto lane = std::make_unique<WriteLane>(m_storage, m_options, m_options.maximumQueued / writers,
                                                m_metrics, m_writeGuard, m_clock);
        if (auto started = lane->start(QStringLiteral("store-write-%1").arg(i)); !started)
            return started;
        m_lanes.push_back(std::move(lane));
    }
    m_hangCheck.start(std::clamp<std::chrono::milliseconds>(m_options.writeTimeout / 4, ShortestHangCheck,
                                                            LongestHangCheck));
    return m_readers.start(std::max(1, concurrency.readers));
}

bool StorageExecutor::stop(std::chrono::milliseconds deadline)
{
    m_hangCheck.stop();
    const SteadyTime until = m_clock.steadyNow() + deadline;
    for (const auto &lane : m_lanes)
        lane->requestStop(until);
    const QDeadlineTimer limit(deadline + HangGrace);
    bool hasEnded = true;
    for (const auto &lane : m_lanes)
        hasEnded = lane->waitForEnd(limit) && hasEnded;
    return m_readers.stop(std::chrono::milliseconds(limit.remainingTime())) && hasEnded;
}

std::optional<QByteArray> StorageExecutor::notReadyReason() const
{
    const auto reason = m_writeGuard.unusableReason();
    return reason ? reason : m_readGuard.unusableReason();
}

std::unique_ptr<StorageClient> StorageExecutor::createClient()
{
    return std::make_unique<QueuedStorageClient>(m_lanes, m_readers, m_nodeId);
}

} // namespace hudhud
