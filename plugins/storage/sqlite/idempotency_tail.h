// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <compare>
#include <vector>

namespace hudhud {

/// A record's number under the hash of its key. Numbers are in the order in which records end, so that ended ones are
/// found without another index.
struct IdempotencyEntry
{
    static constexpr int SequenceBits = 20; ///< Below the milliseconds of the end.

    qint64 hash = 0;
    qint64 number = 0; ///< In `idempotency`; never 0.

    friend auto operator<=>(const IdempotencyEntry &, const IdempotencyEntry &) = default;
};

/// The youngest entries by hash: one look into memory for a key that is not there, which is what nearly every look-up
/// is. Open addressing with linear probing, because hashes are random already. Thread: one.
class IdempotencyTail
{
public:
    /// `capacity`: how many entries it is made for; it grows when there are more.
    explicit IdempotencyTail(std::size_t capacity);

    void add(const IdempotencyEntry &entry);
    void remove(const IdempotencyEntry &entry);
    /// Appends the numbers of the entries with the hash.
    void find(qint64 hash, std::vector<qint64> &numbers) const;
    std::size_t size() const { return m_size; }
    /// Everything in order; it is empty afterwards.
    std::vector<IdempotencyEntry> takeSorted();

private:
    std::size_t slotOf(qint64 hash) const { return static_cast<std::size_t>(hash) & (m_slots.size() - 1); }
    std::size_t after(std::size_t slot) const { return (slot + 1) & (m_slots.size() - 1); }
    void grow();

    std::vector<IdempotencyEntry> m_slots; ///< A power of two, at most half full; free ones have the number 0.
    std::size_t m_size = 0;                ///< Entries.
    std::size_t m_used = 0;                ///< Slots that hold an entry or held one: a probe goes on behind them.
};

} // namespace hudhud
