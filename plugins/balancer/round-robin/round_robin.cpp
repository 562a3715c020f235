// SPDX-License-Identifier: GPL-3.0-or-later
#include "round_robin.h"

#include "plugin-api/node_choice.h"

namespace hudhud {

Result<void> RoundRobin::configure(const QJsonObject &, const PluginContext &)
{
    return {};
}

std::optional<std::size_t> RoundRobin::select(std::span<const ProcessingNode> nodes, QByteArrayView)
{
    const std::vector<std::size_t> found = candidates(nodes);
    if (found.empty())
        return std::nullopt;
    return found[m_next.fetch_add(1, std::memory_order_relaxed) % found.size()];
}

} // namespace hudhud
