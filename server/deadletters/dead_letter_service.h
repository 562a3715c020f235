// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "deadletters/automatic_redrive.h"
#include "deadletters/dead_letter_purge.h"
#include "deadletters/job_runner.h"

namespace hudhud {

/// Everything about dead letters that the composition root holds. Thread: main, except `wake`. Ownership: what is passed
/// in outlives it; it outlives whoever calls `wake`.
class DeadLetterService
{
public:
    struct Parts
    {
        DeadLetterOptions options;
        StorageOptions storage;
        const Clock &clock;
        MetricsRegistry &metrics;
        JobRunner::Route route;
        AutomaticRedrive::IsConnected isConnected;
    };

    explicit DeadLetterService(Parts parts);

    void start(StorageClient &client);
    void stop();
    /// Jobs have been created or changed. Any thread.
    void wake() { m_runner.wake(); }

private:
    const DeadLetterOptions m_options;
    const StorageOptions m_storage;
    JobRunner m_runner;
    DeadLetterPurge m_purge;
    AutomaticRedrive m_redrive;
};

} // namespace hudhud
