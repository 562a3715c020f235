// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
    SignalRWorker(const SignalRSettings &settings, std::shared_ptr<ConnectionTokens> tokens,
                  const IoServices &services);

    Result<void> mount(const QByteArray &endpoint, RouteTable &routes) override;
    void drain() override;

private:
    QByteArray m_mountedOn;
    MobileHub m_mobileHub;
    HubConnectionGroup m_group; ///< After the hub: ends the connections before the hub goes.
    HubEndpoint m_endpoint;
};

} // namespace hudhud
