// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/services.h"

#include <QObject>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

namespace hudhud {

/// Two threads for work that blocks on the disk, away from the loops. What waits is bounded by the bytes that it keeps
/// in memory. Thread: any. Ownership: stopped before the objects that its completions go to are destroyed.
class DiskThreads
{
public:
    explicit DiskThreads(qint64 maximumBytes);
    ~DiskThreads();
    DiskThreads(const DiskThreads &) = delete;
    DiskThreads &operator=(const DiskThreads &) = delete;

    /// Runs `task`, which keeps `bytes` in memory, then `completion` on the thread of `context`; refusals complete
    /// before it returns. Errors: what the task says, BufferFull, ShuttingDown.
    template <typename T>
    void run(QObject &context, qint64 bytes, std::move_only_function<Result<T>()> task, Completion<T> completion)
    {
        if (const auto refusal = reserve(bytes))
            return completion(std::unexpected(*refusal));
        enqueue([this, &context, bytes, task = std::move(task), completion = std::move(completion)]() mutable {
            Result<T> result = task();
            release(bytes);
            // The completion has to end on its own thread, also if that never runs it.
            auto reply = std::make_shared<Work>(
                [completion = std::move(completion), result = std::move(result)]() mutable {
                    completion(std::move(result));
                });
            QMetaObject::invokeMethod(
                &context, [reply = std::move(reply)] { (*reply)(); }, Qt::QueuedConnection);
        });
    }

    /// Ends after what was asked for; later work is refused. Idempotent.
    void stop();

private:
    using Work = std::move_only_function<void()>;

    std::optional<Error> reserve(qint64 bytes);
    void release(qint64 bytes);
    void enqueue(Work work);
    void work();

    const qint64 m_maximumBytes;
    std::mutex m_mutex; ///< Guards what follows.
    std::condition_variable m_changed;
    std::deque<Work> m_queue;
    qint64 m_bytes = 0;
    bool m_isStopping = false;
    std::vector<std::thread> m_threads;
};

} // namespace hudhud
