// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "storage/storage_client.h"

#include <array>

namespace hudhud {

struct ConsistencyRunOptions
{
    ConsistencyScope scope = ConsistencyScope::All;
    bool repairs = true;  ///< Else it only looks.
    int rowsPerStep = 2'000; ///< About 5 ms on the writer's thread, between two commits.
    std::size_t maximumFindings = 1'000; ///< Kept in the report; the counts know of all.
    std::chrono::minutes leaseGrace{10}; ///< How long after its end a lease counts as abandoned.
};

struct ConsistencyReport
{
    qint64 examined = 0;
    qint64 repaired = 0;
    std::array<qint64, InconsistencyKindCount> found{}; ///< By InconsistencyKind.
    std::vector<Inconsistency> findings;

    qint64 total() const
    {
        qint64 sum = 0;
        for (const qint64 count : found)
            sum += count;
        return sum;
    }
};

/// Walks once through the store of `client`, in steps between which it goes on working, logs what it finds and mends
/// it. Stops at the first error. Thread: the client's; `clock` outlives the run.
void runConsistencyCheck(StorageClient &client, const ConsistencyRunOptions &options, const Clock &clock,
                         Completion<ConsistencyReport> completion);

} // namespace hudhud
