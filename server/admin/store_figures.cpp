// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/store_figures.h"

namespace hudhud {

Result<StoreFigures> readStoreFigures(StorageReader &reader, Timestamp now)
{
    auto statistics = reader.statistics();
    if (!statistics)
        return std::unexpected(statistics.error());
    auto queues = reader.queueStatistics(now);
    if (!queues)
        return std::unexpected(queues.error());
    auto groups = reader.deadLetters().groups(StoreFigures::MaximumGroups);
    if (!groups)
        return std::unexpected(groups.error());
    return StoreFigures{.time = now, .statistics = *statistics, .queues = *queues, .groups = *std::move(groups)};
}

} // namespace hudhud
