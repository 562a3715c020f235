// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr_transport.h"

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
    return {};
}

qsizetype SignalRTransport::disconnectUser(const QByteArray &user)
{
    return m_tokens.phoneDirectory->disconnectUser(user) + m_tokens.businessDirectory->disconnectUser(user);
}

void SignalRTransport::stop(std::chrono::milliseconds)
{
    m_tokens = {};
    m_exchange.reset();
}

Result<std::unique_ptr<TransportWorker>> SignalRTransport::createWorker(const IoServices &services)
{
    return std::make_unique<SignalRWorker>(m_settings, m_tokens, m_exchange, services);
}

} // namespace hudhud
