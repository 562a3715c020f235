// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/storage.h"
#include "storage/reply_port.h"
#include "storage/storage_client.h"
#include "storage/storage_guard.h"
#include "storage/storage_metrics.h"

#include <QThread>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

namespace hudhud {

/// A question to the store. The function is called exactly once, with a reader or with the reason why there
/// is none.
struct ReadTask
{
    std::move_only_function<DeviceReply(Result<StorageReader *>)> run;
    ReplyPortPointer port;
};

/// The readers of the store, each on its own thread, fed from one queue.
/// Thread: `start`, `stop` and destruction on the main thread, the rest on any.
class ReadPool
{
public:
    ReadPool(Storage &storage, int maximumQueued, StorageMetrics &metrics, StorageGuard &guard);
    ~ReadPool();

    Result<void> start(int readers);
    /// Everything submitted so far is answered, everything later refused. Result: false when a read has still not
    /// come back after `limit`; destruction waits for it.
    bool stop(std::chrono::milliseconds limit);

    /// Takes room for one more read; false when the queue is full.
    bool tryReserve();
    /// Queues reads for which room was reserved.
    void submit(std::vector<ReadTask> &&tasks);

private:
    Result<void> startReader(int index);
    void run(StorageReader &reader);
    DeviceReply answer(ReadTask &task, StorageReader &reader);
    std::vector<ReadTask> receive();

    Storage &m_storage;
    const qint64 m_maximumQueued;
    StorageMetrics &m_metrics;
    StorageGuard &m_guard;
    std::vector<std::unique_ptr<QThread>> m_threads;
    std::size_t m_readerCount = 1; ///< Set before the first thread starts.
    std::atomic<qint64> m_queued{0};

    std::mutex m_mutex; ///< Guards the rest.
    std::condition_variable m_arrived;
    std::deque<ReadTask> m_tasks;
    bool m_isStopping = true; ///< Until started.
};

} // namespace hudhud
