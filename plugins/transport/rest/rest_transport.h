// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/transport.h"
#include "rest_options.h"

namespace hudhud {

/// The REST API, version 1: resources/openapi/hudhud.json describes it.
class RestTransport final : public Transport
{
public:
    Result<void> configure(const QJsonObject &settings, const PluginContext &context) override;
    Result<void> start() override;
    void stop(std::chrono::milliseconds deadline) override;
    Result<std::unique_ptr<TransportWorker>> createWorker(const IoServices &services) override;

private:
    RestOptions m_options;
    QByteArray m_openApi;
};

} // namespace hudhud
