// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>

namespace hudhud::admin {

/// What a console can subscribe to at the hub `/admin`, and the method that is called with the news.
struct HubTopic
{
    const char *name;
    const char *push;
};
enum class Topic { Metrics, Nodes, Breakers, DeadLetters, Jobs, Connections };
inline constexpr std::array<HubTopic, 6> HubTopics{{{"metrics", "MetricsUpdated"},
                                                    {"nodes", "NodesChanged"},
                                                    {"breakers", "BreakersChanged"},
                                                    {"deadLetters", "DeadLettersChanged"},
                                                    {"jobs", "JobsChanged"},
                                                    {"connections", "ConnectionsChanged"}}};
constexpr const HubTopic &hubTopic(Topic topic)
{
    return HubTopics[static_cast<std::size_t>(topic)];
}

} // namespace hudhud::admin
