// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "core/clock.h"
#include "plugin-api/job_store.h"
#include "storage/storage_client.h"

#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

namespace hudhud {

/// Replays dead letters on its own when the cause has cleared: those that nobody acknowledged in time, once their
/// recipient is connected again. What phones rejected, what expired and what looks like poison is left to operators. A
/// message is replayed so at most `redrive_generations` times, counting replays by operators, and rests for
/// `redrive_after` before each. Off unless configured. Thread: the one that made it. Ownership: what is passed in
/// outlives it.
class AutomaticRedrive
{
public:
    using IsConnected = std::function<bool(const Recipient &)>;
    using JobCreated = std::function<void()>;

    AutomaticRedrive(const DeadLetterOptions &options, const Clock &clock, IsConnected isConnected, JobCreated jobCreated);

    void start(StorageClient &client);
    void stop();
    /// One walk over the dead letters, page by page; the timer calls it.
    void walk();

private:
    void readPage();
    void gotPage(const Result<std::vector<DeadLetterRecord>> &page);
    void replay(std::vector<MessageId> ids);
    void endWalk();

    const DeadLetterOptions &m_options;
    const Clock &m_clock;
    const IsConnected m_isConnected;
    const JobCreated m_jobCreated;
    StorageClient *m_client = nullptr;
    DeadLetterFilter m_filter; ///< Of the walk under way.
    std::optional<DeadLetterCursor> m_cursor;
    qint64 m_lastJob = 0; ///< While it has not ended there is no new walk.
    QTimer m_timer; ///< Single-shot.
    std::shared_ptr<char> m_lifetime; ///< Set while it runs.
};

} // namespace hudhud
