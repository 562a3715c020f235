// SPDX-License-Identifier: GPL-3.0-or-later
#include "webhook_transport.h"

#include "webhook_sender.h"

#include <optional>

namespace hudhud {

namespace {

class WebhookWorker final : public TransportWorker
{
public:
    WebhookWorker(const WebhookSettings &settings, const IoServices &services)
    {
        if (services.ioThread != 0)
            return;
        m_feed = services.statusFeed;
        m_sender.emplace(settings, services);
        m_feed->subscribe(*m_sender, StatusScope::Node); // Each node sends of its own, so that each is sent once.
    }
    ~WebhookWorker() override
    {
        if (m_sender)
            m_feed->unsubscribe(*m_sender);
    }
    WebhookWorker(const WebhookWorker &) = delete;
    WebhookWorker &operator=(const WebhookWorker &) = delete;

    Result<void> mount(const QByteArray &, RouteTable &) override { return {}; }
    /// What changes while the server stops is told as long as the worker lives.
    void drain() override {}

private:
    StatusFeed *m_feed = nullptr;
    std::optional<WebhookSender> m_sender;
};

} // namespace

Result<void> WebhookTransport::configure(const QJsonObject &settings, const PluginContext &)
{
    auto read = WebhookSettings::fromJson(settings);
    if (!read)
        return std::unexpected(read.error());
    m_settings = *std::move(read);
    return {};
}

Result<std::unique_ptr<TransportWorker>> WebhookTransport::createWorker(const IoServices &services)
{
    return std::make_unique<WebhookWorker>(m_settings, services);
}

} // namespace hudhud
