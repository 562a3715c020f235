// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "plugin-api/connections.h"
#include "signalr/hub_close.h"
#include "signalr/hub_push.h"

#include <QHashFunctions>

#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

namespace hudhud {

class HubConnection;
class HubDirectory;

/// The open connections of one hub on one I/O thread, by connection, by user and by group. Sends are at most once for
/// each connection and cost one encoding for each protocol; whoever is not connected misses them, which is no error.
/// Groups are sets of connections: membership ends with the connection, and survives its resuming.
/// Thread: the I/O thread. Ownership: the hub's; connections come and go by themselves. HubDirectory reaches all threads.
class HubClients
{
public:
    HubClients() = default;
    ~HubClients();
    HubClients(const HubClients &) = delete;
    HubClients &operator=(const HubClients &) = delete;

    /// `except`: the caller, when the others are meant.
    void sendToAll(HubPush &push, const HubConnection *except = nullptr);
    /// False: no such connection here.
    bool sendToConnection(QByteArrayView connectionId, HubPush &push);
    void sendToUser(const QByteArray &user, HubPush &push, const HubConnection *except = nullptr);
    void sendToUsers(std::span<const QByteArray> users, HubPush &push);
    void sendToGroup(const QByteArray &group, HubPush &push, const HubConnection *except = nullptr);

    /// Joining twice and leaving what one is not in are no errors. False: the connection is in too many groups.
    bool join(HubConnection &connection, const QByteArray &group);
    void leave(HubConnection &connection, const QByteArray &group);
    qsizetype groupSize(const QByteArray &group) const;

    bool isUserConnected(const QByteArray &user) const { return m_users.contains(user); }
    qsizetype connectionCount() const { return static_cast<qsizetype>(m_users.size()); }
    qsizetype connectionCount(const QByteArray &user) const;
    std::vector<QByteArray> connectionIds(const QByteArray &user) const;
    /// As many of the connections as that, whichever; all if there are fewer.
    std::vector<std::weak_ptr<HubConnection>> someConnections(std::size_t count) const;
    /// What the query asks for of the connections of `hub`, which these are.
    ConnectionSelection inspect(const ConnectionQuery &query, const QByteArray &hub);
    /// Closes all connections of the user. Result: how many.
    qsizetype disconnectUser(const QByteArray &user, HubCloseCause cause);

private:
    friend class HubConnection;
    friend class HubDirectory;

    void add(HubConnection &connection);
    void remove(HubConnection &connection);
    void leaveAll(const HubConnection &connection);

    std::unordered_multimap<QByteArray, HubConnection *> m_users;
    std::unordered_map<QByteArray, std::vector<HubConnection *>> m_groups; ///< None is empty.
    std::unordered_map<const HubConnection *, std::vector<QByteArray>> m_memberships; ///< Of those in groups.
    HubDirectory *m_directory = nullptr; ///< Told who comes and goes.
};

} // namespace hudhud
