// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/transport.h"

#include <memory>
#include <vector>

namespace hudhud {

/// One file of the page, as it is served.
struct PlaygroundFile
{
    QByteArray path;
    QByteArray contentType;
    QByteArray body;
};

/// Serves a page that is a phone built on the official JavaScript client. It holds no secrets and needs none: the token
/// is typed in, or comes behind the # of a link. Thread: as Transport.
class PlaygroundTransport final : public Transport
{
public:
    Result<void> configure(const QJsonObject &, const PluginContext &) override { return {}; }
    Result<void> start() override;
    void stop(std::chrono::milliseconds) override {}
    Result<std::unique_ptr<TransportWorker>> createWorker(const IoServices &services) override;

private:
    std::shared_ptr<const std::vector<PlaygroundFile>> m_files;
};

} // namespace hudhud
