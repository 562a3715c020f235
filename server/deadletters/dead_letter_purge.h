// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "core/clock.h"
#include "storage/storage_client.h"

#include <QTimer>

#include <memory>

namespace hudhud {

/// Removes what operators have left behind: discarded letters after the undo window, ended jobs and audit records after
/// their retention. In small steps, on at once while they come back full. Thread: the one that made it. Ownership: what
/// is passed in outlives it.
class DeadLetterPurge
{
public:
    DeadLetterPurge(const DeadLetterOptions &options, const StorageOptions &storage, const Clock &clock);

    void start(StorageClient &client);
    void stop();
    /// One step; the timer calls it.
    void purge();

private:
    const DeadLetterOptions &m_options;
    const StorageOptions &m_storage;
    const Clock &m_clock;
    StorageClient *m_client = nullptr;
    QTimer m_timer; ///< Single-shot.
    std::shared_ptr<char> m_lifetime; ///< Set while it runs.
};

} // namespace hudhud
