// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/recipient.h"
#include "plugin-api/delivery.h"

#include <vector>

namespace hudhud {

/// The receivers attached on one I/O thread. An id names its slot, so finding one costs no hashing; ids are
/// not used again. Thread: its I/O thread only.
class ReceiverTable
{
public:
    struct Attachment
    {
        ReceiverId id = 0; ///< 0: the slot is free.
        Receiver *receiver = nullptr;
        Recipient recipient;
        int owner = 0; ///< The I/O thread that owns the recipient.
    };

    ReceiverId add(const Recipient &recipient, Receiver &receiver, int owner)
    {
        if (m_free.empty()) {
            m_free.push_back(m_slots.size());
            m_slots.emplace_back();
        }
        const std::size_t slot = m_free.back();
        m_free.pop_back();
        m_slots[slot] = {(++m_lastNumber << SlotBits) | slot, &receiver, recipient, owner};
        return m_slots[slot].id;
    }
    /// Null when it is not attached (any more). Valid until the next `add`.
    const Attachment *find(ReceiverId id) const
    {
        const std::size_t slot = id & SlotMask;
        return id != 0 && slot < m_slots.size() && m_slots[slot].id == id ? &m_slots[slot] : nullptr;
    }
    void remove(ReceiverId id)
    {
        if (!find(id))
            return;
        m_slots[id & SlotMask] = {};
        m_free.push_back(id & SlotMask);
    }
    std::size_t size() const { return m_slots.size() - m_free.size(); }

private:
    static constexpr int SlotBits = 24; ///< 16 million connections on one thread.
    static constexpr quint64 SlotMask = (quint64(1) << SlotBits) - 1;

    std::vector<Attachment> m_slots;
    std::vector<std::size_t> m_free;
    quint64 m_lastNumber = 0;
};

} // namespace hudhud
