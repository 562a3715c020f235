// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/hub_stream.h"

#include "signalr/client/call_port.h"

#include <utility>

namespace hudhud::client {

HubStream::~HubStream()
{
    if (CallPort *port = std::exchange(m_port, nullptr))
        port->cancelCall(m_id);
}

void HubStream::cancel()
{
    CallPort *port = m_port;
    if (!port)
        return;
    port->cancelCall(m_id);
    finish({.kind = HubError::Kind::Cancelled, .message = QStringLiteral("The stream was cancelled.")});
}

void HubStream::finish(const HubError &error)
{
    if (std::exchange(m_port, nullptr))
        Q_EMIT finished(error);
}

} // namespace hudhud::client
