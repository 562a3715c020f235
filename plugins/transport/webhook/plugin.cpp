// SPDX-License-Identifier: GPL-3.0-or-later
#include "webhook_transport.h"

#include <QObject>

namespace hudhud {

/// What the plugin host loads.
class WebhookTransportFactory final : public QObject, public TransportFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudTransportFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::TransportFactory)

public:
    std::unique_ptr<Transport> create() override { return std::make_unique<WebhookTransport>(); }
};

} // namespace hudhud

#include "plugin.moc"
