// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/storage.h"

#include <vector>

namespace hudhud {

/// The guard that lets low priorities move under a permanent stream of higher ones: of the places that a recipient's
/// pages offer, one in `Every` goes to the lowest priority that waits; the rest go strictly by priority.
/// Thread: the channel's.
class PriorityShare
{
public:
    static constexpr int Every = 16;

    /// Counts the places of one more page. Result: how many of them the lowest priority gets.
    int take(int places)
    {
        m_places += places;
        const int share = m_places / Every;
        m_places %= Every;
        return share;
    }

private:
    int m_places = 0; ///< Since the last one given away.
};

/// What a page is asked for.
struct PageRequest
{
    Recipient recipient;
    int limit = 0;
    int share = 0; ///< Places of the lowest priority.
    Timestamp now{};
    std::vector<MessageId> excluded; ///< Sorted.
};

/// A page in priority order. When more waits than fits, and of a lower priority than the page holds, its last `share`
/// places go to the oldest of the lowest priority. Thread: the reader's.
Result<std::vector<MessagePointer>> readPage(StorageReader &reader, const PageRequest &request);

} // namespace hudhud
