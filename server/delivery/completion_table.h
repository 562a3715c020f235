// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/delivery.h"

#include <vector>

namespace hudhud {

/// Completions that wait for one or more outcomes, named by numbers that may travel between threads. Each
/// number must be settled exactly as often as it was announced. Thread: one.
class CompletionTable
{
public:
    /// Result: a token; 0 for an empty completion, which nobody has to settle.
    quint64 add(DeliveryPort::AckCompletion completion, std::size_t outcomes)
    {
        if (!completion)
            return 0;
        if (m_free.empty()) {
            m_free.push_back(m_slots.size());
            m_slots.emplace_back();
        }
        const std::size_t slot = m_free.back();
        m_free.pop_back();
        m_slots[slot] = {std::move(completion), outcomes, {}};
        return slot + 1;
    }
    /// One outcome. The last one completes with the first error there was.
    void settle(quint64 token, Result<void> result)
    {
        Waiting &waiting = m_slots[token - 1];
        if (waiting.result && !result)
            waiting.result = std::move(result);
        if (--waiting.outcomes > 0)
            return;
        // The slot is free before the completion runs, which may add another.
        Waiting done = std::exchange(waiting, {});
        m_free.push_back(token - 1);
        done.completion(std::move(done.result));
    }

private:
    struct Waiting
    {
        DeliveryPort::AckCompletion completion;
        std::size_t outcomes = 0;
        Result<void> result;
    };

    std::vector<Waiting> m_slots;
    std::vector<std::size_t> m_free;
};

} // namespace hudhud
