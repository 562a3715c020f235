// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/metrics.h"

namespace hudhud {

/// What the executor counts. Thread: any.
struct StorageMetrics
{
    explicit StorageMetrics(MetricsRegistry &registry)
        : commits(registry.counter("hudhud_storage_commits_total", "Commits that ended well."))
        , commitErrors(
              registry.counter("hudhud_storage_commit_errors_total", "Commits that failed as a whole."))
        , committedItems(
              registry.counter("hudhud_storage_committed_items_total",
                               "Messages and changes in all commits; divided by the commits: batch size."))
        , mergedChanges(
              registry.counter("hudhud_storage_merged_changes_total",
                               "Status changes that travelled with another one of the same message."))
        , refusals(
              registry.counter("hudhud_storage_refusals_total", "Calls refused because a queue was full."))
        , reads(registry.counter("hudhud_storage_reads_total", "Reads done."))
        , commitSeconds(registry.histogram("hudhud_storage_commit_seconds", "Duration of one commit."))
        , queuedWrites(
              registry.gauge("hudhud_storage_queued_writes", "Messages and changes not yet durable."))
        , queuedReads(registry.gauge("hudhud_storage_queued_reads", "Reads waiting or running."))
        , batchSize(registry.gauge("hudhud_storage_batch_size", "Messages and changes in the latest commit."))
    {
    }

    Counter &commits;
    Counter &commitErrors;
    Counter &committedItems;
    Counter &mergedChanges;
    Counter &refusals;
    Counter &reads;
    DurationHistogram &commitSeconds;
    Gauge &queuedWrites;
    Gauge &queuedReads;
    Gauge &batchSize;
};

} // namespace hudhud
