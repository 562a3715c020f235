// SPDX-License-Identifier: GPL-3.0-or-later
#include "least_loaded.h"

#include "plugin-api/node_choice.h"

#include <QRandomGenerator>

#include <limits>

namespace hudhud {

namespace {

double share(qint64 part, qint64 whole)
{
    return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0;
}

} // namespace

Result<void> LeastLoaded::configure(const QJsonObject &settings, const PluginContext &)
{
    double sum = 0;
    for (const auto &[key, weight] : {std::pair("cpu_weight", &m_cpu), std::pair("memory_weight", &m_memory),
                                      std::pair("requests_weight", &m_requests), std::pair("queue_weight", &m_queue),
                                      std::pair("connections_weight", &m_connections)}) {
        *weight = settings.value(QLatin1String(key)).toDouble();
        sum += *weight;
    }
    if (sum <= 0)
        return std::unexpected(
            Error::invalidField(QStringLiteral("cpu_weight"),
                                QStringLiteral("with all weights 0 no node is less loaded than another; raise one")));
    return {};
}

std::optional<std::size_t> LeastLoaded::select(std::span<const ProcessingNode> nodes, QByteArrayView)
{
    const std::vector<std::size_t> found = candidates(nodes);
    qint64 longestQueue = 0;
    qint64 mostConnections = 0;
    for (const std::size_t i : found) {
        longestQueue = std::max(longestQueue, nodes[i].currentLoad.queueDepth);
        mostConnections = std::max(mostConnections, nodes[i].currentLoad.activeConnections);
    }
    std::optional<std::size_t> best;
    double lowest = std::numeric_limits<double>::max();
    quint32 equals = 0;
    for (const std::size_t i : found) {
        const LoadMetrics &load = nodes[i].currentLoad;
        const double score = m_cpu * load.cpuUsage + m_memory * load.memoryUsage + m_requests * usedShare(nodes[i])
            + m_queue * share(load.queueDepth, longestQueue)
            + m_connections * share(load.activeConnections, mostConnections);
        if (score < lowest) {
            lowest = score;
            best = i;
            equals = 1;
        } else if (score == lowest && QRandomGenerator::global()->bounded(++equals) == 0) {
            best = i;
        }
    }
    return best;
}

} // namespace hudhud
