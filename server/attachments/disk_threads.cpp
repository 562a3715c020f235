// SPDX-License-Identifier: GPL-3.0-or-later
#include "attachments/disk_threads.h"

namespace hudhud {

namespace {

/// One may wait for a sync while the other reads.
constexpr int ThreadCount = 2;

} // namespace

DiskThreads::DiskThreads(qint64 maximumBytes)
    : m_maximumBytes(maximumBytes)
{
    for (int i = 0; i < ThreadCount; ++i)
        m_threads.emplace_back([this] { work(); });
}

DiskThreads::~DiskThreads()
{
    stop();
}

void DiskThreads::stop()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_isStopping = true;
    }
    m_changed.notify_all();
    for (std::thread &thread : m_threads)
        thread.join();
    m_threads.clear();
}

std::optional<Error> DiskThreads::reserve(qint64 bytes)
{
    const std::scoped_lock lock(m_mutex);
    if (m_isStopping)
        return Error(ErrorCode::ShuttingDown, QStringLiteral("This node is stopping; use another, or wait."));
    // One that is larger than the limit goes alone.
    if (m_bytes > 0 && m_bytes + bytes > m_maximumBytes)
        return Error(ErrorCode::BufferFull,
                     QStringLiteral("Too many attachments are being written and read; send the request again after the "
                                    "time in Retry-After."));
    m_bytes += bytes;
    return std::nullopt;
}

void DiskThreads::release(qint64 bytes)
{
    const std::scoped_lock lock(m_mutex);
    m_bytes -= bytes;
}

void DiskThreads::enqueue(Work work)
{
    {
        const std::scoped_lock lock(m_mutex);
        m_queue.push_back(std::move(work));
    }
    m_changed.notify_one();
}

void DiskThreads::work()
{
    for (;;) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_isStopping || !m_queue.empty(); });
        if (m_queue.empty())
            return;
        Work next = std::move(m_queue.front());
        m_queue.pop_front();
        lock.unlock();
        next();
    }
}

} // namespace hudhud
