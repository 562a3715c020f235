// SPDX-License-Identifier: GPL-3.0-or-later
#include "business_session.h"

#include "business_hub.h"
#include "signalr/hub_connection.h"

#include <utility>

namespace hudhud {

BusinessSession::BusinessSession(BusinessHub &hub, const Recipient &account)
    : RecipientSession(hub, account)
    , m_hub(hub)
{
}

void BusinessSession::opened(HubConnection &connection)
{
    RecipientSession::opened(connection);
    m_hub.join(account(), *this);
}

void BusinessSession::congested()
{
    m_isCongested = true;
    RecipientSession::congested();
}

void BusinessSession::drained()
{
    m_isCongested = false;
    RecipientSession::drained();
    schedule();
}

void BusinessSession::closed()
{
    m_hub.leave(account(), *this);
    RecipientSession::closed();
}

const HubProtocol &BusinessSession::protocol() const
{
    return connection().protocol();
}

void BusinessSession::add(const QByteArray &change)
{
    m_changes.push_back(change);
    m_bytes += change.size();
    while (m_bytes > m_hub.m_bufferBytes) {
        m_bytes -= m_changes.front().size();
        m_changes.pop_front();
        m_hub.m_dropped.add();
    }
    schedule();
}

void BusinessSession::schedule()
{
    if (!m_isCongested && !m_changes.empty() && !std::exchange(m_isScheduled, true))
        m_hub.schedule(*this);
}

void BusinessSession::sendStatuses()
{
    m_isScheduled = false;
    if (m_isCongested)
        return;
    qint64 sent = 0;
    while (!m_changes.empty() && sent < m_hub.m_batchBytes) {
        const QByteArray change = std::move(m_changes.front());
        m_changes.pop_front();
        sent += change.size();
        connection().send(change);
        m_hub.m_changes.add();
    }
    m_bytes -= sent;
    schedule();
}

} // namespace hudhud
