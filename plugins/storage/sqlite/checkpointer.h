// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sql/sqlite_connection.h"

#include <QThread>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

namespace hudhud {

/// Carries the write-ahead log over into the database while the writer goes on. Because commits go on
/// meanwhile, the log never ends, so after each pass the writer carries over the short rest itself; then the
/// log starts anew. Thread: `start` and `stop` on the main thread, `afterCommit` on the writer's.
class Checkpointer
{
public:
    ~Checkpointer();

    /// `threshold` in pages of the log.
    Result<void> start(SqliteConnection connection, int threshold);
    void stop();

    /// Told by the writer once per commit how long the log is.
    void afterCommit(SqliteConnection &writer, int logPages);

private:
    void run();

    std::unique_ptr<SqliteConnection> m_connection;
    std::unique_ptr<QThread> m_thread;
    int m_threshold = 0;
    std::atomic_bool m_isRestWanted = false;
    std::mutex m_mutex; ///< Guards the rest.
    std::condition_variable m_wake;
    bool m_isRequested = false;
    bool m_isStopping = false;
};

} // namespace hudhud
