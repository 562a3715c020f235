// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_directory.h"

#include <utility>

namespace hudhud {

void HubDirectory::join(HubClients &clients, std::shared_ptr<LoopPort> port)
{
    clients.m_directory = this;
    const std::scoped_lock lock(m_mutex);
    m_members.push_back({&clients, std::move(port)});
}

void HubDirectory::leave(HubClients &clients)
{
    const std::scoped_lock lock(m_mutex);
    std::erase_if(m_members, [&clients](const Member &member) { return member.clients == &clients; });
}

void HubDirectory::post(const std::function<void(HubClients &clients)> &work) const
{
    const std::scoped_lock lock(m_mutex);
    for (const Member &member : m_members)
        member.port->post([clients = member.clients, work] { work(*clients); });
}

void HubDirectory::sendToAll(const HubPush &push)
{
    post([push](HubClients &clients) {
        HubPush own = push;
        clients.sendToAll(own);
    });
}

void HubDirectory::sendToUser(const QByteArray &user, const HubPush &push)
{
    sendToUsers({user}, push);
}

void HubDirectory::sendToUsers(const std::vector<QByteArray> &users, const HubPush &push)
{
    post([users, push](HubClients &clients) {
        HubPush own = push;
        clients.sendToUsers(users, own);
    });
}

void HubDirectory::sendToGroup(const QByteArray &group, const HubPush &push)
{
    post([group, push](HubClients &clients) {
        HubPush own = push;
        clients.sendToGroup(group, own);
    });
}

qsizetype HubDirectory::connectionCount() const
{
    const std::scoped_lock lock(m_mutex);
    return m_connections;
}

qsizetype HubDirectory::connectionCount(const QByteArray &user) const
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_users.find(user);
    return found == m_users.end() ? 0 : found->second;
}

void HubDirectory::inspect(const std::shared_ptr<ConnectionInquiry> &inquiry, const QByteArray &hub)
{
    post([inquiry, hub](HubClients &clients) { inquiry->add(clients.inspect(inquiry->query(), hub)); });
}

qsizetype HubDirectory::disconnectUser(const QByteArray &user, HubCloseCause cause)
{
    const qsizetype count = connectionCount(user);
    post([user, cause](HubClients &clients) { clients.disconnectUser(user, cause); });
    return count;
}

void HubDirectory::connected(const QByteArray &user)
{
    const std::scoped_lock lock(m_mutex);
    ++m_users[user];
    ++m_connections;
}

void HubDirectory::disconnected(const QByteArray &user)
{
    const std::scoped_lock lock(m_mutex);
    const auto found = m_users.find(user);
    if (found == m_users.end())
        return;
    --m_connections;
    if (--found->second == 0)
        m_users.erase(found);
}

} // namespace hudhud
