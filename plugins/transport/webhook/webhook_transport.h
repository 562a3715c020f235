// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/transport.h"
#include "webhook_settings.h"

namespace hudhud {

/// Tells one web address of status changes. Works on the first I/O thread alone: its door to the feed shows what
/// happens on all of them.
class WebhookTransport final : public Transport
{
public:
    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    Result<void> start() override { return {}; }
    void stop(std::chrono::milliseconds) override {}
    Result<std::unique_ptr<TransportWorker>> createWorker(const IoServices &services) override;

private:
    WebhookSettings m_settings;
};

} // namespace hudhud
