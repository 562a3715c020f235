// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "plugin-api/storage.h"
#include "storage/read_pool.h"
#include "storage/storage_client.h"
#include "storage/storage_guard.h"
#include "storage/write_lane.h"

#include <QTimer>

#include <memory>
#include <optional>
#include <vector>

namespace hudhud {

/// Owns the threads that block on a storage plugin: one for each writer and reader it can use. Writes are
/// committed in groups: whatever arrived while the last commit ran goes into the next transaction. A failed
/// commit fails its own callers and no one else; the next batch is tried as usual, unless the breaker
/// "storage-write" (or "storage-read" for reads) has opened. A commit that hangs is given up by its callers
/// after `storage.write_timeout`, though it may still succeed. Thread: main (with an event loop, which finds
/// what hangs), except `createClient` and `notReadyReason`. Ownership: the store, the metrics, the clock and the
/// breakers outlive the executor, the executor outlives its clients.
class StorageExecutor
{
public:
    StorageExecutor(Storage &storage, const StorageOptions &options, QByteArray nodeId,
                    MetricsRegistry &metrics, const Clock &clock, CircuitBreakers &breakers);
    /// Stops without waiting for queued work, but waits for calls that are running, however long.
    ~StorageExecutor();

    /// Creates the store's writers and readers on their threads. The store is started. Once.
    Result<void> start();
    /// Commits and answers what was handed over before, completes it, and ends the threads; later calls are
    /// completed with ShuttingDown, and so is what is still queued after `deadline`. The clients' loops have
    /// to turn once more to see their completions. Idempotent. Result: false when a call of the store has not
    /// come back even two seconds later. Its thread cannot be ended, so the process has to; nothing is lost by
    /// that, because what was promised to callers is durable before the promise.
    [[nodiscard]] bool stop(std::chrono::milliseconds deadline);

    /// Called on the thread that will use the client, after `start`.
    std::unique_ptr<StorageClient> createClient();

    /// Nothing while the store can be used, else why not (one line). Thread: any.
    std::optional<QByteArray> notReadyReason() const;

private:
    Storage &m_storage;
    const StorageOptions m_options;
    const QByteArray m_nodeId;
    const Clock &m_clock;
    StorageMetrics m_metrics;
    StorageGuard m_writeGuard;
    StorageGuard m_readGuard;
    /// One message always goes to the same one: its changes keep their order.
    std::vector<std::unique_ptr<WriteLane>> m_lanes;
    ReadPool m_readers;
    QTimer m_hangCheck;
};

} // namespace hudhud
