// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/balancer.h"

#include <QPluginLoader>
#include <QTest>

namespace hudhud {

inline constexpr std::array StrategyNames{"consistent-hash", "least-loaded", "power-of-two", "round-robin",
                                          "weighted-response-time"};

/// The plugin of that name with the defaults of its metadata, as the host fills them in. Null if it does not start.
inline std::unique_ptr<LoadBalancer> createStrategy(const QByteArray &name)
{
    QPluginLoader loader(QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-balancer-") + QLatin1StringView(name));
    auto *factory = qobject_cast<LoadBalancerFactory *>(loader.instance());
    if (!factory)
        return nullptr;
    const QJsonObject schema = loader.metaData()[QLatin1StringView("MetaData")][QLatin1StringView("settings")].toObject();
    QJsonObject settings;
    for (auto entry = schema.begin(); entry != schema.end(); ++entry)
        settings.insert(entry.key(), entry.value()[QLatin1StringView("default")]);
    auto strategy = factory->create();
    if (!strategy->configure(settings, {.name = name, .nodeId = "node-1", .dataDirectory = {}}) || !strategy->start())
        return nullptr;
    return strategy;
}

inline ProcessingNode healthyNode(int number)
{
    ProcessingNode node;
    node.id = "node-" + QByteArray::number(number);
    node.status = NodeStatus::Healthy;
    node.maxConcurrentRequests = 1'000'000;
    node.currentLoad.averageResponseTime = std::chrono::milliseconds(10);
    return node;
}

inline std::vector<ProcessingNode> healthyNodes(int count)
{
    std::vector<ProcessingNode> nodes;
    for (int i = 0; i < count; ++i)
        nodes.push_back(healthyNode(i));
    return nodes;
}

inline QByteArray phone(int number)
{
    return QByteArray::number(967'770'000'000 + number);
}

} // namespace hudhud
