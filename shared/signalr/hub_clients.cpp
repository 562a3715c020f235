// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_clients.h"

#include "signalr/hub_connection.h"
#include "signalr/hub_connection_group.h"
#include "signalr/hub_directory.h"

#include <algorithm>
#include <ranges>

namespace hudhud {

namespace {

void send(HubConnection &connection, HubPush &push)
{
    connection.send(push.bytesFor(connection.protocol()));
}

} // namespace

HubClients::~HubClients()
{
    if (m_directory)
        m_directory->leave(*this);
}

void HubClients::sendToAll(HubPush &push, const HubConnection *except)
{
    for (HubConnection *connection : m_users | std::views::values) {
        if (connection != except)
            send(*connection, push);
    }
}

bool HubClients::sendToConnection(QByteArrayView connectionId, HubPush &push)
{
    const auto found = std::ranges::find_if(m_users, [connectionId](const auto &entry) {
        return entry.second->identity().connectionId == connectionId;
    });
    if (found == m_users.end())
        return false;
    send(*found->second, push);
    return true;
}

void HubClients::sendToUser(const QByteArray &user, HubPush &push, const HubConnection *except)
{
    const auto [begin, end] = m_users.equal_range(user);
    for (HubConnection *connection : std::ranges::subrange(begin, end) | std::views::values) {
        if (connection != except)
            send(*connection, push);
    }
}

void HubClients::sendToUsers(std::span<const QByteArray> users, HubPush &push)
{
    for (const QByteArray &user : users)
        sendToUser(user, push);
}

void HubClients::sendToGroup(const QByteArray &group, HubPush &push, const HubConnection *except)
{
    const auto found = m_groups.find(group);
    if (found == m_groups.end())
        return;
    for (HubConnection *connection : found->second) {
        if (connection != except)
            send(*connection, push);
    }
}

bool HubClients::join(HubConnection &connection, const QByteArray &group)
{
    std::vector<QByteArray> &own = m_memberships[&connection];
    if (std::ranges::find(own, group) != own.end())
        return true;
    if (own.size() >= static_cast<std::size_t>(connection.settings().maximumGroups))
        return false;
    own.push_back(group);
    m_groups[group].push_back(&connection);
    return true;
}

void HubClients::leave(HubConnection &connection, const QByteArray &group)
{
    const auto own = m_memberships.find(&connection);
    if (own == m_memberships.end() || std::erase(own->second, group) == 0)
        return;
    if (own->second.empty())
        m_memberships.erase(own);
    const auto members = m_groups.find(group);
    std::erase(members->second, &connection);
    if (members->second.empty())
        m_groups.erase(members);
}

void HubClients::leaveAll(const HubConnection &connection)
{
    const auto own = m_memberships.find(&connection);
    if (own == m_memberships.end())
        return;
    for (const QByteArray &group : own->second) {
        const auto members = m_groups.find(group);
        std::erase(members->second, &connection);
        if (members->second.empty())
            m_groups.erase(members);
    }
    m_memberships.erase(own);
}

qsizetype HubClients::groupSize(const QByteArray &group) const
{
    const auto found = m_groups.find(group);
    return found == m_groups.end() ? 0 : static_cast<qsizetype>(found->second.size());
}

qsizetype HubClients::connectionCount(const QByteArray &user) const
{
    return static_cast<qsizetype>(m_users.count(user));
}

std::vector<QByteArray> HubClients::connectionIds(const QByteArray &user) const
{
    std::vector<QByteArray> ids;
    const auto [begin, end] = m_users.equal_range(user);
    for (const HubConnection *connection : std::ranges::subrange(begin, end) | std::views::values)
        ids.push_back(connection->identity().connectionId);
    return ids;
}

std::vector<std::weak_ptr<HubConnection>> HubClients::someConnections(std::size_t count) const
{
    std::vector<std::weak_ptr<HubConnection>> connections;
    for (auto at = m_users.begin(); at != m_users.end() && connections.size() < count; ++at)
        connections.push_back(at->second->weak_from_this());
    return connections;
}

ConnectionSelection HubClients::inspect(const ConnectionQuery &query, const QByteArray &hub)
{
    ConnectionSelector selector(query);
    for (HubConnection *connection : m_users | std::views::values) {
        ConnectionInfo info = connection->describe();
        info.hub = hub;
        if (selector.consider(std::move(info)) && query.isClosing)
            connection->close(HubCloseCause::Revoked); // Ends later in this loop turn: the table stays as it is.
    }
    return selector.take();
}

qsizetype HubClients::disconnectUser(const QByteArray &user, HubCloseCause cause)
{
    qsizetype closed = 0;
    const auto [begin, end] = m_users.equal_range(user);
    for (HubConnection *connection : std::ranges::subrange(begin, end) | std::views::values) {
        connection->close(cause); // Ends later in this loop turn: the range stays as it is.
        ++closed;
    }
    return closed;
}

void HubClients::add(HubConnection &connection)
{
    m_users.emplace(connection.identity().user, &connection);
    if (m_directory)
        m_directory->connected(connection.identity().user);
}

void HubClients::remove(HubConnection &connection)
{
    leaveAll(connection);
    const auto [begin, end] = m_users.equal_range(connection.identity().user);
    const auto found
        = std::ranges::find(begin, end, &connection, [](const auto &entry) { return entry.second; });
    if (found == end)
        return;
    m_users.erase(found);
    if (m_directory)
        m_directory->disconnected(connection.identity().user);
}

} // namespace hudhud
