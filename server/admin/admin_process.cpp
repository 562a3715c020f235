// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_process.h"

#include "admin/admin_json.h"
#include "admin/api_time.h"

#include <QJsonDocument>

#include <algorithm>

namespace hudhud {

namespace {

template <admin::Described T> QByteArray jsonOf(const T &value)
{
    return QJsonDocument(admin::toObject(value)).toJson(QJsonDocument::Compact);
}

admin::Load loadOf(const LoadMetrics &load)
{
    return {.cpuUsage = load.cpuUsage,
            .memoryUsage = load.memoryUsage,
            .activeConnections = load.activeConnections,
            .queueDepth = load.queueDepth,
            .requestsPerSecond = load.requestsPerSecond,
            .averageResponseTimeSeconds = toSeconds(load.averageResponseTime),
            .lastUpdated = toDateTime(load.lastUpdated)};
}

} // namespace

AdminProcess::AdminProcess(Parts parts)
    : m_parts(std::move(parts))
    , m_throttle(m_parts.clock)
    , m_hub(m_parts.clock)
    , m_feed(m_hub.directory(), {.overview = [this] { return jsonOf(overview()); },
                                 .nodes = [this] { return nodeList(); },
                                 .breakers = [this] { return breakersJson(m_parts.breakers.list()); },
                                 .figures = [this] { return m_sampler.figures(); },
                                 .connections = [this] { return connectionsJson(); }})
    , m_sampler({.metrics = m_parts.metrics,
                 .clock = m_parts.clock,
                 .sampled = [this] { m_feed.tick(); },
                 .isWatched = [this] {
                     return m_feed.isWanted(admin::Topic::Metrics) || m_feed.isWanted(admin::Topic::DeadLetters);
                 }})
{
}

void AdminProcess::start(StorageClient &storage)
{
    m_feed.start(storage);
    m_sampler.start(storage);
}

void AdminProcess::stop()
{
    m_sampler.stop();
    m_feed.stop();
}

admin::Overview AdminProcess::overview() const
{
    admin::Overview overview = m_sampler.overview();
    overview.node = QString::fromUtf8(m_parts.nodeId);
    for (const BreakerSnapshot &breaker : m_parts.breakers.list())
        overview.breakers.push_back(lightOf(breaker));
    for (const admin::Node &node : nodeList().nodes) {
        admin::NodeLight light{{node.health, node.reason}, node.id, node.status};
        overview.nodes.push_back(std::move(light));
    }
    const BufferMetrics buffer = m_parts.buffer();
    overview.buffer.depth = buffer.currentDepth;
    overview.buffer.capacity = buffer.maxCapacity;
    overview.buffer.utilizationPercent = buffer.utilizationPercentage;
    judge(overview.buffer, {});
    judgeWhole(overview);
    return overview;
}

admin::NodeList AdminProcess::nodeList() const
{
    admin::NodeList list;
    bool isOwnKnown = false;
    for (const ProcessingNode &node : m_parts.nodes()) {
        admin::Node &described = list.nodes.emplace_back(describe(node));
        if (node.id == m_parts.nodeId) {
            addOwn(described);
            isOwnKnown = true;
        }
    }
    if (!isOwnKnown) {
        // The node is alone: what it knows of itself.
        admin::Node own;
        own.id = QString::fromUtf8(m_parts.nodeId);
        const BufferMetrics buffer = m_parts.buffer();
        LoadMetrics load = m_sampler.load();
        load.averageResponseTime = buffer.averageProcessingTime;
        own.load = loadOf(load);
        own.maxConcurrentRequests = buffer.maxCapacity;
        own.currentActiveRequests = buffer.currentDepth;
        addOwn(own);
        list.nodes.insert(list.nodes.begin(), std::move(own));
    }
    return list;
}

admin::Node AdminProcess::describe(const ProcessingNode &node) const
{
    admin::Node described;
    const admin::Light light = lightOf(node.status);
    described.health = light.health;
    described.reason = light.reason;
    described.id = QString::fromUtf8(node.id);
    described.endpoint = QString::fromUtf8(node.endpoint);
    described.status = QLatin1StringView(nodeStatusName(node.status));
    described.version = node.capabilities.value(QLatin1StringView("version")).toString();
    described.lastHeartbeat = toDateTime(node.lastHeartbeat);
    described.maxConcurrentRequests = node.maxConcurrentRequests;
    described.currentActiveRequests = node.currentActiveRequests;
    described.load = loadOf(node.currentLoad);
    described.capabilities = node.capabilities;
    return described;
}

/// The node that answers knows also whether it is ready, and why not.
void AdminProcess::addOwn(admin::Node &node) const
{
    node.self = true;
    node.version = m_parts.version;
    const auto notReady = m_parts.node.notReadyReason();
    const auto degraded = m_parts.node.degradedReason();
    node.ready = !notReady;
    if (node.status.isEmpty() || notReady || degraded) {
        const NodeStatus status = notReady ? NodeStatus::Unhealthy : degraded ? NodeStatus::Degraded : NodeStatus::Healthy;
        if (node.status.isEmpty())
            node.status = QLatin1StringView(nodeStatusName(status));
        const admin::Light light = lightOf(status);
        node.health = std::max(node.health, light.health);
        if (notReady || degraded)
            node.reason = QString::fromUtf8(notReady ? *notReady : *degraded);
    }
}

QByteArray AdminProcess::connectionsJson() const
{
    admin::ConnectionTotals totals;
    totals.node = QString::fromUtf8(m_parts.nodeId);
    for (const HubStatus &hub : m_parts.hubs()) {
        totals.total += hub.metrics.activeConnections;
        totals.hubs.push_back({.name = QString::fromUtf8(hub.name), .connections = hub.metrics.activeConnections});
    }
    return jsonOf(totals);
}

} // namespace hudhud
