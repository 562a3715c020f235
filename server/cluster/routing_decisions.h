// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"

#include <QByteArray>
#include <QHashFunctions>

#include <deque>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace hudhud {

/// Which node was chosen for whom, for CachePolicy::RoutingDecisions: who asks again soon gets the same answer. What was
/// chosen is not stretched by being asked for. Bounded: the oldest go first. Thread: any; a short lock.
class RoutingDecisions
{
public:
    static constexpr std::size_t Maximum = 100'000;

    explicit RoutingDecisions(const Clock &clock, std::size_t maximum = Maximum);

    /// The id of the node; nothing when there is no decision that may still be believed.
    std::optional<QByteArray> find(QByteArrayView user) const;
    void remember(const QByteArray &user, const QByteArray &node);
    /// The node can no longer be chosen.
    void forgetNode(const QByteArray &node);
    std::size_t size() const;

private:
    struct Decision
    {
        QByteArray node;
        SteadyTime until{};
    };

    const Clock &m_clock;
    const std::size_t m_maximum;
    mutable std::mutex m_mutex; ///< Guards the rest.
    std::unordered_map<QByteArray, Decision> m_decisions;
    std::deque<std::pair<SteadyTime, QByteArray>> m_ends; ///< In the order of the decisions; those made anew stand twice.
};

} // namespace hudhud
