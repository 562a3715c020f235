// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QThread>

#include <functional>
#include <memory>

namespace hudhud {

/// A thread with its own epoll event loop (Qt's own loop where there is no epoll). Objects created by a
/// posted function live there. Ownership: whoever created it; the destructor stops and joins.
class IoThread
{
public:
    /// `index` counts from 0; the thread's name becomes "io-<index>".
    explicit IoThread(int index);
    ~IoThread();
    IoThread(const IoThread &) = delete;
    IoThread &operator=(const IoThread &) = delete;

    void start();
    /// Leaves the loop after what is already posted, and joins. Idempotent. Not from the thread itself.
    void stop();
    /// Runs `task` on the thread, in the order of the posts. Any thread. Before `start` it waits for it;
    /// after `stop` it is dropped unrun with the IoThread, unless that is started again.
    void post(std::move_only_function<void()> task);
    /// The same, and waits until it has run. Not from the thread itself; only between start and stop.
    void runAndWait(std::move_only_function<void()> task);

    int index() const { return m_index; }
    bool isCurrent() const { return QThread::currentThread() == m_thread.get(); }

private:
    int m_index;
    std::unique_ptr<QThread> m_thread;
    std::unique_ptr<QObject> m_anchor; ///< Lives on the thread; receives the tasks.
};

} // namespace hudhud
