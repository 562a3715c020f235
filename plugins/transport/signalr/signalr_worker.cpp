// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr_worker.h"

#include "signalr/hub_directory.h"
#include "signalr/json_hub_protocol.h"
#include "signalr/messagepack_hub_protocol.h"

namespace hudhud {

namespace {

/// Calls are refused at so many times the unread bytes at which pushes pause: a page of pushes, however large, must
/// leave room for its acknowledgements.
constexpr qint64 UnreadFactor = 16;

} // namespace

SignalRWorker::SignalRWorker(const SignalRSettings &settings, const HubTokens &tokens,
                             std::shared_ptr<RequestExchange> exchange, const IoServices &services)
    : m_mountedOn(settings.endpoint)
    , m_shared(tokens)
    , m_mobileHub(services, settings)
    , m_businessHub(services, settings)
    , m_group(settings.hub, *services.clock)
    , m_desk(std::make_shared<RequestDesk>(
          services.ioThread, std::move(exchange),
          services.metrics->counter("hudhud_signalr_handed_over_total",
                                    "Posts and polls that came in on another I/O thread than their connection's.", {})))
    , m_connections(std::make_shared<HttpConnections>(m_desk, settings.polls, UnreadFactor * settings.hub.slowReaderBytes,
                                                      *services.clock))
    , m_mobileEndpoint({.path = settings.path,
                        .cors = Cors(settings.allowedOrigins),
                        .tokens = tokens.phones,
                        .authenticator = *services.authenticator,
                        .group = m_group,
                        .hub = m_mobileHub.hub(),
                        .admission
                        = [this](const TokenIdentity &identity) { return m_mobileHub.createSession(identity); },
                        .transports = settings.transports,
                        .maximumPostBytes = settings.maximumPostBytes,
                        .desk = m_desk,
                        .connections = m_connections,
                        .isStateful = settings.isStateful,
                        .maximumConnections = settings.maximumConnections,
                        .placement = services.placement})
    , m_businessEndpoint(
          {.path = settings.businessPath,
           .cors = Cors(settings.allowedOrigins),
           .tokens = tokens.businesses,
           .authenticator = *services.authenticator,
           .group = m_group,
           .hub = m_businessHub.hub(),
           .admission = [this](const TokenIdentity &identity) { return m_businessHub.createSession(identity); },
           .transports = settings.transports,
           .maximumPostBytes = settings.maximumPostBytes,
           .desk = m_desk,
           .connections = m_connections,
           .isStateful = settings.isStateful,
           .maximumConnections = settings.maximumConnections,
           .placement = services.placement})
{
    m_group.addProtocol(std::make_unique<JsonHubProtocol>());
    m_group.addProtocol(std::make_unique<MessagePackHubProtocol>());
    m_shared.phoneDirectory->join(m_mobileHub.hub().clients(), m_group.port());
    m_shared.businessDirectory->join(m_businessHub.hub().clients(), m_group.port());
    m_group.start();
    m_connections->start();
}

Result<void> SignalRWorker::mount(const QByteArray &endpoint, RouteTable &routes)
{
    if (endpoint != m_mountedOn)
        return {};
    if (Result<void> mounted = m_mobileEndpoint.mount(routes); !mounted)
        return mounted;
    return m_businessEndpoint.mount(routes);
}

void SignalRWorker::beginDrain(std::chrono::milliseconds within)
{
    m_isDraining = true;
    m_mobileEndpoint.refuseNew();
    m_businessEndpoint.refuseNew();
    m_group.closeGradually(HubCloseCause::ServerStopping, within);
}

void SignalRWorker::sendAway(double share, std::chrono::milliseconds within)
{
    if (m_isDraining) // All of them are on their way already.
        return;
    const HubClients &phones = m_mobileHub.hub().clients();
    const auto count = static_cast<std::size_t>(share * static_cast<double>(phones.connectionCount()));
    m_group.closeGradually(phones.someConnections(count), HubCloseCause::Redistributed, within);
}

void SignalRWorker::drain()
{
    m_mobileEndpoint.refuseNew();
    m_businessEndpoint.refuseNew();
    m_group.closeAll(HubCloseCause::ServerStopping);
}

} // namespace hudhud
