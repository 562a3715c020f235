// SPDX-License-Identifier: GPL-3.0-or-later
#include "delivery/priority_share.h"

#include <algorithm>
#include <iterator>

namespace hudhud {

Result<std::vector<MessagePointer>> readPage(StorageReader &reader, const PageRequest &request)
{
    auto page = reader.pending(request.recipient, request.limit, request.now, request.excluded);
    if (!page || page->empty() || static_cast<int>(page->size()) < request.limit)
        return page;
    const auto last = static_cast<int>(page->back()->priority);
    for (int priority = 0; priority < last; ++priority) {
        auto lowest = reader.pendingUpTo(static_cast<Priority>(priority), request.recipient, request.share,
                                         request.now, request.excluded);
        if (!lowest)
            return lowest;
        if (lowest->empty())
            continue;
        page->resize(page->size() - lowest->size());
        std::ranges::move(*lowest, std::back_inserter(*page));
        break;
    }
    return page;
}

} // namespace hudhud
