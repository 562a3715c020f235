// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/message_id.h"

#include <vector>

namespace hudhud {

/// Remembers the messages that ended lately and will never be pushed again (delivered, withdrawn), so that
/// news of them that was overtaken (a page read before the commit, a batch that waited in a mailbox) does not
/// push them twice. A fixed table: an id may be forgotten early, never invented. Thread: one.
class RecentIds
{
public:
    RecentIds()
        : m_slots(SlotCount)
    {
    }

    void add(const MessageId &id) { m_slots[slot(id)] = id; }
    bool contains(const MessageId &id) const { return m_slots[slot(id)] == id; }

private:
    static constexpr std::size_t SlotCount = 8192;

    static std::size_t slot(const MessageId &id)
    {
        const std::size_t hash = std::hash<MessageId>()(id);
        return (hash ^ (hash >> 32)) % SlotCount;
    }

    std::vector<MessageId> m_slots;
};

} // namespace hudhud
