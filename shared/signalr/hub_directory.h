// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_clients.h"
#include "signalr/loop_port.h"

#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace hudhud {

/// One hub's connections on all I/O threads of the process: who is there, and a way to reach them. Sends go to each
/// thread in one piece of work and are written there once for each protocol. Thread: any. Ownership: outlives the hubs
/// that joined.
class HubDirectory
{
public:
    /// On the I/O thread of `clients`. `port` is that thread's; it must be closed before `clients` goes.
    void join(HubClients &clients, std::shared_ptr<LoopPort> port);

    void sendToAll(const HubPush &push);
    void sendToUser(const QByteArray &user, const HubPush &push);
    void sendToUsers(const std::vector<QByteArray> &users, const HubPush &push);
    /// The members on all threads.
    void sendToGroup(const QByteArray &group, const HubPush &push);

    bool isUserConnected(const QByteArray &user) const { return connectionCount(user) > 0; }
    qsizetype connectionCount() const;
    qsizetype connectionCount(const QByteArray &user) const;
    /// As Transport::inspectConnections; `hub`: what operators call this one.
    void inspect(const std::shared_ptr<ConnectionInquiry> &inquiry, const QByteArray &hub);
    /// Closes all connections of the user, whatever carries them. Result: how many there were.
    qsizetype disconnectUser(const QByteArray &user, HubCloseCause cause = HubCloseCause::Revoked);

private:
    friend class HubClients;

    struct Member
    {
        HubClients *clients = nullptr;
        std::shared_ptr<LoopPort> port;
    };

    void leave(HubClients &clients);
    void connected(const QByteArray &user);
    void disconnected(const QByteArray &user);
    /// Runs `work` on every thread with its part of the connections.
    void post(const std::function<void(HubClients &clients)> &work) const;

    mutable std::mutex m_mutex; ///< Guards everything below.
    std::vector<Member> m_members;
    std::unordered_map<QByteArray, qsizetype> m_users; ///< Connections of each; none is 0.
    qsizetype m_connections = 0;
};

} // namespace hudhud
