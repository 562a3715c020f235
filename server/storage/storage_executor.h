// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "plugin-api/storage.h"
#include "storage/read_pool.h"
#include "storage/storage_client.h"
#include "storage/storage_health.h"
#include "storage/write_lane.h"

#include <memory>
#include <optional>
#include <vector>

namespace hudhud {

/// Owns the threads that block on a storage plugin: one for each writer and reader it can use. Writes are
/// committed in groups: whatever arrived while the last commit ran goes into the next transaction. A failed
/// commit fails its own callers and no one else; the next batch is tried as usual. Thread: main, except
/// `createClient`. Ownership: the store, the metrics and the clock outlive the executor, the executor
/// outlives its clients.
class StorageExecutor
{
public:
    StorageExecutor(Storage &storage, const StorageOptions &options, QByteArray nodeId,
                    MetricsRegistry &metrics, const Clock &clock);
    /// Stops without waiting for queued work.
    ~StorageExecutor();

    /// Creates the store's writers and readers on their threads. The store is started. Once.
    Result<void> start();
    /// Commits and answers what was handed over before, completes it, and ends the threads; later calls are
    /// completed with ShuttingDown, and so is what is still queued after `deadline`. The clients' loops have
    /// to turn once more to see their completions. Idempotent.
    void stop(std::chrono::milliseconds deadline);

    /// Called on the thread that will use the client, after `start`.
    std::unique_ptr<StorageClient> createClient();

    /// Why the store does not take messages, for probes; empty while it does. Thread: any.
    std::optional<Error> problem() const { return m_health.problem(); }

private:
    Storage &m_storage;
    const StorageOptions m_options;
    const QByteArray m_nodeId;
    const Clock &m_clock;
    StorageMetrics m_metrics;
    StorageHealth m_health;
    /// One message always goes to the same one: its changes keep their order.
    std::vector<std::unique_ptr<WriteLane>> m_lanes;
    ReadPool m_readers;
};

} // namespace hudhud
