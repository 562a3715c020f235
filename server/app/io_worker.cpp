// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/io_worker.h"

namespace hudhud {

IoWorker::IoWorker(int index, const IoWorkerParts &parts)
    : m_parts(parts)
    , m_storage(parts.executor.createClient())
    , m_delivery(parts.delivery.createWorker(index, *m_storage))
    , m_ingest({.clock = parts.clock,
                .ids = parts.ids,
                .buffer = parts.buffer,
                .storage = *m_storage,
                .router = *m_delivery,
                .metrics = parts.metrics,
                .queues = parts.queues})
    , m_queries(*m_storage)
    , m_readReceipts({.storage = *m_storage,
                      .clock = parts.clock,
                      .node = parts.configuration.node.id,
                      .publish = [&exchange = parts.delivery.statusChanges()](
                                     std::vector<StatusChange> &&changes) { exchange.publish(std::move(changes)); }})
    , m_groups(*m_storage, parts.configuration.fanOut)
    , m_broadcasts({.options = parts.configuration.fanOut,
                    .clock = parts.clock,
                    .ids = parts.ids,
                    .storage = *m_storage,
                    .engine = parts.fanOut})
    , m_attachments({.options = parts.configuration.attachments,
                     .clock = parts.clock,
                     .ids = parts.ids,
                     .files = parts.attachmentFiles,
                     .disk = parts.disk,
                     .storage = *m_storage,
                     .metrics = parts.attachmentMetrics})
    , m_authenticator(parts.tokenKeys, parts.configuration.jwt, *m_storage, parts.clock)
    , m_statusFeed(parts.delivery.statusChanges())
    , m_forwarder(parts.forwarding ? std::make_unique<RequestForwarder>(*parts.forwarding) : nullptr)
    , m_services{.ioThread = index,
                 .nodeId = parts.configuration.node.id,
                 .clock = &parts.clock,
                 .metrics = &parts.metrics,
                 .intake = &m_ingest,
                 .queries = &m_queries,
                 .delivery = m_delivery.get(),
                 .authenticator = &m_authenticator,
                 .node = &parts.node,
                 .statusFeed = &m_statusFeed,
                 .sendLimits = &parts.sendLimits,
                 .readReceipts = &m_readReceipts,
                 .groups = &m_groups,
                 .broadcasts = &m_broadcasts,
                 .attachments = &m_attachments,
                 .attachmentLinks = &parts.attachmentLinks,
                 .breakers = &parts.breakers,
                 .placement = parts.placement,
                 .presence = parts.presence,
                 .forwarding = m_forwarder.get(),
                 .retryPolicy = &parts.retryPolicy}
    , m_admin(index, {.storage = *m_storage,
               .router = *m_delivery,
               .ids = parts.ids,
               .clock = parts.clock,
               .node = parts.node,
               .nodeId = parts.configuration.node.id,
               .tokenKeys = parts.tokenKeys,
               .jwt = parts.configuration.jwt,
               .deadLetters = parts.configuration.deadLetters,
               .breakers = parts.breakers,
               .consistency = parts.consistency,
               .messageLimits = parts.messageLimits,
               .wakeJobs = [&deadLetters = parts.deadLetters] { deadLetters.wake(); },
               .disconnectUser =
                   [transports = parts.transports](const QByteArray &user) {
                       qsizetype count = 0;
                       for (Transport *transport : transports)
                           count += transport->disconnectUser(user);
                       return count;
                   },
               .process = parts.admin,
               .intake = m_ingest,
               .delivery = *m_delivery,
               .scaling = parts.scaling,
               .drain = parts.drain,
               .redistribute = parts.redistribute,
               .hubs =
                   [transports = parts.transports] {
                       std::vector<HubStatus> hubs;
                       for (Transport *transport : transports)
                           std::ranges::move(transport->hubs(), std::back_inserter(hubs));
                       return hubs;
                   },
               .inspectConnections =
                   [transports = parts.transports](const std::shared_ptr<ConnectionInquiry> &inquiry) {
                       for (Transport *transport : transports)
                           transport->inspectConnections(inquiry);
                   },
               .backlogs = parts.backlogs,
               .cache = parts.cache,
               .cacheName = parts.configuration.plugins.cache.toUtf8()},
              parts.metrics)
{
}

IoWorker::~IoWorker() = default;

Result<void> IoWorker::mount()
{
    for (const auto &[name, limits] : m_parts.limits) {
        m_endpoints.emplace(name, std::make_unique<Endpoint>(name, m_parts.configuration.endpoints.value(name), limits,
                                                             m_parts.metrics));
    }
    for (Transport *transport : m_parts.transports) {
        auto worker = transport->createWorker(m_services);
        if (!worker)
            return std::unexpected(worker.error());
        for (const auto &[name, endpoint] : m_endpoints) {
            if (const auto mounted = (*worker)->mount(name, endpoint->routes()); !mounted)
                return mounted;
        }
        m_transports.push_back(std::move(*worker));
    }
    RouteTable &routes = m_endpoints.at("admin")->routes();
    if (const auto mounted = m_admin.mount(routes); !mounted)
        return mounted;
    return m_admin.mountHub(routes);
}

Result<quint16> IoWorker::listen(const QByteArray &endpoint, quint16 port)
{
    return m_endpoints.at(endpoint)->listen(port);
}

void IoWorker::beginDrain(std::chrono::milliseconds within)
{
    for (const auto &transport : m_transports)
        transport->beginDrain(within);
}

void IoWorker::sendAway(double share, std::chrono::milliseconds within)
{
    for (const auto &transport : m_transports)
        transport->sendAway(share, within);
}

void IoWorker::refuse(Done done)
{
    for (const auto &[name, endpoint] : m_endpoints)
        endpoint->stopAccepting();
    m_ingest.close(std::move(done));
}

void IoWorker::drain(Done done)
{
    for (const auto &transport : m_transports)
        transport->drain();
    m_admin.drain();
    m_delivery->stop(std::move(done));
}

void IoWorker::close(std::chrono::milliseconds deadline, Done done)
{
    // The last endpoint to end tells; the shared pointer counts.
    const std::shared_ptr<Done> last(new Done(std::move(done)), [](Done *shared) {
        (*shared)();
        delete shared;
    });
    for (const auto &[name, endpoint] : m_endpoints)
        endpoint->drain(deadline, [last] {});
}

} // namespace hudhud
