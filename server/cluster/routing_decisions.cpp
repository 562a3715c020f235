// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/routing_decisions.h"

#include "plugin-api/cache_policy.h"

namespace hudhud {

RoutingDecisions::RoutingDecisions(const Clock &clock, std::size_t maximum)
    : m_clock(clock)
    , m_maximum(maximum)
{
}

std::optional<QByteArray> RoutingDecisions::find(QByteArrayView user) const
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_decisions.find(QByteArray::fromRawData(user.data(), user.size()));
    if (found == m_decisions.end() || found->second.until <= m_clock.steadyNow())
        return std::nullopt;
    return found->second.node;
}

void RoutingDecisions::remember(const QByteArray &user, const QByteArray &node)
{
    const SteadyTime now = m_clock.steadyNow();
    const std::scoped_lock lock(m_mutex);
    while (!m_ends.empty() && (m_ends.front().first <= now || m_ends.size() >= m_maximum)) {
        const auto found = m_decisions.find(m_ends.front().second);
        if (found != m_decisions.end() && found->second.until == m_ends.front().first)
            m_decisions.erase(found);
        m_ends.pop_front();
    }
    const SteadyTime until = now + CachePolicy::RoutingDecisions;
    m_decisions.insert_or_assign(user, Decision{node, until});
    m_ends.emplace_back(until, user);
}

void RoutingDecisions::forgetNode(const QByteArray &node)
{
    const std::scoped_lock lock(m_mutex);
    std::erase_if(m_decisions, [&node](const auto &entry) { return entry.second.node == node; });
}

std::size_t RoutingDecisions::size() const
{
    const std::scoped_lock lock(m_mutex);
    return m_decisions.size();
}

} // namespace hudhud
