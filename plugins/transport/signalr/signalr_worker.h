// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "business_hub.h"
#include "hub_endpoint.h"
#include "mobile_hub.h"
#include "plugin-api/transport.h"
#include "signalr/hub_connection_group.h"
#include "signalr_settings.h"

namespace hudhud {

/// The hubs of one I/O thread.
class SignalRWorker final : public TransportWorker
{
public:
    SignalRWorker(const SignalRSettings &settings, const HubTokens &tokens,
                  std::shared_ptr<RequestExchange> exchange, const IoServices &services);

    Result<void> mount(const QByteArray &endpoint, RouteTable &routes) override;
    void beginDrain(std::chrono::milliseconds within) override;
    void sendAway(double share, std::chrono::milliseconds within) override;
    void drain() override;

private:
    QByteArray m_mountedOn;
    HubTokens m_shared; ///< Outlives the hubs, which leave it.
    MobileHub m_mobileHub;
    BusinessHub m_businessHub;
    HubConnectionGroup m_group; ///< After the hubs: ends the connections before the hubs go.
    std::shared_ptr<RequestDesk> m_desk;
    std::shared_ptr<HttpConnections> m_connections; ///< After the group, for the same reason.
    HubEndpoint m_mobileEndpoint;
    HubEndpoint m_businessEndpoint;
    bool m_isDraining = false;
};

} // namespace hudhud
