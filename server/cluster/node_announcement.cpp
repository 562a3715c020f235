// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/node_announcement.h"

#include <QJsonDocument>

#include <algorithm>
#include <array>

namespace hudhud {

namespace {

constexpr std::array<const char *, 3> KindNames{"joined", "heartbeat", "left"};

QJsonValue toJson(Timestamp time)
{
    return qint64(time.time_since_epoch().count());
}

Timestamp toTimestamp(const QJsonValue &value)
{
    return Timestamp(std::chrono::milliseconds(value.toInteger()));
}

} // namespace

QByteArray encodeAnnouncement(const NodeAnnouncement &announcement)
{
    const ProcessingNode &node = announcement.node;
    const LoadMetrics &load = node.currentLoad;
    const QJsonObject object{
        {QStringLiteral("kind"), QLatin1StringView(KindNames.at(static_cast<std::size_t>(announcement.kind)))},
        {QStringLiteral("id"), QString::fromUtf8(node.id)},
        {QStringLiteral("endpoint"), QString::fromUtf8(node.endpoint)},
        {QStringLiteral("status"), static_cast<int>(node.status)},
        {QStringLiteral("lastHeartbeat"), toJson(node.lastHeartbeat)},
        {QStringLiteral("maxConcurrentRequests"), node.maxConcurrentRequests},
        {QStringLiteral("currentActiveRequests"), node.currentActiveRequests},
        {QStringLiteral("capabilities"), node.capabilities},
        {QStringLiteral("wantsStatusChanges"), announcement.wantsStatusChanges},
        {QStringLiteral("load"),
         QJsonObject{{QStringLiteral("cpuUsage"), load.cpuUsage},
                     {QStringLiteral("memoryUsage"), load.memoryUsage},
                     {QStringLiteral("activeConnections"), load.activeConnections},
                     {QStringLiteral("queueDepth"), load.queueDepth},
                     {QStringLiteral("requestsPerSecond"), load.requestsPerSecond},
                     {QStringLiteral("averageResponseMicroseconds"), qint64(load.averageResponseTime.count())},
                     {QStringLiteral("lastUpdated"), toJson(load.lastUpdated)}}}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

std::optional<NodeAnnouncement> decodeAnnouncement(const QByteArray &payload)
{
    const QJsonObject object = QJsonDocument::fromJson(payload).object();
    const QByteArray kindName = object.value(QLatin1StringView("kind")).toString().toUtf8();
    const auto kind = std::ranges::find(KindNames, kindName);
    const int status = object.value(QLatin1StringView("status")).toInt(-1);
    NodeAnnouncement announcement;
    ProcessingNode &node = announcement.node;
    node.id = object.value(QLatin1StringView("id")).toString().toUtf8();
    if (kind == KindNames.end() || status < 0 || status >= NodeStatusCount || node.id.isEmpty())
        return std::nullopt;
    announcement.kind = static_cast<NodeAnnouncement::Kind>(kind - KindNames.begin());
    node.endpoint = object.value(QLatin1StringView("endpoint")).toString().toUtf8();
    node.status = static_cast<NodeStatus>(status);
    node.lastHeartbeat = toTimestamp(object.value(QLatin1StringView("lastHeartbeat")));
    node.maxConcurrentRequests = object.value(QLatin1StringView("maxConcurrentRequests")).toInteger();
    node.currentActiveRequests = object.value(QLatin1StringView("currentActiveRequests")).toInteger();
    node.capabilities = object.value(QLatin1StringView("capabilities")).toObject();
    announcement.wantsStatusChanges = object.value(QLatin1StringView("wantsStatusChanges")).toBool();
    const QJsonObject load = object.value(QLatin1StringView("load")).toObject();
    node.currentLoad.cpuUsage = load.value(QLatin1StringView("cpuUsage")).toDouble();
    node.currentLoad.memoryUsage = load.value(QLatin1StringView("memoryUsage")).toDouble();
    node.currentLoad.activeConnections = load.value(QLatin1StringView("activeConnections")).toInteger();
    node.currentLoad.queueDepth = load.value(QLatin1StringView("queueDepth")).toInteger();
    node.currentLoad.requestsPerSecond = load.value(QLatin1StringView("requestsPerSecond")).toDouble();
    node.currentLoad.averageResponseTime
        = std::chrono::microseconds(load.value(QLatin1StringView("averageResponseMicroseconds")).toInteger());
    node.currentLoad.lastUpdated = toTimestamp(load.value(QLatin1StringView("lastUpdated")));
    return announcement;
}

} // namespace hudhud
