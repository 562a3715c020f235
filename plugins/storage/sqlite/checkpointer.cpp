// SPDX-License-Identifier: GPL-3.0-or-later
#include "checkpointer.h"

#include <QLoggingCategory>

#include <sqlite3.h>

Q_LOGGING_CATEGORY(lcCheckpoint, "hudhud.storage.sqlite.checkpoint")

namespace hudhud {

namespace {

/// Copies what no reader holds back; never waits for anyone.
void checkpoint(SqliteConnection &connection)
{
    const int code = sqlite3_wal_checkpoint_v2(connection.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE,
                                               nullptr, nullptr);
    // Nothing is lost: the log keeps what was not copied, and the next pass tries again.
    if (code != SQLITE_OK && code != SQLITE_BUSY)
        qCWarning(lcCheckpoint, "checkpoint failed code=%d reason=\"%s\"", code,
                  sqlite3_errmsg(connection.handle()));
}

} // namespace

Checkpointer::~Checkpointer()
{
    stop();
}

Result<void> Checkpointer::start(SqliteConnection connection, int threshold)
{
    m_connection = std::make_unique<SqliteConnection>(std::move(connection));
    m_threshold = threshold;
    m_isStopping = false;
    m_thread.reset(QThread::create([this] { run(); }));
    m_thread->setObjectName(QStringLiteral("store-checkpt"));
    m_thread->start();
    return {};
}

void Checkpointer::stop()
{
    if (!m_thread)
        return;
    {
        const std::scoped_lock lock(m_mutex);
        m_isStopping = true;
    }
    m_wake.notify_one();
    m_thread->wait();
    m_thread.reset();
    m_connection.reset();
}

void Checkpointer::afterCommit(SqliteConnection &writer, int logPages)
{
    if (logPages < m_threshold)
        return;
    if (m_isRestWanted.exchange(false)) {
        checkpoint(writer);
        return;
    }
    const std::scoped_lock lock(m_mutex);
    if (!std::exchange(m_isRequested, true))
        m_wake.notify_one();
}

void Checkpointer::run()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, [this] { return m_isRequested || m_isStopping; });
        if (m_isStopping)
            return;
        lock.unlock();
        checkpoint(*m_connection);
        m_isRestWanted.store(true);
        lock.lock();
        m_isRequested = false;
    }
}

} // namespace hudhud
