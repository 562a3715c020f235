// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/hub_upload.h"

#include "signalr/client/call_port.h"

#include <utility>

namespace hudhud::client {

HubUpload::~HubUpload()
{
    if (CallPort *port = std::exchange(m_port, nullptr))
        port->endUpload(m_id, QStringLiteral("The client gave the stream up."));
}

void HubUpload::open(CallPort &port, const QByteArray &id)
{
    m_port = &port;
    m_id = id;
    m_wasOpened = true;
}

Result<void> HubUpload::send(const QJsonValue &item)
{
    if (!m_port)
        return failure(HubError::Kind::InvalidUse,
                       QStringLiteral("The upload is not open: pass it to a call first."));
    return m_port->sendItem(m_id, item);
}

void HubUpload::complete()
{
    fail({});
}

void HubUpload::fail(const QString &message)
{
    CallPort *port = m_port;
    end();
    if (port)
        port->endUpload(m_id, message);
}

void HubUpload::end()
{
    if (std::exchange(m_port, nullptr))
        Q_EMIT ended();
}

} // namespace hudhud::client
