// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/peer_client.h"

#include <QUrl>

#include <utility>

namespace hudhud {

PeerClient::PeerClient(QByteArray ownId, const Clock &clock)
    : m_ownId(std::move(ownId))
    , m_clock(clock)
{
}

void PeerClient::post(const QByteArray &endpoint, const PeerRequest &request, std::chrono::milliseconds timeout,
                      PeerConnection::Completion completion)
{
    const quint64 call = ++m_lastCall;
    PeerConnection &connection = *m_busy.emplace(call, takeConnection(endpoint)).first->second;
    connection.send(encode(QUrl::fromEncoded(endpoint), request), timeout,
                    [this, call, endpoint, completion = std::move(completion)](PeerReply reply) mutable {
                        auto answered = std::move(completion);
                        const auto busy = m_busy.find(call);
                        std::unique_ptr<PeerConnection> used = std::move(busy->second);
                        m_busy.erase(busy);
                        keep(endpoint, std::move(used));
                        answered(std::move(reply));
                    });
}

QByteArray PeerClient::encode(const QUrl &endpoint, const PeerRequest &request) const
{
    QByteArray out;
    out.reserve(512 + request.body.size());
    out.append("POST ").append(endpoint.path(QUrl::FullyEncoded).toUtf8()).append(request.path).append(" HTTP/1.1\r\n");
    const auto add = [&out](QByteArrayView name, QByteArrayView value) {
        out.append(name).append(": ").append(value).append("\r\n");
    };
    add("Host", endpoint.authority(QUrl::FullyEncoded).toUtf8());
    add("Authorization", request.authorization);
    add("Content-Type", "application/json");
    add("Content-Length", QByteArray::number(request.body.size()));
    add(RequestForwarding::Mark, m_ownId);
    if (!request.idempotencyKey.isEmpty())
        add("Idempotency-Key", request.idempotencyKey);
    return out.append("\r\n").append(request.body);
}

std::unique_ptr<PeerConnection> PeerClient::takeConnection(const QByteArray &endpoint)
{
    std::vector<Idle> &idle = m_idle[endpoint];
    const SteadyTime oldest = m_clock.steadyNow() - MaximumIdleTime;
    while (!idle.empty()) {
        Idle last = std::move(idle.back());
        idle.pop_back();
        if (last.since >= oldest && last.connection->isReusable())
            return std::move(last.connection);
        if (last.since < oldest)
            idle.clear(); // The others are older.
    }
    return std::make_unique<PeerConnection>(QUrl::fromEncoded(endpoint));
}

void PeerClient::keep(const QByteArray &endpoint, std::unique_ptr<PeerConnection> connection)
{
    std::vector<Idle> &idle = m_idle[endpoint];
    if (connection->isReusable() && idle.size() < MaximumIdle)
        idle.push_back({std::move(connection), m_clock.steadyNow()});
}

} // namespace hudhud
