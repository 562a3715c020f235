// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/client_protocol.h"
#include "signalr/client/connector.h"
#include "signalr/client/replay_buffer.h"

#include <QTimer>

#include <deque>

namespace hudhud::client {

/// One connection as the server knows it, from the negotiation to its end: handshake, framing, keep-alive,
/// and, when that was negotiated, its resumption over a new WebSocket. What comes after its end (automatic
/// reconnect) is not its business. Thread: the connection's. Ownership: deleted later when in one of its
/// signals.
class HubLink final : public QObject
{
    Q_OBJECT

public:
    /// `http` must outlive it.
    HubLink(const QUrl &hub, HttpClient &http);
    ~HubLink() override;

    /// Once.
    void open();
    const ClientProtocol &protocol() const { return *m_protocol; }
    const QString &connectionId() const { return m_connectionId; }

    /// A message of the types 1 to 5, whole and framed. Only between `opened` and `closed`. Errors:
    /// QueueFull.
    Result<void> send(const QByteArray &message);
    /// The same for what others wait for and the application cannot repeat: a full queue takes it. Callers
    /// bound its number.
    void sendAlways(const QByteArray &message);
    qint64 bytesUnsent() const;
    /// Leaves politely; `closed` follows, or never, when the network hangs.
    void close();

Q_SIGNALS:
    void opened();
    /// The message's views end with the signal.
    void received(const hudhud::HubMessage &message);
    /// Comes once. `mayReturn`: the server has nothing against another connection.
    void closed(const hudhud::client::HubError &error, bool mayReturn);

private:
    enum class State : quint8 { Connecting, Handshaking, Open, Resuming, Closing, Closed };

    void connected();
    void adopt(std::unique_ptr<Transport> transport);
    void dropTransport();
    void transportClosed(const HubError &error);
    void bytesArrived(const QByteArray &bytes);
    void takeHandshake();
    void takeMessages();
    void take(const HubMessage &message);
    void takeSequence(qint64 number);
    /// The rest of what waits for room in the replay buffer.
    void sendWaiting();
    void write(const QByteArray &message);
    void silence();
    void resume(const HubError &reason);
    void openAgain();
    void resumed();
    void finish(const HubError &error, bool mayReturn);
    void protocolError(const QString &message);

    HttpClient &m_http;
    const HubConnectionOptions &m_options;
    std::unique_ptr<ClientProtocol> m_protocol;
    std::unique_ptr<Connector> m_connector;
    std::unique_ptr<Transport> m_transport; ///< Null while there is none.
    TransportTarget m_target; ///< Of a resumption.
    QString m_connectionId;
    HubMessage m_message; ///< Kept for its allocations.
    QByteArray m_input; ///< Received bytes that were not looked at.
    ReplayBuffer m_replay;
    std::deque<QByteArray> m_waiting; ///< Have no number yet: the replay buffer is full.
    qint64 m_waitingBytes = 0;
    QTimer m_deadline; ///< Of the handshake or the resumption.
    QTimer m_serverTimer;
    QTimer m_keepAliveTimer;
    QTimer m_ackTimer;
    State m_state = State::Connecting;
    bool m_isStateful = false;
    bool m_hasRedirectToken = false;
    bool m_canWrite = false; ///< The transport takes hub messages.
};

} // namespace hudhud::client
