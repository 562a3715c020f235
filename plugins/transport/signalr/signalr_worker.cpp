// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr_worker.h"

#include "signalr/json_hub_protocol.h"

namespace hudhud {

SignalRWorker::SignalRWorker(const SignalRSettings &settings, std::shared_ptr<ConnectionTokens> tokens,
                             const IoServices &services)
    : m_mountedOn(settings.endpoint)
    , m_mobileHub(*services.metrics, *services.delivery)
    , m_group(settings.hub, *services.clock)
    , m_endpoint({.path = settings.path,
                  .cors = Cors(settings.allowedOrigins),
                  .tokens = std::move(tokens),
                  .authenticator = *services.authenticator,
                  .group = m_group,
                  .hub = m_mobileHub.hub(),
                  .admission
                  = [this](const TokenIdentity &identity) { return m_mobileHub.createSession(identity); }})
{
    m_group.addProtocol(std::make_unique<JsonHubProtocol>());
    m_group.start();
}

Result<void> SignalRWorker::mount(const QByteArray &endpoint, RouteTable &routes)
{
    return endpoint == m_mountedOn ? m_endpoint.mount(routes) : Result<void>();
}

void SignalRWorker::drain()
{
    m_endpoint.refuseNew();
    m_group.closeAll(HubCloseCause::ServerStopping);
}

} // namespace hudhud
