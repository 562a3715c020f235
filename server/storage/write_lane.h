// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "storage/storage_health.h"
#include "storage/storage_metrics.h"
#include "storage/write_backlog.h"

#include <QThread>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

namespace hudhud {

/// One writer of the store with its thread and queue: commits in groups whatever arrived during the last
/// commit. Thread: `start`, `stop` and destruction on the main thread, the rest on any. Lock: the queue's,
/// held to move items.
class WriteLane
{
public:
    /// `maximumQueued` is this lane's share of the limit.
    WriteLane(Storage &storage, const StorageOptions &options, qint64 maximumQueued, StorageMetrics &metrics,
              StorageHealth &health, const Clock &clock);
    ~WriteLane();

    /// Creates the writer on the lane's own thread and waits for that.
    Result<void> start(const QString &threadName);
    /// Everything submitted so far is committed, everything later refused; what is not committed at
    /// `deadline` is refused too. Returns when the thread has ended: a commit that is running is never
    /// abandoned.
    void stop(SteadyTime deadline);

    /// Takes room for `count` more messages and changes; false when the queue is full.
    bool tryReserve(qint64 count);
    /// Queues items for which room was reserved, in order.
    void submit(std::vector<WriteItem> &&items);

private:
    void run(StorageWriter &writer);
    bool receive(WriteBacklog &backlog, bool isIdle);
    void commit(StorageWriter &writer, CommitGroup &group);
    void complete(CommitGroup &group, CommitOutcome &&outcome, ReplyBatch &replies);
    static void completeOnce(CommitGroup::PersistOnce &persist, const WriteBatch &batch, CommitOutcome &outcome,
                             ReplyBatch &replies);
    void fail(CommitGroup &group, const Error &error, ReplyBatch &replies);
    void refuseAll(std::vector<WriteItem> &&items);
    void release(qint64 count);

    Storage &m_storage;
    const StorageOptions &m_options;
    const qint64 m_maximumQueued;
    StorageMetrics &m_metrics;
    StorageHealth &m_health;
    const Clock &m_clock;
    std::unique_ptr<QThread> m_thread;
    std::atomic<qint64> m_queued{0};
    std::atomic<SteadyTime> m_deadline{SteadyTime::max()};

    std::mutex m_mutex; ///< Guards the rest.
    std::condition_variable m_arrived;
    std::vector<WriteItem> m_inbox;
    bool m_isWaiting = false;
    bool m_isStopping = true; ///< Until started.
};

} // namespace hudhud
