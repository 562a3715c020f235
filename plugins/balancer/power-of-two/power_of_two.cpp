// SPDX-License-Identifier: GPL-3.0-or-later
#include "power_of_two.h"

#include "plugin-api/node_choice.h"

#include <QRandomGenerator>

#include <tuple>

namespace hudhud {

Result<void> PowerOfTwo::configure(const QJsonObject &, const PluginContext &)
{
    return {};
}

std::optional<std::size_t> PowerOfTwo::select(std::span<const ProcessingNode> nodes, QByteArrayView)
{
    const std::vector<std::size_t> found = candidates(nodes);
    if (found.size() < 2)
        return found.empty() ? std::nullopt : std::optional(found.front());
    const auto count = static_cast<quint32>(found.size());
    const quint32 one = QRandomGenerator::global()->bounded(count);
    const quint32 step = 1 + QRandomGenerator::global()->bounded(count - 1); // Never the same twice.
    const std::size_t first = found[one];
    const std::size_t second = found[(one + step) % count];
    const auto load = [&nodes](std::size_t i) {
        return std::tuple(saturation(nodes[i]), nodes[i].currentLoad.activeConnections);
    };
    return load(second) < load(first) ? second : first;
}

} // namespace hudhud
