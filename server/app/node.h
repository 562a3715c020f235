// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/io_worker.h"
#include "app/node_health.h"
#include "attachments/attachment_sweeper.h"
#include "attachments/link_signer.h"
#include "cluster/cluster.h"
#include "cluster/node_placement.h"
#include "cluster/phone_redistribution.h"
#include "cluster/request_forwarder.h"
#include "config/configuration.h"
#include "core/anchored_clock.h"
#include "eventloop/io_thread.h"
#include "ingest/quota_keeper.h"
#include "metrics/prometheus_registry.h"
#include "pluginhost/plugin_host.h"
#include "resilience/breaker_registry.h"

#include <QLockFile>
#include <QObject>
#include <QTimer>

#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace hudhud {

/// One server process: puts the parts together, starts them, and takes them down in reverse. Thread: main.
class Node : public QObject
{
    Q_OBJECT

public:
    Node(Configuration configuration, QString configurationFile);
    ~Node() override;

    /// Everything up to the restart's recovery; `ready` or `failed` follows. Result: what is wrong, one line each.
    std::vector<Error> start();
    /// Reads the configuration again and takes what can change at run time; tells the rest in the log.
    void reload();
    /// Sends the phones to other nodes within the configured drain time, while everything else goes on; then stops, as it does
    /// at once when called again.
    void drainAndStop();
    /// Stops accepting, finishes commits and answers, closes hubs, then everything; `stopped` follows within the
    /// configured deadline.
    void stop();

Q_SIGNALS:
    /// Both endpoints answer; base URLs.
    void ready(const QString &publicUrl, const QString &adminUrl);
    void failed(const hudhud::Error &error);
    void stopped();

private:
    enum class StopStep { Refuse, Drain, Close, Teardown };

    Result<void> lockDataDirectory();
    std::vector<Error> startPlugins();
    Result<void> startStorage();
    Result<void> createAttachments();
    void createDeadLetters();
    /// Whether the cache reaches other nodes.
    bool hasBus() const;
    void createCluster();
    void nodeChanged(const NodeRegistry::Change &change);
    Result<PhoneRedistribution::Plan> redistribute();
    void sendPhonesAway(const PhoneRedistribution::Plan &plan);
    Cluster::Readings readings();
    qint64 connections();
    Result<RestOptions> messageLimits() const;
    void createAdmin();
    void describeConfigurationAgain();
    void open();
    void checkStorage();
    /// Any thread while the workers run.
    void gatherBacklogs(std::move_only_function<void(Backlogs &&)> done);
    Result<void> startWorkers();
    Result<quint16> listen(const QByteArray &endpoint);
    void watchDrain(SteadyTime end);
    void beginStopStep(StopStep step);
    void finishStopStep(StopStep step);
    void teardown();

    Configuration m_configuration;
    QString m_configurationFile;
    AnchoredClock m_clock{Clock::system()};
    PrometheusRegistry m_metrics;
    NodeHealth m_health{m_metrics};
    BreakerRegistry m_breakers;
    ConsistencyService m_consistency{m_clock};
    MessageIdGenerator m_ids{m_clock};
    std::unique_ptr<QLockFile> m_lock;
    std::unique_ptr<PluginHost> m_plugins;
    std::optional<TokenKeys> m_tokenKeys;
    std::optional<MessageBuffer> m_buffer;
    std::optional<RecipientQueues> m_queues;
    std::optional<KeyLimitTable> m_sendLimits;
    std::optional<QuotaKeeper> m_quotas;
    std::unique_ptr<StorageExecutor> m_executor;
    std::unique_ptr<StorageClient> m_storage; ///< The main thread's.
    std::unique_ptr<Delivery> m_delivery;
    std::unique_ptr<Cluster> m_cluster; ///< Null while the node is alone.
    std::optional<NodePlacement> m_placement; ///< Where phones are redirected.
    std::optional<ClusterCapacity> m_capacity;
    std::unique_ptr<RequestForwarder::Shared> m_forwarding; ///< Where requests are sent on.
    std::optional<PhoneRedistribution> m_redistribution;
    std::unique_ptr<DeadLetterService> m_deadLetters;
    std::unique_ptr<FanOut> m_fanOut;
    std::optional<AttachmentFiles> m_attachmentFiles;
    std::optional<AttachmentMetrics> m_attachmentMetrics;
    std::optional<LinkSigner> m_attachmentLinks;
    std::unique_ptr<DiskThreads> m_disk;
    std::unique_ptr<AttachmentSweeper> m_attachmentSweeper;
    std::unique_ptr<AdminProcess> m_admin;
    std::optional<IoWorkerParts> m_parts;

    /// A thread and what lives on it.
    struct Io
    {
        std::unique_ptr<IoThread> thread;
        std::unique_ptr<IoWorker> worker; ///< Touched on its thread only.
    };
    std::vector<Io> m_io;

    std::mutex m_adminMutex; ///< Guards the next.
    admin::ConfigurationInfo m_adminConfiguration; ///< What operators are shown.

    QTimer m_stopDeadline;
    QTimer m_clockTimer;
    QTimer m_drainTimer; ///< Runs while the node drains.
    std::optional<StopStep> m_stopStep;
    std::size_t m_stopStepWaiting = 0;
};

} // namespace hudhud
