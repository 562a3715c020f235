// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/cluster.h"

#include "cluster/message_batch.h"
#include "logging/log_line.h"

#include <QLoggingCategory>

#include <algorithm>

namespace hudhud {

Q_LOGGING_CATEGORY(lcCluster, "hudhud.cluster")

namespace {

constexpr char AnnouncementChannel[] = "hudhud:nodes";
/// Recipients in one write, and in one question to the store.
constexpr std::size_t PresenceBatch = 1'000;
/// Missed heartbeats after which the cache is asked for a node: perhaps only the bus lost them.
constexpr int SilentHeartbeats = 2;

QByteArray nodeKey(const QByteArray &id)
{
    return "hudhud:node:" + id;
}

} // namespace

Cluster::Cluster(Parts parts)
    : m_parts(std::move(parts))
    , m_metrics(m_parts.metrics)
    , m_registry(m_parts.nodeId, m_parts.clock)
    , m_presence(m_parts.cache, m_parts.nodeId)
    , m_sharedRecipients(m_parts.clock)
    , m_devices({.cache = m_parts.cache,
                 .presence = m_presence,
                 .directory = m_parts.delivery.directory(),
                 .recipients = m_sharedRecipients,
                 .ownId = m_parts.nodeId,
                 .peers = [this] { return m_registry.peers(); }})
    , m_presences({.cache = m_parts.cache,
                   .directory = m_parts.delivery.directory(),
                   .ownId = m_parts.nodeId,
                   .nodes = [this] { return snapshot(); },
                   .isCacheLost = [this] { return m_isDegraded.load(); }})
    , m_forwarder({.cache = m_parts.cache,
                   .presence = m_presence,
                   .metrics = m_metrics,
                   .maximumWaiting = m_parts.options.maximumWaiting,
                   .peers = [this] { return m_registry.peers(); },
                   .cacheAnswered = [this](const Result<void> &result) { cacheAnswered(result); }})
    , m_statusForwarder({.cache = m_parts.cache,
                         .exchange = m_parts.delivery.statusChanges(),
                         .metrics = m_metrics,
                         .nodeId = m_parts.nodeId,
                         .wishChanged = [this] { announceSoon(); }})
    , m_advisor(m_parts.scaling, m_parts.clock)
    , m_changes([this](std::vector<std::vector<Recipient>> &&batches) { writeChanges(std::move(batches)); })
{
    QObject::connect(&m_heartbeat, &QTimer::timeout, &m_heartbeat, [this] { beat(NodeAnnouncement::Kind::Heartbeat); });
    m_announcementSpacing.setSingleShot(true);
    QObject::connect(&m_announcementSpacing, &QTimer::timeout, &m_announcementSpacing, [this] {
        if (std::exchange(m_isAnnouncementDue, false))
            announceSoon();
    });
    QObject::connect(&m_presenceTimer, &QTimer::timeout, &m_presenceTimer, [this] { writeNextShard(); });
}

Cluster::~Cluster()
{
    leave();
    for (const quint64 subscription : m_subscriptions)
        m_parts.cache.unsubscribe(subscription);
}

void Cluster::start(const QByteArray &endpoint, StorageClient &storage)
{
    m_endpoint = endpoint;
    m_storage = &storage;
    m_heardOurselves = m_parts.clock.steadyNow();
    m_metrics.isConnected.set(1);
    m_subscriptions = {
        m_parts.cache.subscribe(AnnouncementChannel,
                                [this](const QByteArray &, const QByteArray &payload) { announced(payload); }),
        m_parts.cache.subscribe(MessageForwarder::channelOf(m_parts.nodeId),
                                [this](const QByteArray &, const QByteArray &payload) { received(payload); })};
    m_isMember = true;
    m_devices.start();
    m_statusForwarder.start();
    beat(NodeAnnouncement::Kind::Joined);
    m_heartbeat.start(m_parts.options.heartbeatInterval);
    m_presenceTimer.start(
        std::max<std::chrono::milliseconds>(m_parts.options.presenceInterval / PresenceDirectory::ShardCount,
                                            std::chrono::milliseconds(1)));
}

void Cluster::leave()
{
    if (!m_isMember.exchange(false))
        return;
    m_heartbeat.stop();
    m_presenceTimer.stop();
    m_announcementSpacing.stop();
    m_devices.stop();
    m_statusForwarder.stop();
    m_parts.cache.publish(AnnouncementChannel, encodeAnnouncement({NodeAnnouncement::Kind::Left, describe(), false}));
    m_parts.cache.remove({nodeKey(m_parts.nodeId)}, [](const Result<qint64> &) {}); // Else it expires.
}

void Cluster::beat(NodeAnnouncement::Kind kind)
{
    judgeConnection();
    const QByteArray payload = encodeAnnouncement({kind, describe(), m_statusForwarder.isWantedHere()});
    m_parts.cache.set({{nodeKey(m_parts.nodeId), payload}}, CachePolicy::NodeHealth,
                      guarded([this](const Result<void> &result) { cacheAnswered(result); }));
    m_parts.cache.publish(AnnouncementChannel, payload);
    askForSilentNodes();
    changed(m_registry.check());
    advise();
    if (m_parts.hasBeaten)
        m_parts.hasBeaten();
}

void Cluster::announceSoon()
{
    if (m_announcementSpacing.isActive()) {
        m_isAnnouncementDue = true;
        return;
    }
    m_announcementSpacing.start(std::min(AnnouncementSpacing, m_parts.options.heartbeatInterval));
    beat(NodeAnnouncement::Kind::Heartbeat);
}

void Cluster::advise()
{
    const ScalingAdvice advice = m_advisor.advise(m_registry.nodes());
    m_metrics.desiredNodes.set(advice.desiredNodes);
    // Only this thread writes the last advice.
    if (advice.desiredNodes != advice.currentNodes && advice.desiredNodes != m_scaling.desiredNodes) {
        qCInfo(lcCluster) << "the cluster needs another number of nodes" << LogField("desired", advice.desiredNodes)
                          << LogField("current", advice.currentNodes) << LogField("reason", advice.reason.toByteArray());
    }
    const std::scoped_lock lock(m_mutex);
    m_scaling = advice;
}

ScalingAdvice Cluster::scaling() const
{
    const std::scoped_lock lock(m_mutex);
    return m_scaling;
}

ProcessingNode Cluster::describe()
{
    const Readings readings = m_parts.readings();
    const Timestamp now = m_parts.clock.now();
    const SteadyTime steadyNow = m_parts.clock.steadyNow();
    const double seconds = std::chrono::duration<double>(steadyNow - std::exchange(m_lastReading, steadyNow)).count();
    const qint64 requests = readings.requests - std::exchange(m_lastRequests, readings.requests);
    ProcessingNode node;
    node.id = m_parts.nodeId;
    node.endpoint = m_endpoint;
    node.status = m_isDegraded ? std::max(readings.status, NodeStatus::Degraded) : readings.status;
    node.currentLoad = {.cpuUsage = m_machine.cpuUsage(),
                        .memoryUsage = m_machine.memoryUsage(),
                        .activeConnections = readings.activeConnections,
                        .queueDepth = readings.queueDepth,
                        .requestsPerSecond = seconds > 0 ? double(requests) / seconds : 0,
                        .averageResponseTime = readings.averageResponseTime,
                        .lastUpdated = now};
    node.lastHeartbeat = now;
    node.maxConcurrentRequests = readings.maxConcurrentRequests;
    node.currentActiveRequests = readings.currentActiveRequests;
    node.capabilities = m_parts.capabilities;
    return node;
}

void Cluster::announced(const QByteArray &payload)
{
    const auto announcement = decodeAnnouncement(payload);
    if (!announcement)
        return;
    const ProcessingNode &node = announcement->node;
    if (node.id == m_parts.nodeId) {
        if (node.endpoint != m_endpoint) {
            qCCritical(lcCluster) << "another node has this one's node.id; give each its own"
                                  << LogField("id", node.id) << LogField("endpoint", node.endpoint);
            return;
        }
        m_heardOurselves = m_parts.clock.steadyNow();
    }
    if (announcement->kind == NodeAnnouncement::Kind::Left) {
        changed(m_registry.left(node.id));
        return;
    }
    changed(m_registry.heard(node));
    if (node.id != m_parts.nodeId)
        m_statusForwarder.heard(node.id, announcement->wantsStatusChanges);
    if (announcement->kind == NodeAnnouncement::Kind::Joined && node.id != m_parts.nodeId && m_isMember)
        announceSoon();
}

void Cluster::askForSilentNodes()
{
    std::vector<QByteArray> keys;
    for (const QByteArray &id : m_registry.silentPeers(SilentHeartbeats * m_parts.options.heartbeatInterval))
        keys.push_back(nodeKey(id));
    if (keys.empty())
        return;
    m_parts.cache.get(std::move(keys), guarded([this](const Result<std::vector<std::optional<CacheEntry>>> &entries) {
        for (std::size_t i = 0; entries && i < entries->size(); ++i) {
            const auto announcement = (*entries)[i] ? decodeAnnouncement((*entries)[i]->value) : std::nullopt;
            if (!announcement)
                continue;
            changed(m_registry.heard(announcement->node));
            m_statusForwarder.heard(announcement->node.id, announcement->wantsStatusChanges);
        }
    }));
}

void Cluster::changed(const std::vector<NodeRegistry::Change> &changes)
{
    for (const NodeRegistry::Change &change : changes) {
        if (change.now.value_or(NodeStatus::Offline) == NodeStatus::Offline) {
            m_statusForwarder.gone(change.id);
            m_sharedRecipients.removeNode(change.id);
        } else if (change.before.value_or(NodeStatus::Offline) == NodeStatus::Offline) {
            m_unsureShards = PresenceDirectory::ShardCount; // Nobody was looked up there.
        }
        qCInfo(lcCluster) << (change.now ? change.before ? "a node has changed" : "a node has come" : "a node has gone")
                          << LogField("id", change.id)
                          << LogField("status", nodeStatusName(change.now.value_or(NodeStatus::Offline)).toByteArray());
    }
    for (const NodeStatus status :
         {NodeStatus::Healthy, NodeStatus::Degraded, NodeStatus::Unhealthy, NodeStatus::Offline})
        m_metrics.nodes(status).set(m_registry.count(status));
    auto nodes = std::make_shared<const std::vector<ProcessingNode>>(m_registry.nodes());
    {
        const std::scoped_lock lock(m_mutex);
        m_nodes.swap(nodes);
    }
    if (m_parts.nodeChanged)
        std::ranges::for_each(changes, m_parts.nodeChanged);
}

NodeSnapshot Cluster::snapshot() const
{
    const std::scoped_lock lock(m_mutex);
    return m_nodes;
}

void Cluster::offer(std::vector<MessagePointer> &&messages)
{
    if (!m_isMember)
        return;
    if (m_isDegraded) { // Asking would only cost time.
        m_metrics.droppedBatches.add();
        m_metrics.droppedMessages.add(std::ssize(messages));
        return;
    }
    m_forwarder.offer(std::move(messages));
}

void Cluster::received(const QByteArray &payload)
{
    const auto messages = MessageBatch::decode(payload);
    if (!messages) {
        m_metrics.droppedBatches.add();
        return;
    }
    m_metrics.receivedBatches.add();
    m_metrics.receivedMessages.add(std::ssize(*messages));
    m_parts.delivery.routeHere(*messages);
}

void Cluster::connectionsChanged(std::vector<Recipient> &&recipients)
{
    m_changes.post(std::move(recipients));
}

void Cluster::writeChanges(std::vector<std::vector<Recipient>> &&batches)
{
    if (!m_isMember)
        return;
    std::vector<Recipient> recipients;
    for (const auto &batch : batches)
        recipients.insert(recipients.end(), batch.begin(), batch.end());
    std::ranges::sort(recipients);
    const auto repeated = std::ranges::unique(recipients);
    recipients.erase(repeated.begin(), repeated.end());
    for (std::size_t first = 0; first < recipients.size(); first += PresenceBatch) {
        std::vector<SharedPresence::Connected> written;
        std::vector<Recipient> connected;
        std::vector<Recipient> disconnected;
        for (const Recipient &recipient : std::span(recipients).subspan(first, std::min(PresenceBatch, recipients.size() - first))) {
            const int connections = m_parts.delivery.directory().connectionCount(recipient);
            written.emplace_back(recipient, connections);
            if (connections > 0)
                connected.push_back(recipient);
            else
                disconnected.push_back(recipient);
        }
        m_devices.disconnected(disconnected);
        m_presence.write(written, guarded([this, connected = std::move(connected)](const Result<void> &result) mutable {
            cacheAnswered(result);
            if (!result || connected.empty())
                return;
            m_devices.connected(std::vector(connected));
            findMissed(std::move(connected));
        }));
    }
}

/// See the class: what came between the page that the phone was sent and its presence.
void Cluster::findMissed(std::vector<Recipient> &&recipients)
{
    if (m_registry.peers().empty())
        return;
    m_storage->read<std::vector<Recipient>>(
        [recipients = std::move(recipients), now = m_parts.clock.now()](StorageReader &reader) {
            return reader.waiting(recipients, now);
        },
        guarded([this](const Result<std::vector<Recipient>> &waiting) {
            if (waiting)
                m_parts.delivery.wake(*waiting);
        }));
}

void Cluster::writeNextShard()
{
    const auto connected = m_parts.delivery.directory().connected(m_nextShard);
    m_nextShard = (m_nextShard + 1) % PresenceDirectory::ShardCount;
    if (m_nextShard == 0)
        m_devices.renew();
    if (!connected.empty())
        m_presence.write(connected, guarded([this](const Result<void> &result) { cacheAnswered(result); }));
    if (m_isDegraded || m_unsureShards == 0)
        return;
    --m_unsureShards;
    std::vector<Recipient> recipients;
    for (const auto &[recipient, connections] : connected)
        recipients.push_back(recipient);
    m_devices.connected(std::move(recipients));
}

void Cluster::cacheAnswered(const Result<void> &result)
{
    m_doesCacheAnswer = result.has_value();
    if (!result)
        m_metrics.cacheFailures.add();
    judgeConnection();
}

void Cluster::judgeConnection()
{
    // A bus that does not bring our own heartbeats brings nobody's.
    const auto limit = std::max(CachePolicy::NodeHealth, 3 * m_parts.options.heartbeatInterval);
    const bool isDegraded = !m_doesCacheAnswer || m_parts.clock.steadyNow() - m_heardOurselves > limit;
    if (m_isDegraded.exchange(isDegraded) == isDegraded)
        return;
    m_metrics.isConnected.set(isDegraded ? 0 : 1);
    m_unsureShards = PresenceDirectory::ShardCount;
    if (isDegraded)
        qCWarning(lcCluster) << "the cluster's cache or bus does not answer; messages to phones of other nodes wait for "
                                "their repair";
    else
        qCInfo(lcCluster) << "the cluster's cache and bus answer again";
}

std::optional<QByteArray> Cluster::degradedReason() const
{
    if (!m_isDegraded)
        return std::nullopt;
    return QByteArray("the cluster's cache or bus does not answer; messages to phones of other nodes come late");
}

} // namespace hudhud
