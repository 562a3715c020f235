// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "cluster/peer_connection.h"
#include "core/clock.h"
#include "plugin-api/request_forwarding.h"

#include <QHashFunctions>

#include <memory>
#include <unordered_map>
#include <vector>

namespace hudhud {

/// Posts requests to other nodes over connections that are kept for the next ones. As many connections as requests under
/// way, which the caller bounds. Thread: one, with an event loop. Ownership: what is under way when it is destroyed is not
/// completed.
class PeerClient
{
public:
    /// Kept idle for each node.
    static constexpr std::size_t MaximumIdle = 16;
    /// Idle connections are used again for so long: well before the other side ends them (endpoints.*.idle_timeout).
    static constexpr std::chrono::seconds MaximumIdleTime{5};

    PeerClient(QByteArray ownId, const Clock &clock);

    /// `endpoint`: the base URL of the node.
    void post(const QByteArray &endpoint, const PeerRequest &request, std::chrono::milliseconds timeout,
              PeerConnection::Completion completion);

private:
    struct Idle
    {
        std::unique_ptr<PeerConnection> connection;
        SteadyTime since{};
    };

    QByteArray encode(const QUrl &endpoint, const PeerRequest &request) const;
    std::unique_ptr<PeerConnection> takeConnection(const QByteArray &endpoint);
    void keep(const QByteArray &endpoint, std::unique_ptr<PeerConnection> connection);

    QByteArray m_ownId;
    const Clock &m_clock;
    quint64 m_lastCall = 0;
    std::unordered_map<quint64, std::unique_ptr<PeerConnection>> m_busy;
    std::unordered_map<QByteArray, std::vector<Idle>> m_idle; ///< By endpoint, the one used last at the end.
};

} // namespace hudhud
