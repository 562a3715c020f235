// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/hub_connection.h"

#include <QHash>

namespace hudhud::client {

/// What the application wants to be called for. Targets match in any letter case. Thread: the connection's.
class HandlerTable
{
public:
    void add(const QString &target, HubConnection::Handler handler)
    {
        m_handlers[target.toCaseFolded()].append(std::move(handler));
    }
    void setResponder(const QString &target, HubConnection::Responder responder)
    {
        m_responders[target.toCaseFolded()] = std::move(responder);
    }
    void remove(const QString &target)
    {
        m_handlers.remove(target.toCaseFolded());
        m_responders.remove(target.toCaseFolded());
    }

    /// By value: handlers may change the table.
    QList<HubConnection::Handler> handlers(const QString &target) const
    {
        return m_handlers.value(target.toCaseFolded());
    }
    /// An empty function when there is none.
    HubConnection::Responder responder(const QString &target) const
    {
        return m_responders.value(target.toCaseFolded());
    }

private:
    QHash<QString, QList<HubConnection::Handler>> m_handlers;
    QHash<QString, HubConnection::Responder> m_responders;
};

} // namespace hudhud::client
