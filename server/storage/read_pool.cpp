// SPDX-License-Identifier: GPL-3.0-or-later
#include "storage/read_pool.h"

#include <QDeadlineTimer>

#include <algorithm>
#include <future>

namespace hudhud {

namespace {

/// One reader takes at most so many at a time, so that answers travel together but others get their share.
constexpr std::size_t MaximumTaken = 32;

} // namespace

ReadPool::ReadPool(Storage &storage, int maximumQueued, StorageMetrics &metrics, StorageGuard &guard)
    : m_storage(storage)
    , m_maximumQueued(maximumQueued)
    , m_metrics(metrics)
    , m_guard(guard)
{
}

ReadPool::~ReadPool()
{
    stop(std::chrono::milliseconds(0));
    for (const auto &thread : m_threads)
        thread->wait();
}

Result<void> ReadPool::start(int readers)
{
    m_isStopping = false;
    m_readerCount = static_cast<std::size_t>(readers);
    for (int i = 0; i < readers; ++i) {
        if (auto started = startReader(i); !started) {
            stop(std::chrono::seconds(1)); // Nothing is running yet.
            return started;
        }
    }
    return {};
}

Result<void> ReadPool::startReader(int index)
{
    std::promise<Result<void>> started;
    std::unique_ptr<QThread> thread(QThread::create([this, &started] {
        auto reader = m_storage.createReader();
        if (!reader) {
            started.set_value(std::unexpected(reader.error()));
            return;
        }
        started.set_value({});
        run(**reader);
    }));
    thread->setObjectName(QStringLiteral("store-read-%1").arg(index));
    thread->start();
    m_threads.push_back(std::move(thread));
    return started.get_future().get();
}

bool ReadPool::stop(std::chrono::milliseconds limit)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_isStopping = true;
    }
    m_arrived.notify_all();
    const QDeadlineTimer deadline(limit);
    for (const auto &thread : m_threads) {
        if (!thread->wait(deadline))
            return false;
    }
    m_threads.clear();
    return true;
}

bool ReadPool::tryReserve()
{
    if (m_queued.fetch_add(1, std::memory_order_relaxed) < m_maximumQueued) {
        m_metrics.queuedReads.add();
        return true;
    }
    m_queued.fetch_sub(1, std::memory_order_relaxed);
    m_metrics.refusals.add();
    return false;
}

void ReadPool::submit(std::vector<ReadTask> &&tasks)
{
    std::unique_lock lock(m_mutex);
    if (!m_isStopping) {
        const bool areMany = tasks.size() > 1;
        m_tasks.insert(m_tasks.end(), std::make_move_iterator(tasks.begin()),
                       std::make_move_iterator(tasks.end()));
        lock.unlock();
        if (areMany)
            m_arrived.notify_all();
        else
            m_arrived.notify_one();
        return;
    }
    lock.unlock();
    ReplyBatch replies;
    for (ReadTask &task : tasks) {
        replies.add(task.port,
                    task.run(std::unexpected(
                        Error(ErrorCode::ShuttingDown, QStringLiteral("The server is shutting down.")))));
    }
    m_queued.fetch_sub(std::ssize(tasks), std::memory_order_relaxed);
    m_metrics.queuedReads.add(-std::ssize(tasks));
    replies.send();
}

void ReadPool::run(StorageReader &reader)
{
    for (;;) {
        std::vector<ReadTask> tasks = receive();
        if (tasks.empty())
            return;
        ReplyBatch replies;
        for (ReadTask &task : tasks)
            replies.add(task.port, answer(task, reader));
        m_queued.fetch_sub(std::ssize(tasks), std::memory_order_relaxed);
        m_metrics.queuedReads.add(-std::ssize(tasks));
        m_metrics.reads.add(std::ssize(tasks));
        replies.send();
    }
}

DeviceReply ReadPool::answer(ReadTask &task, StorageReader &reader)
{
    const auto permit = m_guard.enter();
    if (!permit)
        return task.run(std::unexpected(permit.error()));
    DeviceReply reply = task.run(&reader);
    m_guard.leave(*permit, reply.error ? &*reply.error : nullptr);
    return reply;
}

/// Nothing when the pool is stopping.
std::vector<ReadTask> ReadPool::receive()
{
    std::unique_lock lock(m_mutex);
    m_arrived.wait(lock, [this] { return !m_tasks.empty() || m_isStopping; });
    const std::size_t share = m_tasks.size() / m_readerCount + 1;
    const auto end
        = m_tasks.begin() + static_cast<std::ptrdiff_t>(std::min({share, MaximumTaken, m_tasks.size()}));
    std::vector<ReadTask> taken(std::make_move_iterator(m_tasks.begin()), std::make_move_iterator(end));
    m_tasks.erase(m_tasks.begin(), end);
    return taken;
}

} // namespace hudhud
