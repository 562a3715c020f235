// SPDX-License-Identifier: GPL-3.0-or-later
#include "playground_transport.h"

#include <QObject>

namespace hudhud {

/// What the plugin host loads.
class PlaygroundTransportFactory : public QObject, public TransportFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudTransportFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::TransportFactory)

public:
    std::unique_ptr<Transport> create() override { return std::make_unique<PlaygroundTransport>(); }
};

} // namespace hudhud

#include "plugin.moc"
