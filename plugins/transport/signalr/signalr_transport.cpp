// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr_transport.h"

#include "recipient_hub.h"
#include "signalr/hub_directory.h"
#include "signalr_worker.h"

namespace hudhud {

Result<void> SignalRTransport::configure(const QJsonObject &settings, const PluginContext &context)
{
    Result<SignalRSettings> read = SignalRSettings::fromJson(settings);
    if (!read)
        return std::unexpected(read.error());
    m_settings = *std::move(read);
    m_context = context;
    return {};
}

Result<void> SignalRTransport::start()
{
    for (auto *tokens : {&m_tokens.phones, &m_tokens.businesses})
        *tokens = std::make_shared<ConnectionTokens>(*m_context.clock, m_settings.maximumNegotiations,
                                                     m_settings.negotiateTimeout);
    m_exchange = std::make_shared<RequestExchange>();
    for (auto *directory : {&m_tokens.phoneDirectory, &m_tokens.businessDirectory})
        *directory = std::make_shared<HubDirectory>();
    // Registered by delivery as well, with its help text.
    const DurationHistogram &latency = m_context.metrics->histogram(
        "hudhud_delivery_push_to_ack_seconds", "From the push to the acknowledgement.", {});
    for (const HubAudience audience : {HubAudience::Phones, HubAudience::Businesses}) {
        const QByteArray name = RecipientHub::nameOf(audience);
        m_meters.emplace_back(name,
                              std::make_unique<HubMeter>(HubCounters::create(*m_context.metrics, name), &latency,
                                                         *m_context.clock, m_settings.maximumConnections));
    }
    return {};
}

std::vector<HubStatus> SignalRTransport::hubs()
{
    std::vector<HubStatus> hubs;
    for (const auto &[name, meter] : m_meters)
        hubs.push_back({.name = name, .metrics = meter->hubMetrics(), .connections = meter->connectionMetrics()});
    return hubs;
}

qsizetype SignalRTransport::disconnectUser(const QByteArray &user)
{
    return m_tokens.phoneDirectory->disconnectUser(user) + m_tokens.businessDirectory->disconnectUser(user);
}

void SignalRTransport::inspectConnections(const std::shared_ptr<ConnectionInquiry> &inquiry)
{
    m_tokens.phoneDirectory->inspect(inquiry, RecipientHub::nameOf(HubAudience::Phones));
    m_tokens.businessDirectory->inspect(inquiry, RecipientHub::nameOf(HubAudience::Businesses));
}

void SignalRTransport::stop(std::chrono::milliseconds)
{
    m_meters.clear();
    m_tokens = {};
    m_exchange.reset();
}

Result<std::unique_ptr<TransportWorker>> SignalRTransport::createWorker(const IoServices &services)
{
    return std::make_unique<SignalRWorker>(m_settings, m_tokens, m_exchange, services);
}

} // namespace hudhud
