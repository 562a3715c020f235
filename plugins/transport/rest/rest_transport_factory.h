// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/transport.h"

#include <QObject>

namespace hudhud {

/// What the plugin loader finds.
class RestTransportFactory final : public QObject, public TransportFactory
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID HudhudTransportFactory_iid FILE "metadata.json")
    Q_INTERFACES(hudhud::TransportFactory)

public:
    std::unique_ptr<Transport> create() override;
};

} // namespace hudhud
