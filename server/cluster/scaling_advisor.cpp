// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/scaling_advisor.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace hudhud {

namespace {

/// In which the past is kept: a long one in coarse steps.
constexpr int MemorySteps = 500;

/// Nodes for `total`, of which `current` are there, when each shall carry `share`.
int nodesFor(double total, double share, int current)
{
    const double nodes = total / share;
    if (std::abs(nodes - current) <= current * ScalingAdvisor::Tolerance)
        return current;
    return static_cast<int>(std::ceil(std::min(nodes, 1e6)));
}

} // namespace

ScalingAdvisor::ScalingAdvisor(const ScalingOptions &options, const Clock &clock)
    : m_options(options)
    , m_clock(clock)
    , m_begin(clock.steadyNow())
{
}

ScalingAdvice ScalingAdvisor::advise(std::span<const ProcessingNode> nodes)
{
    int current = 0;
    double cpu = 0;
    double connections = 0;
    double messages = 0;
    for (const ProcessingNode &node : nodes) {
        if (node.status == NodeStatus::Offline)
            continue;
        ++current;
        cpu += node.currentLoad.cpuUsage;
        connections += static_cast<double>(node.currentLoad.activeConnections);
        messages += static_cast<double>(node.currentLoad.queueDepth);
    }
    current = std::max(current, 1); // This one, before it has heard of itself.
    connections /= static_cast<double>(m_options.connectionsPerNode);
    messages /= static_cast<double>(m_options.messagesPerNode);

    ScalingAdvice advice{.currentNodes = current,
                         .desiredNodes = current,
                         .neededNodes = m_options.minimumNodes,
                         .reason = "minimum",
                         .cpuUse = cpu / current,
                         .connectionUse = connections / current,
                         .messageUse = messages / current};
    for (const auto &[reason, use] : {std::pair<QByteArrayView, double>{"cpu", cpu},
                                      {"connections", connections},
                                      {"messages", messages}}) {
        const int needed = nodesFor(use, m_options.targetUse, current);
        if (needed > advice.neededNodes) {
            advice.neededNodes = needed;
            advice.reason = reason;
        }
    }
    advice.neededNodes = std::min(advice.neededNodes, m_options.maximumNodes);
    remember(advice.neededNodes);
    const auto known = m_clock.steadyNow() - m_begin;
    const int least = extremeNeed(m_options.outAfter, std::less());
    const int most = extremeNeed(m_options.inAfter, std::greater());
    if (known >= m_options.outAfter && least > current)
        advice.desiredNodes = least;
    else if (known >= m_options.inAfter && most < current)
        advice.desiredNodes = most;
    return advice;
}

void ScalingAdvisor::remember(int needed)
{
    const SteadyTime now = m_clock.steadyNow();
    const auto memory = std::max(m_options.outAfter, m_options.inAfter);
    while (m_needs.size() > 1 && now - m_needs[1].at >= memory)
        m_needs.pop_front();
    // What comes too soon to be kept on its own is kept as the greater need: it is never the reason to scale in.
    if (!m_needs.empty() && now - m_needs.back().at < memory / MemorySteps)
        m_needs.back().nodes = std::max(m_needs.back().nodes, needed);
    else
        m_needs.push_back({now, needed});
}

template <typename Comparison> int ScalingAdvisor::extremeNeed(std::chrono::milliseconds age, Comparison isBefore) const
{
    const SteadyTime now = m_clock.steadyNow();
    int extreme = m_needs.back().nodes;
    for (auto need = m_needs.rbegin(); need != m_needs.rend(); ++need) {
        extreme = std::min(extreme, need->nodes, isBefore);
        if (now - need->at >= age)
            break;
    }
    return extreme;
}

} // namespace hudhud
