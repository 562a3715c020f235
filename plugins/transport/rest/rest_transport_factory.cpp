// SPDX-License-Identifier: GPL-3.0-or-later
#include "rest_transport_factory.h"

#include "rest_transport.h"

namespace hudhud {

std::unique_ptr<Transport> RestTransportFactory::create()
{
    return std::make_unique<RestTransport>();
}

} // namespace hudhud
