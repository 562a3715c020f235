// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/node.h"

#include "attachments/link_secret.h"
#include "config/configuration_changes.h"
#include "config/configuration_loader.h"
#include "logging/log_line.h"
#include "logging/logging.h"
#include "pluginhost/plugin_settings.h"

#include <QDir>
#include <QJsonArray>
#include <QLoggingCategory>

#include <algorithm>
#include <cstdlib>

namespace hudhud {

Q_LOGGING_CATEGORY(lcNode, "hudhud.node")

namespace {

/// How long the stop of the executor and of the plugins may take after connections have ended.
constexpr std::chrono::milliseconds TeardownDeadline{2'000};
/// What the teardown may take if the store hangs, taken from the whole stop's deadline.
constexpr std::chrono::milliseconds TeardownShare = 2 * TeardownDeadline;
/// How often a node that drains looks whether all phones have gone.
constexpr std::chrono::milliseconds DrainCheckInterval{100};
/// How long phones that were sent away may need to come back.
constexpr std::chrono::milliseconds ReturnTime{5'000};
/// Attachments that wait in memory for the disk.
constexpr qint64 DiskQueueBytes = 64LL * 1024 * 1024;
constexpr int OverrunExitStatus = 70; // EX_SOFTWARE of sysexits.h.

QString baseUrl(const EndpointOptions &options, quint16 port)
{
    QString host = options.listen.left(options.listen.lastIndexOf(u':'));
    if (host == QLatin1StringView("0.0.0.0") || host == QLatin1StringView("[::]"))
        host = QStringLiteral("127.0.0.1");
    const QLatin1StringView scheme(options.tlsCertificate.isEmpty() ? "http" : "https");
    return QStringLiteral("%1://%2:%3").arg(scheme, host).arg(port);
}

} // namespace

Node::Node(Configuration configuration, QString configurationFile)
    : m_configuration(std::move(configuration))
    , m_configurationFile(std::move(configurationFile))
    , m_breakers(m_configuration.breakers, m_metrics, m_clock)
{
    m_stopDeadline.setSingleShot(true);
    connect(&m_clockTimer, &QTimer::timeout, this, [this] { m_clock.follow(); });
    m_clockTimer.start(AnchoredClock::FollowInterval);
    connect(&m_stopDeadline, &QTimer::timeout, this, [this] {
        qCWarning(lcNode, "stop deadline passed, ending what is left");
        teardown();
    });
}

Node::~Node()
{
    if (!m_io.empty() || m_executor)
        teardown();
}

std::vector<Error> Node::start()
{
    if (const auto locked = lockDataDirectory(); !locked)
        return {locked.error()};
    auto tokenKeys = TokenKeys::load(m_configuration.jwt);
    if (!tokenKeys)
        return {tokenKeys.error()};
    m_tokenKeys.emplace(std::move(*tokenKeys));
    if (auto errors = startPlugins(); !errors.empty())
        return errors;
    if (const auto started = startStorage(); !started)
        return {started.error()};

    m_delivery->recover(*m_storage, [this](Result<qint64> recovered) {
        if (!recovered) {
            Q_EMIT failed(recovered.error().withContext(QStringLiteral("recover messages of the last run")));
            return;
        }
        if (*recovered > 0)
            qCInfo(lcNode) << "put back what was being pushed when the last run ended" << LogField("messages", *recovered);
        open();
        checkStorage();
    });
    return {};
}

void Node::checkStorage()
{
    if (m_configuration.storage.checkOnStart == "none")
        return;
    const bool isWhole = m_configuration.storage.checkOnStart == "all";
    if (const auto begun = m_consistency.run(isWhole ? ConsistencyScope::All : ConsistencyScope::Queue, true); !begun)
        qCWarning(lcNode) << begun.error().message(); // An operator was faster.
}

Result<void> Node::lockDataDirectory()
{
    const QDir directory(m_configuration.node.dataDirectory);
    if (!directory.mkpath(QStringLiteral("."))) {
        return std::unexpected(Error::invalidField(
            QStringLiteral("node.data_dir"),
            QStringLiteral("cannot create %1; choose a directory this user may write").arg(directory.absolutePath())));
    }
    m_lock = std::make_unique<QLockFile>(directory.filePath(QStringLiteral("hudhud.lock")));
    m_lock->setStaleLockTime(0);
    if (!m_lock->tryLock()) {
        qint64 pid = 0;
        m_lock->getLockInfo(&pid, nullptr, nullptr);
        return std::unexpected(Error::invalidField(
            QStringLiteral("node.data_dir"),
            QStringLiteral("%1 is in use by process %2; stop it or choose another directory")
                .arg(directory.absolutePath())
                .arg(pid)));
    }
    return {};
}

std::vector<Error> Node::startPlugins()
{
    m_plugins = std::make_unique<PluginHost>(
        PluginHostOptions{.clock = &m_clock, .metrics = &m_metrics, .onStopOverrun = {}});
    m_plugins->scan(pluginDirectory(m_configuration));
    if (auto errors = m_plugins->resolve(m_configuration); !errors.empty())
        return errors;
    if (const auto started = m_plugins->start(); !started)
        return {started.error()};
    return {};
}

Result<void> Node::startStorage()
{
    const auto highest = m_plugins->storage()->highestId();
    if (!highest)
        return std::unexpected(highest.error());
    m_ids.continueAfter(*highest);
    m_executor = std::make_unique<StorageExecutor>(*m_plugins->storage(), m_configuration.storage,
                                                   m_configuration.node.id, m_metrics, m_clock, m_breakers);
    if (const auto started = m_executor->start(); !started)
        return started;
    m_health.watch([executor = m_executor.get()] { return executor->notReadyReason(); });
    m_storage = m_executor->createClient();
    m_consistency.start(*m_storage);
    const int ioThreads
        = m_configuration.node.ioThreads > 0 ? m_configuration.node.ioThreads : QThread::idealThreadCount();
    m_delivery = std::make_unique<Delivery>(Delivery::Parts{.delivery = m_configuration.delivery,
                                                            .storage = m_configuration.storage,
                                                            .retryPolicy = *m_plugins->retryPolicy(),
                                                            .clock = m_clock,
                                                            .metrics = m_metrics,
                                                            .nodeId = m_configuration.node.id,
                                                            .ioThreads = ioThreads,
                                                            .repairInterval = m_configuration.cluster.isEnabled
                                                                ? m_configuration.cluster.repairInterval
                                                                : std::chrono::milliseconds(0)});
    createDeadLetters();
    if (m_configuration.cluster.isEnabled)
        createCluster();
    m_buffer.emplace(m_configuration.ingest);
    m_queues.emplace(m_configuration.ingest.recipientQueue);
    m_sendLimits.emplace(m_configuration.ingest, m_clock, m_metrics);
    m_quotas.emplace(*m_sendLimits, QDir(m_configuration.node.dataDirectory).filePath(QStringLiteral("quotas.json")));
    m_fanOut = std::make_unique<FanOut>(FanOut::Parts{
        .options = m_configuration.fanOut,
        .clock = m_clock,
        .ids = m_ids,
        .buffer = *m_buffer,
        .route = [this](std::span<const MessagePointer> messages) { m_delivery->route(messages); },
        .superseded = [this](std::span<const MessagePointer> messages) { m_delivery->superseded(messages); },
        .metrics = m_metrics});
    if (const auto created = createAttachments(); !created)
        return created;
    for (int index = 0; index < ioThreads; ++index)
        m_io.push_back({.thread = std::make_unique<IoThread>(index), .worker = nullptr});
    return {};
}

Result<void> Node::createAttachments()
{
    const QDir directory(m_configuration.node.dataDirectory);
    const auto secret = loadLinkSecret(directory.filePath(QStringLiteral("attachments.key")));
    if (!secret)
        return std::unexpected(secret.error());
    m_attachmentFiles.emplace(directory.filePath(QStringLiteral("attachments")));
    if (const auto prepared = m_attachmentFiles->prepare(); !prepared)
        return prepared;
    m_attachmentMetrics.emplace(m_metrics);
    m_attachmentLinks.emplace(m_configuration.attachments, *secret, m_clock, m_attachmentMetrics->refusedLinks);
    m_disk = std::make_unique<DiskThreads>(DiskQueueBytes);
    m_attachmentSweeper
        = std::make_unique<AttachmentSweeper>(AttachmentSweeper::Parts{.options = m_configuration.attachments,
                                                                       .clock = m_clock,
                                                                       .files = *m_attachmentFiles,
                                                                       .disk = *m_disk,
                                                                       .metrics = *m_attachmentMetrics,
                                                                       .begin = m_ids.next()});
    return {};
}

void Node::createDeadLetters()
{
    m_deadLetters = std::make_unique<DeadLetterService>(DeadLetterService::Parts{
        .options = m_configuration.deadLetters,
        .storage = m_configuration.storage,
        .clock = m_clock,
        .metrics = m_metrics,
        .route = [this](std::span<const MessagePointer> messages) { m_delivery->route(messages); },
        .isConnected = [this](const Recipient &recipient) {
            return m_delivery->directory().connectionCount(recipient) > 0;
        }});
}

bool Node::hasBus() const
{
    return m_configuration.plugins.cache != QLatin1StringView("memory");
}

void Node::createCluster()
{
    if (!hasBus())
        qCInfo(lcNode, "plugins.cache is memory: what other nodes accept is found every cluster.repair_interval");
    m_cluster = std::make_unique<Cluster>(Cluster::Parts{
        .options = m_configuration.cluster,
        .scaling = m_configuration.scaling,
        .nodeId = m_configuration.node.id,
        .cache = *m_plugins->cache(),
        .delivery = *m_delivery,
        .clock = m_clock,
        .metrics = m_metrics,
        .capabilities = {{QStringLiteral("version"), QStringLiteral(HUDHUD_VERSION)},
                         {QStringLiteral("transports"), QJsonArray::fromStringList(m_configuration.plugins.transports)}},
        .readings = [this] { return readings(); },
        .nodeChanged = [this](const NodeRegistry::Change &change) { nodeChanged(change); },
        .hasBeaten = [this] { m_redistribution->check(); }});
    m_delivery->setRemote(*m_cluster);
    const NodeSnapshotSource nodes = [cluster = m_cluster.get()] { return cluster->snapshot(); };
    m_capacity.emplace(m_configuration.node.id, nodes, m_clock);
    if (m_configuration.cluster.redirectsPhones)
        m_placement.emplace(NodePlacement::Parts{.ownId = m_configuration.node.id,
                                                 .balancer = *m_plugins->loadBalancer(),
                                                 .nodes = nodes,
                                                 .clock = m_clock,
                                                 .metrics = m_metrics});
    if (m_configuration.cluster.forwardsRequests)
        m_forwarding.reset(new RequestForwarder::Shared{.options = m_configuration.cluster,
                                                        .ownId = m_configuration.node.id,
                                                        .nodes = nodes,
                                                        .balancer = *m_plugins->loadBalancer(),
                                                        .capacity = *m_capacity,
                                                        .breakers = m_breakers,
                                                        .clock = m_clock,
                                                        .metrics = m_cluster->metrics(),
                                                        .isNearCapacity = [this] { return m_buffer->isNearCapacity(); }});
    m_redistribution.emplace(PhoneRedistribution::Parts{
        .options = m_configuration.cluster,
        .ownId = m_configuration.node.id,
        .nodes = nodes,
        .clock = m_clock,
        .metrics = m_cluster->metrics(),
        .connections = [this] { return connections(); },
        .sendAway = [this](const PhoneRedistribution::Plan &plan) { sendPhonesAway(plan); }});
    m_health.watchDegradation([cluster = m_cluster.get()] { return cluster->degradedReason(); });
}

void Node::nodeChanged(const NodeRegistry::Change &change)
{
    m_capacity->invalidate();
    if (m_placement && change.now.value_or(NodeStatus::Offline) >= NodeStatus::Unhealthy)
        m_placement->nodeGone(change.id);
}

Result<PhoneRedistribution::Plan> Node::redistribute()
{
    if (m_redistribution)
        return m_redistribution->begin();
    return std::unexpected(
        Error(ErrorCode::Conflict, QStringLiteral("This node is alone; there is nowhere to send phones (cluster.enabled).")));
}

void Node::sendPhonesAway(const PhoneRedistribution::Plan &plan)
{
    if (m_placement)
        m_placement->avoidOwn(plan.phones, plan.within + ReturnTime);
    for (Io &io : m_io) {
        io.thread->post([plan, worker = &io.worker] {
            if (*worker)
                (*worker)->sendAway(plan.share, plan.within);
        });
    }
}

Cluster::Readings Node::readings()
{
    const BufferMetrics buffer = m_buffer->metrics(m_clock.steadyNow());
    Cluster::Readings readings{.activeConnections = connections(),
                               .queueDepth = buffer.currentDepth,
                               .averageResponseTime = buffer.averageProcessingTime,
                               .maxConcurrentRequests = buffer.maxCapacity,
                               .currentActiveRequests = buffer.currentDepth};
    for (const char *status : {"2xx", "3xx", "4xx", "5xx"})
        readings.requests
            += m_metrics.counter("hudhud_http_requests_total", {}, {{"endpoint", "public"}, {"status", status}}).value();
    if (m_health.notReadyReason())
        readings.status = NodeStatus::Unhealthy;
    else if (buffer.isNearCapacity)
        readings.status = NodeStatus::Degraded;
    return readings;
}

/// Those of the rest transport, also where that is not selected: an edited message is held to them.
Result<RestOptions> Node::messageLimits() const
{
    for (const PluginMetadata &metadata : m_plugins->knownPlugins()) {
        if (metadata.table() != "transport.rest")
            continue;
        const auto settings = checkedPluginSettings(metadata, m_configuration);
        if (!settings)
            return std::unexpected(settings.error().front());
        return readRestOptions(*settings);
    }
    return RestOptions();
}

void Node::open()
{
    const auto limits = messageLimits();
    if (!limits) {
        Q_EMIT failed(limits.error());
        return;
    }
    createAdmin();
    m_parts.emplace(IoWorkerParts{.configuration = m_configuration,
                                  .clock = m_clock,
                                  .metrics = m_metrics,
                                  .ids = m_ids,
                                  .buffer = *m_buffer,
                                  .queues = *m_queues,
                                  .sendLimits = *m_sendLimits,
                                  .executor = *m_executor,
                                  .delivery = *m_delivery,
                                  .deadLetters = *m_deadLetters,
                                  .fanOut = *m_fanOut,
                                  .attachmentFiles = *m_attachmentFiles,
                                  .attachmentMetrics = *m_attachmentMetrics,
                                  .attachmentLinks = *m_attachmentLinks,
                                  .disk = *m_disk,
                                  .node = m_health,
                                  .admin = *m_admin,
                                  .scaling = [this] { return m_cluster ? m_cluster->scaling() : ScalingAdvice(); },
                                  .drain =
                                      [this] {
                                          QMetaObject::invokeMethod(this, &Node::drainAndStop, Qt::QueuedConnection);
                                      },
                                  .redistribute = [this] { return redistribute(); },
                                  .backlogs =
                                      [this](std::move_only_function<void(Backlogs &&)> done) {
                                          gatherBacklogs(std::move(done));
                                      },
                                  .cache = *m_plugins->cache(),
                                  .placement = m_placement ? &*m_placement : nullptr,
                                  .presence = m_cluster && hasBus() ? &m_cluster->presences() : nullptr,
                                  .forwarding = m_forwarding.get(),
                                  .breakers = m_breakers,
                                  .consistency = m_consistency,
                                  .retryPolicy = *m_plugins->retryPolicy(),
                                  .tokenKeys = *m_tokenKeys,
                                  .messageLimits = *limits,
                                  .transports = m_plugins->transports(),
                                  .limits = {}});
    for (auto endpoint = m_configuration.endpoints.cbegin(); endpoint != m_configuration.endpoints.cend(); ++endpoint) {
        m_parts->limits[endpoint.key()] = Endpoint::makeLimits(*endpoint);
    }
    if (const auto started = startWorkers(); !started) {
        Q_EMIT failed(started.error());
        return;
    }
    m_health.enter(NodeHealth::Phase::Serving);
    const auto publicPort = listen("public");
    if (!publicPort) {
        Q_EMIT failed(publicPort.error());
        return;
    }
    const auto adminPort = listen("admin");
    if (!adminPort) {
        Q_EMIT failed(adminPort.error());
        return;
    }
    m_delivery->start(*m_storage);
    const QString publicUrl = baseUrl(m_configuration.endpoints.value("public"), *publicPort);
    if (m_cluster) {
        const QString &advertised = m_configuration.cluster.endpoint;
        m_cluster->start((advertised.isEmpty() ? publicUrl : advertised).toUtf8(), *m_storage);
    }
    m_deadLetters->start(*m_storage);
    m_fanOut->start(*m_storage);
    m_attachmentSweeper->start(*m_storage);
    m_admin->start(*m_storage);
    Q_EMIT ready(publicUrl, baseUrl(m_configuration.endpoints.value("admin"), *adminPort));
}

Result<void> Node::startWorkers()
{
    Result<void> outcome;
    for (Io &io : m_io) {
        io.thread->start();
        io.thread->runAndWait([&] { io.worker = std::make_unique<IoWorker>(io.thread->index(), *m_parts); });
    }
    // Only when every thread has its share of delivery may one of them take connections.
    for (Io &io : m_io) {
        io.thread->runAndWait([&] { outcome = io.worker->mount(); });
        if (!outcome)
            return outcome;
    }
    return outcome;
}

Result<quint16> Node::listen(const QByteArray &endpoint)
{
    Result<quint16> port = 0;
    for (Io &io : m_io) {
        io.thread->runAndWait([&] { port = io.worker->listen(endpoint, *port); });
        if (!port)
            break;
    }
    return port;
}

void Node::reload()
{
    const auto fresh = loadConfiguration(m_configurationFile, QProcessEnvironment::systemEnvironment());
    if (!fresh) {
        for (const Error &error : fresh.error())
            qCWarning(lcNode, "reload refused, the running configuration stays: %s", qUtf8Printable(error.message()));
        return;
    }
    const ConfigurationChanges changes = compareConfigurations(m_configuration, *fresh);
    m_configuration.log = withReloadableKeys(m_configuration, *fresh).log;
    applyLogOptions(m_configuration.log);
    if (m_admin)
        describeConfigurationAgain();
    qCInfo(lcNode) << "configuration reloaded" << LogField("changed", changes.applicable.join(", "))
                   << LogField("need_restart", changes.needRestart.join(", "));
}

void Node::drainAndStop()
{
    const auto within = m_configuration.node.drainTime;
    if (!m_parts || within == std::chrono::milliseconds(0) || m_drainTimer.isActive() || m_stopStep) {
        stop();
        return;
    }
    qCInfo(lcNode) << "draining" << LogField("time_ms", qint64(within.count()));
    m_health.enter(NodeHealth::Phase::Draining);
    for (Io &io : m_io) {
        io.thread->post([within, worker = &io.worker] {
            if (*worker)
                (*worker)->beginDrain(within);
        });
    }
    connect(&m_drainTimer, &QTimer::timeout, this, [this, end = m_clock.steadyNow() + within] { watchDrain(end); });
    m_drainTimer.start(DrainCheckInterval);
}

void Node::watchDrain(SteadyTime end)
{
    if (m_clock.steadyNow() >= end || connections() == 0)
        stop();
}

qint64 Node::connections()
{
    return m_metrics.gauge("hudhud_delivery_connections", {}).value();
}

void Node::stop()
{
    if (m_stopStep)
        return;
    m_drainTimer.stop();
    qCInfo(lcNode, "stopping");
    m_health.enter(NodeHealth::Phase::Stopping);
    const auto deadline = m_configuration.node.shutdownDeadline;
    m_stopDeadline.start(std::max(deadline - TeardownShare, deadline / 2));
    if (m_cluster)
        m_cluster->leave();
    if (m_deadLetters)
        m_deadLetters->stop();
    if (m_delivery)
        m_delivery->stop();
    if (m_fanOut)
        m_fanOut->stop();
    if (m_attachmentSweeper)
        m_attachmentSweeper->stop();
    if (m_admin)
        m_admin->stop();
    beginStopStep(StopStep::Refuse);
}

void Node::beginStopStep(StopStep step)
{
    m_stopStep = step;
    m_stopStepWaiting = m_io.size();
    if (step == StopStep::Teardown || m_io.empty()) {
        teardown();
        return;
    }
    const auto deadline = m_configuration.node.shutdownDeadline / 2;
    for (Io &io : m_io) {
        io.thread->post([this, step, deadline, worker = &io.worker] {
            IoWorker::Done done = [this, step] {
                QMetaObject::invokeMethod(this, [this, step] { finishStopStep(step); }, Qt::QueuedConnection);
            };
            if (!*worker)
                done();
            else if (step == StopStep::Refuse)
                (*worker)->refuse(std::move(done));
            else if (step == StopStep::Drain)
                (*worker)->drain(std::move(done));
            else
                (*worker)->close(deadline, std::move(done));
        });
    }
}

void Node::finishStopStep(StopStep step)
{
    if (m_stopStep != step || --m_stopStepWaiting > 0)
        return;
    switch (step) {
    case StopStep::Refuse:
        beginStopStep(StopStep::Drain);
        break;
    case StopStep::Drain:
        beginStopStep(StopStep::Close);
        break;
    case StopStep::Close:
    case StopStep::Teardown:
        beginStopStep(StopStep::Teardown);
        break;
    }
}

void Node::teardown()
{
    m_stopStep = StopStep::Teardown;
    m_stopDeadline.stop();
    if (m_executor && !m_executor->stop(TeardownDeadline)) {
        qCCritical(lcNode, "the store has not come back from a call; ending the process");
        std::_Exit(OverrunExitStatus);
    }
    // Its completions go to the workers and to the sweeper.
    if (m_disk)
        m_disk->stop();
    for (Io &io : m_io) {
        if (io.worker)
            io.thread->runAndWait([&io] { io.worker.reset(); });
        io.thread->stop();
    }
    m_io.clear();
    if (m_admin)
        m_admin->stop();
    m_admin.reset();
    m_quotas.reset();
    m_deadLetters.reset();
    m_fanOut.reset();
    m_attachmentSweeper.reset();
    m_placement.reset();
    m_cluster.reset();
    m_delivery.reset();
    m_storage.reset();
    m_executor.reset();
    if (m_plugins) {
        for (const Error &error : m_plugins->stop(TeardownDeadline))
            qCWarning(lcNode, "%s", qUtf8Printable(error.message()));
    }
    m_lock.reset();
    Q_EMIT stopped();
}

} // namespace hudhud
