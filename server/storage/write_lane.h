// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "storage/storage_guard.h"
#include "storage/storage_metrics.h"
#include "storage/write_backlog.h"

#include <QDeadlineTimer>
#include <QThread>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace hudhud {

/// One writer of the store with its thread and queue: commits in groups whatever arrived during the last
/// commit. While a commit hangs, its callers and everything behind it are refused. Thread: `start`, `checkHang`, the
/// end and destruction on the main thread, the rest on any. Locks: the work's is held by the lane's thread except while
/// it is inside the store; then the queue's, held to move items.
class WriteLane
{
public:
    /// `maximumQueued` is this lane's share of the limit.
    WriteLane(Storage &storage, const StorageOptions &options, qint64 maximumQueued, StorageMetrics &metrics,
              StorageGuard &guard, const Clock &clock);
    /// Waits for a call that is running, however long.
    ~WriteLane();

    /// Creates the writer on the lane's own thread and waits for that.
    Result<void> start(const QString &threadName);
    /// Everything submitted so far is committed, everything later refused; what is not committed at
    /// `deadline` is refused too.
    void requestStop(SteadyTime deadline);
    /// After `requestStop`. Result: false when the thread is still inside the store at `limit`.
    bool waitForEnd(QDeadlineTimer limit);
    /// When the store has not come back for longer than the limit: trips the breaker and refuses everyone who waits.
    void checkHang(SteadyTime now);

    /// Takes room for `count` more messages and changes; false when the queue is full.
    bool tryReserve(qint64 count);
    /// Queues items for which room was reserved, in order.
    void submit(std::vector<WriteItem> &&items);

private:
    using WorkLock = std::unique_lock<std::mutex>;

    void run(StorageWriter &writer);
    bool receive(bool isIdle);
    void commit(StorageWriter &writer, CommitGroup &group, WorkLock &work);
    void runTask(StorageWriter &writer, WriterTask &task, WorkLock &work);
    void enterStore(WorkLock &work);
    void leaveStore(WorkLock &work);
    void complete(CommitGroup &group, CommitOutcome &&outcome, ReplyBatch &replies);
    static void completeOnce(CommitGroup::PersistOnce &persist, const WriteBatch &batch, CommitOutcome &outcome,
                             ReplyBatch &replies);
    void fail(CommitGroup &group, const Error &error, ReplyBatch &replies);
    void refuseAll(std::vector<WriteItem> &&items, const Error &error, ReplyBatch &replies);
    void release(qint64 count);

    Storage &m_storage;
    const StorageOptions &m_options;
    const qint64 m_maximumQueued;
    StorageMetrics &m_metrics;
    StorageGuard &m_guard;
    const Clock &m_clock;
    std::unique_ptr<QThread> m_thread;
    std::atomic<qint64> m_queued{0};
    std::atomic<SteadyTime> m_deadline{SteadyTime::max()};

    std::mutex m_workMutex; ///< Guards the next three; taken before the other.
    WriteBacklog m_backlog;
    CommitGroup *m_running = nullptr; ///< While its commit runs; the store sees only its `batch`.
    std::optional<SteadyTime> m_insideSince; ///< Set while the lane's thread is inside the store.

    std::mutex m_mutex; ///< Guards the rest.
    std::condition_variable m_arrived;
    std::vector<WriteItem> m_inbox;
    bool m_isWaiting = false;
    bool m_isHanging = false;
    bool m_isStopping = true; ///< Until started.
};

} // namespace hudhud
