// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "core/clock.h"
#include "plugin-api/balancer.h"

#include <deque>
#include <span>

namespace hudhud {

/// How many nodes there should be, and why.
struct ScalingAdvice
{
    int currentNodes = 1;
    int desiredNodes = 1; ///< What to scale to: `neededNodes` when it has lasted.
    int neededNodes = 1;  ///< By the load of this moment.
    /// What asks for most nodes: "cpu", "connections", "messages", or "minimum" if even that is more.
    QByteArrayView reason = "minimum";
    // Of all nodes together, as parts of what they can carry: 1 is all of it.
    double cpuUse = 0;
    double connectionUse = 0;
    double messageUse = 0;
};

/// Says how many nodes the cluster needs, from the loads they announce. Each mean would have `targetUse` of it used; the
/// scarcest decides. More nodes are asked for when they were needed for all of `outAfter`, fewer when all of `inAfter` did
/// with fewer, as the Kubernetes autoscaler steadies its own advice. Pure but for its memory. Thread: one.
class ScalingAdvisor
{
public:
    /// A need within this part of the nodes there are changes nothing, so that two nodes at the target stay two.
    static constexpr double Tolerance = 0.1;

    ScalingAdvisor(const ScalingOptions &options, const Clock &clock);

    /// Called about every heartbeat. Offline nodes do not count, as they carry nothing.
    ScalingAdvice advise(std::span<const ProcessingNode> nodes);

private:
    struct Need
    {
        SteadyTime at{};
        int nodes = 1;
    };

    void remember(int needed);
    /// The first of the needs since `age` ago in the order of `isBefore`.
    template <typename Comparison> int extremeNeed(std::chrono::milliseconds age, Comparison isBefore) const;

    const ScalingOptions &m_options;
    const Clock &m_clock;
    SteadyTime m_begin;
    std::deque<Need> m_needs; ///< The oldest first; each holds until the next.
};

} // namespace hudhud
