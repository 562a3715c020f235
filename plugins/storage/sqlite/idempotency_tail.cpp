// SPDX-License-Identifier: GPL-3.0-or-later
#include "idempotency_tail.h"

#include <algorithm>
#include <bit>

namespace hudhud {

namespace {

constexpr qint64 Free = 0;
constexpr qint64 Removed = -1;

} // namespace

IdempotencyTail::IdempotencyTail(std::size_t capacity)
    : m_slots(std::bit_ceil(2 * capacity))
{
}

void IdempotencyTail::add(const IdempotencyEntry &entry)
{
    if (2 * (m_used + 1) > m_slots.size())
        grow();
    std::size_t slot = slotOf(entry.hash);
    while (m_slots[slot].number != Free)
        slot = after(slot);
    m_slots[slot] = entry;
    ++m_used;
    ++m_size;
}

void IdempotencyTail::remove(const IdempotencyEntry &entry)
{
    for (std::size_t slot = slotOf(entry.hash); m_slots[slot].number != Free; slot = after(slot)) {
        if (m_slots[slot] == entry) {
            m_slots[slot].number = Removed;
            --m_size;
            return;
        }
    }
}

void IdempotencyTail::find(qint64 hash, std::vector<qint64> &numbers) const
{
    for (std::size_t slot = slotOf(hash); m_slots[slot].number != Free; slot = after(slot)) {
        if (m_slots[slot].hash == hash && m_slots[slot].number != Removed)
            numbers.push_back(m_slots[slot].number);
    }
}

std::vector<IdempotencyEntry> IdempotencyTail::takeSorted()
{
    std::vector<IdempotencyEntry> entries;
    entries.reserve(m_size);
    for (IdempotencyEntry &slot : m_slots) {
        if (slot.number != Free && slot.number != Removed)
            entries.push_back(slot);
        slot = {};
    }
    m_size = 0;
    m_used = 0;
    std::ranges::sort(entries);
    return entries;
}

void IdempotencyTail::grow()
{
    std::vector<IdempotencyEntry> old(std::bit_ceil(4 * (m_size + 1)));
    old.swap(m_slots);
    m_size = 0;
    m_used = 0;
    for (const IdempotencyEntry &entry : old) {
        if (entry.number != Free && entry.number != Removed)
            add(entry);
    }
}

} // namespace hudhud
