// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/cluster_metrics.h"
#include "cluster/device_finder.h"
#include "cluster/machine_load.h"
#include "cluster/message_forwarder.h"
#include "cluster/node_announcement.h"
#include "cluster/node_registry.h"
#include "cluster/node_snapshot.h"
#include "cluster/recipient_presences.h"
#include "cluster/scaling_advisor.h"
#include "cluster/shared_presence.h"
#include "cluster/shared_recipients.h"
#include "cluster/status_forwarder.h"
#include "config/configuration.h"
#include "delivery/delivery.h"
#include "delivery/remote_delivery.h"
#include "storage/storage_client.h"

#include <QTimer>

#include <mutex>

namespace hudhud {

/// This node among the others: tells them that it lives and who is connected to it, knows them, and sends and takes
/// messages. Everything goes over the cache and its bus, which may lose it or be gone; the store remains the truth.
///
/// Why a message whose phone has just connected elsewhere is not late: the phone's node writes its presence, and then asks
/// the store what waits for it. A message that was stored before that question is found; one that was stored later is
/// looked up later than the presence was written.
///
/// Thread: main, but for RemoteDelivery, `snapshot`, `scaling`, `presences` and `degradedReason` (any). Ownership: what is passed in outlives it; it
/// outlives the delivery workers.
class Cluster final : public RemoteDelivery
{
public:
    /// What the node says of its load.
    struct Readings
    {
        qint64 activeConnections = 0;
        qint64 queueDepth = 0;
        qint64 requests = 0; ///< Answered since the start.
        std::chrono::microseconds averageResponseTime{0};
        qint64 maxConcurrentRequests = 0;
        qint64 currentActiveRequests = 0;
        NodeStatus status = NodeStatus::Healthy;
    };
    struct Parts
    {
        const ClusterOptions &options;
        const ScalingOptions &scaling;
        QByteArray nodeId;
        Cache &cache;
        Delivery &delivery;
        const Clock &clock;
        MetricsRegistry &metrics;
        QJsonObject capabilities;
        std::function<Readings()> readings;
        std::function<void(const NodeRegistry::Change &)> nodeChanged; ///< May be empty.
        std::function<void()> hasBeaten; ///< Told all others how it is; may be empty.
    };
    /// Between announcements that others or businesses cause, so that nobody who comes and goes floods the bus.
    static constexpr std::chrono::milliseconds AnnouncementSpacing{1'000};

    explicit Cluster(Parts parts);
    ~Cluster() override;

    /// Joins the others. `endpoint`: the base URL that they are told. `storage` outlives the object.
    void start(const QByteArray &endpoint, StorageClient &storage);
    /// Tells the others that it leaves. What is offered from then on waits in the store.
    void leave();

    void offer(std::vector<MessagePointer> &&messages) override;
    bool isElsewhereToo(const Recipient &recipient) const override { return m_sharedRecipients.contains(recipient); }
    void connectionsChanged(std::vector<Recipient> &&recipients) override;

    /// All nodes as this one knows them, by id.
    NodeSnapshot snapshot() const;
    std::vector<ProcessingNode> nodes() const { return *snapshot(); }
    PresenceQueries &presences() { return m_presences; }
    ClusterMetrics &metrics() { return m_metrics; }
    /// As of the last heartbeat.
    ScalingAdvice scaling() const;
    /// Nothing while the others can be reached, else what does not work, in one line.
    std::optional<QByteArray> degradedReason() const;

private:
    void beat(NodeAnnouncement::Kind kind);
    /// At once, or with others a little later.
    void announceSoon();
    ProcessingNode describe();
    void announced(const QByteArray &payload);
    void askForSilentNodes();
    void changed(const std::vector<NodeRegistry::Change> &changes);
    void received(const QByteArray &payload);
    void writeChanges(std::vector<std::vector<Recipient>> &&batches);
    void writeNextShard();
    void findMissed(std::vector<Recipient> &&recipients);
    void cacheAnswered(const Result<void> &result);
    void judgeConnection();
    void advise();
    template <typename Function> auto guarded(Function function)
    {
        return [lifetime = std::weak_ptr(m_lifetime), function = std::move(function)](auto result) mutable {
            if (!lifetime.expired())
                function(std::move(result));
        };
    }

    Parts m_parts;
    ClusterMetrics m_metrics;
    NodeRegistry m_registry;
    SharedPresence m_presence;
    SharedRecipients m_sharedRecipients;
    DeviceFinder m_devices;
    RecipientPresences m_presences;
    MessageForwarder m_forwarder;
    StatusForwarder m_statusForwarder;
    MachineLoad m_machine;
    ScalingAdvisor m_advisor;
    StorageClient *m_storage = nullptr;
    QByteArray m_endpoint;
    std::vector<quint64> m_subscriptions;
    QTimer m_heartbeat;
    QTimer m_presenceTimer; ///< One part of the directory at a time, so that the load is even.
    std::size_t m_nextShard = 0;
    std::size_t m_unsureShards = 0; ///< So many parts to come were not looked up while the cache or a node was not there.
    QTimer m_announcementSpacing;
    bool m_isAnnouncementDue = false;
    qint64 m_lastRequests = 0;
    SteadyTime m_lastReading{};
    SteadyTime m_heardOurselves{};
    bool m_doesCacheAnswer = true;
    std::atomic<bool> m_isDegraded = false;
    std::atomic<bool> m_isMember = false;
    mutable std::mutex m_mutex; ///< Guards the snapshots.
    NodeSnapshot m_nodes = std::make_shared<const std::vector<ProcessingNode>>();
    ScalingAdvice m_scaling;
    std::shared_ptr<char> m_lifetime = std::make_shared<char>();
    Mailbox<std::vector<Recipient>> m_changes;
};

} // namespace hudhud
