// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "core/recipient.h"

#include <atomic>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace hudhud {

/// The bound on undelivered messages of one recipient, kept without asking the store about every message.
///
/// Messages are counted in a fixed table of slots that recipients share by their hash. Whenever a slot has counted a
/// stride (a tenth of the limit), the store is asked how many messages wait for the recipient whose message it was: one
/// read in a stride of messages. A recipient that is found within a stride of the limit is watched: its messages are
/// counted one by one, and its number is read anew at most once in a second while messages come.
///
/// So the limit is approximate: after a start, or when recipients share a slot, a queue may exceed it by about a stride
/// before it is noticed, and by one request at any time. Limits below 10 have a stride of 1: a read for each message.
/// Bounds: 256 KiB of slots, 10,000 watched recipients. Thread: any; one object for all I/O threads.
class RecipientQueues
{
public:
    /// `limit` 0: no limit, nothing is counted.
    explicit RecipientQueues(qint64 limit);

    bool isLimited() const { return m_limit > 0; }
    qint64 limit() const { return m_limit; }
    /// True when no more messages may be taken for the recipient.
    bool isFull(const Recipient &recipient) const
    {
        return m_watchedCount.load(std::memory_order_relaxed) > 0 && isWatchedFull(recipient);
    }
    /// Counts one message. Result: whether the store is to be asked now; its answer goes to `learn`.
    bool note(const Recipient &recipient, SteadyTime now);
    /// `pending`: the undelivered messages that the store has.
    void learn(const Recipient &recipient, qint64 pending, SteadyTime now);

private:
    struct Watched
    {
        qint64 pending = 0;
        SteadyTime askedAt{};
    };

    bool isWatchedFull(const Recipient &recipient) const;

    const qint64 m_limit;
    const quint32 m_stride;
    std::vector<std::atomic<quint32>> m_slots;
    std::atomic<std::size_t> m_watchedCount{0};
    mutable std::mutex m_mutex; ///< Guards `m_watched`.
    std::unordered_map<Recipient, Watched> m_watched;
};

} // namespace hudhud
