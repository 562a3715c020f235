// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/dead_letters.h"
#include "plugin-api/storage.h"

#include <vector>

namespace hudhud {

/// What the first page needs of the store; the same for all nodes that share it.
struct StoreFigures
{
    static constexpr int MaximumGroups = 20;

    Timestamp time{};
    StorageStatistics statistics;
    PriorityStatistics queues;
    std::vector<DeadLetterGroup> groups; ///< Those of the latest deaths.
};

/// On a reader's thread.
Result<StoreFigures> readStoreFigures(StorageReader &reader, Timestamp now);

} // namespace hudhud
