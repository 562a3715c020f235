// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "deadletters/token_bucket.h"
#include "plugin-api/job_store.h"
#include "plugin-api/metrics.h"
#include "storage/storage_client.h"

#include <QTimer>

#include <functional>
#include <map>
#include <memory>
#include <span>

namespace hudhud {

/// Moves running jobs forward, slice by slice, at their rates, and decides about canaries. Whatever a job has come to
/// stands in the store; this only knows which ones run. So they go on after a restart, and what operators change there
/// takes effect with the next slice. Thread: the one that made it, except `wake`. Ownership: what is passed in outlives
/// it.
class JobRunner
{
public:
    /// Takes messages that are Queued again to where their recipients are connected.
    using Route = std::function<void(std::span<const MessagePointer>)>;

    struct Parts
    {
        const DeadLetterOptions &options;
        const Clock &clock;
        MetricsRegistry &metrics;
        Route route;
    };

    explicit JobRunner(Parts parts);

    /// Finds the jobs that run and goes on with them.
    void start(StorageClient &client);
    /// No more slices; completions still on their way do nothing.
    void stop();
    /// Jobs have been created or changed. Any thread, while it exists.
    void wake();

    /// Does what is due and sets the timer for the rest. The timer calls it, and tests that hold the clock.
    void work();
    /// Looks up what runs.
    void refresh();

private:
    struct Entry
    {
        Job job;
        TokenBucket bucket;
        SteadyTime notBefore{}; ///< Of the next slice or look at the canary.
        bool isBusy = false; ///< A call to the store is under way.
    };

    void refreshed(Result<std::vector<Job>> jobs);
    void takeRate(Entry &entry, const Job &job);
    void setPace(Entry &entry);
    void workOn(Entry &entry, SteadyTime now);
    void takeSlice(Entry &entry, int count);
    void tookSlice(qint64 id, int count, Result<JobSlice> slice);
    void lookAtCanary(Entry &entry);
    void lookedAtCanary(qint64 id, const Result<JobOutcome> &outcome);
    void change(Entry &entry, const char *action, JobChange change);
    void changed(qint64 id, Result<Job> job);
    void keep(Entry &entry, Job job);
    void schedule();
    Entry *entryOf(qint64 id);

    Parts m_parts;
    Counter &m_replayed;
    Counter &m_refused;
    Counter &m_failures;
    Gauge &m_running;
    StorageClient *m_client = nullptr;
    std::map<qint64, Entry> m_entries;
    bool m_isRefreshing = false;
    bool m_needsRefresh = false;
    QTimer m_timer; ///< Single-shot.
    std::shared_ptr<char> m_lifetime; ///< Set while it runs; completions that come later see it gone.
};

} // namespace hudhud
