// SPDX-License-Identifier: GPL-3.0-or-later
#include "weighted_response_time.h"

#include "plugin-api/node_choice.h"

#include <QRandomGenerator>

#include <numeric>

namespace hudhud {

Result<void> WeightedResponseTime::configure(const QJsonObject &settings, const PluginContext &)
{
    m_shortest = std::chrono::milliseconds(settings.value(QLatin1String("shortest_time")).toInteger());
    return {};
}

std::optional<std::size_t> WeightedResponseTime::select(std::span<const ProcessingNode> nodes, QByteArrayView)
{
    const std::vector<std::size_t> found = candidates(nodes);
    if (found.empty())
        return std::nullopt;
    std::vector<double> chances(found.size());
    double known = 0;
    int measured = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto time = nodes[found[i]].currentLoad.averageResponseTime;
        if (time.count() <= 0)
            continue;
        chances[i] = 1 / static_cast<double>(std::max(time, m_shortest).count());
        known += chances[i];
        ++measured;
    }
    const double average = measured > 0 ? known / measured : 1;
    for (double &chance : chances)
        chance = chance > 0 ? chance : average;
    double point = QRandomGenerator::global()->generateDouble() * std::accumulate(chances.begin(), chances.end(), 0.0);
    for (std::size_t i = 0; i < found.size(); ++i) {
        point -= chances[i];
        if (point < 0)
            return found[i];
    }
    return found.back(); // What rounding left.
}

} // namespace hudhud
