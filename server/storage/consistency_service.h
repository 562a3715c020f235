// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/consistency_run.h"

#include <QObject>

#include <mutex>
#include <optional>

namespace hudhud {

/// What is known of the latest pass over the store.
struct ConsistencyState
{
    bool isRunning = false;
    ConsistencyScope scope = ConsistencyScope::Queue;
    bool repairs = true;
    Timestamp startedAt{};
    std::optional<Timestamp> endedAt; ///< Unset: never ran, or runs.
    ConsistencyReport report;         ///< Once it has ended.
    std::optional<Error> error;       ///< Why it ended early.
};

/// Checks and mends the store after a start and whenever an operator asks, one pass at a time, and remembers the latest.
/// Thread: that of `start`, except `run` and `state` (any). Ownership: `clock` outlives it.
class ConsistencyService final : public QObject
{
    Q_OBJECT

public:
    explicit ConsistencyService(const Clock &clock)
        : m_clock(clock)
    {
    }

    /// `client`: of this thread, outlives the service.
    void start(StorageClient &client) { m_client = &client; }
    /// Begins a pass. Errors: Conflict while one is running. Thread: any.
    Result<void> run(ConsistencyScope scope, bool repairs);
    /// Thread: any.
    ConsistencyState state() const;

private:
    void begin(const ConsistencyRunOptions &options);
    void ended(Result<ConsistencyReport> &&report);

    const Clock &m_clock;
    StorageClient *m_client = nullptr;
    mutable std::mutex m_mutex; ///< Guards the state.
    ConsistencyState m_state;
    std::shared_ptr<char> m_lifetime = std::make_shared<char>();
};

} // namespace hudhud
