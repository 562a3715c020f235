// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection_tokens.h"
#include "request_exchange.h"
#include "plugin-api/transport.h"
#include "signalr/hub_metrics.h"
#include "signalr_settings.h"

namespace hudhud {

/// The transport plugin `signalr`: serves the hubs of phones and businesses on every I/O thread.
class SignalRTransport final : public Transport
{
public:
    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    Result<void> start() override;
    void stop(std::chrono::milliseconds deadline) override;
    Result<std::unique_ptr<TransportWorker>> createWorker(const IoServices &services) override;

    /// On all I/O threads, at both hubs.
    qsizetype disconnectUser(const QByteArray &user) override;
    void inspectConnections(const std::shared_ptr<ConnectionInquiry> &inquiry) override;
    std::vector<HubStatus> hubs() override;

private:
    SignalRSettings m_settings;
    PluginContext m_context;
    HubTokens m_tokens;
    std::shared_ptr<RequestExchange> m_exchange;
    std::vector<std::pair<QByteArray, std::unique_ptr<HubMeter>>> m_meters; ///< By the names of the hubs.
};

} // namespace hudhud
