// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/handshake.h"
#include "signalr/hub.h"
#include "signalr/hub_transport.h"
#include "signalr/intrusive_link.h"

#include <memory>

namespace hudhud {

class HubConnectionGroup;

/// The server's end of one hub connection, over any transport and protocol: handshake, calls, pushes,
/// keep-alive, closing. Output of one loop turn leaves together at its end. Thread: the I/O thread of its
/// group. Ownership: shared, so that late answers can tell whether it still exists; the transport holds it
/// until the link is gone. `group` and `hub` may go first: the group ends its connections.
class HubConnection final : public std::enable_shared_from_this<HubConnection>, private IntrusiveLink
{
public:
    HubConnection(HubConnectionGroup &group, const Hub &hub, std::unique_ptr<HubSession> session);
    ~HubConnection();

    // What the transport reports.

    /// The link is up; the handshake time runs. `transport` must live until `transportClosed` or its own
    /// `close`.
    void open(HubTransport &transport);
    /// Bytes from the client, cut anywhere.
    void receive(QByteArrayView bytes);
    /// The transport has caught up.
    void drained();
    void transportClosed();

    // What sessions use.

    /// The protocol of the handshake; only between `opened` and `closed` of the session.
    HubProtocol &protocol() const { return *m_protocol; }
    bool isConnected() const { return m_state == State::Connected; }
    /// Sends whole messages that `protocol` wrote. Dropped unless connected.
    void send(QByteArrayView encoded);
    /// Calls a method of the client; see HubProtocol::writeInvocation.
    void invoke(QByteArrayView target, qsizetype argumentCount, const HubValues &arguments);
    /// Says good-bye as the cause's rule demands, at the end of the loop turn.
    void close(HubCloseCause cause);

private:
    friend class HubCall;
    friend class HubConnectionGroup;

    enum class State : quint8 { Idle, Handshaking, Connected, Closing, Closed };

    QByteArrayView consume(QByteArrayView input);
    void failFraming(bool isTooLarge);
    void takeHandshake(QByteArrayView record);
    void refuseHandshake(const HandshakeError &error);
    void process(QByteArrayView framed);
    void dispatch(const HubMessage &message);
    /// The text that refuses the call before its method is looked at closely; empty if there is none.
    QByteArray refusal(const HubMessage &message, const Hub::Method *method) const;
    void answer(QByteArrayView invocationId, const HubValues &result);
    void answerError(QByteArrayView invocationId, QByteArrayView error);

    void reserveOutput(qsizetype bytes);
    void sendOutput();
    void scheduleFlush();
    /// End of a loop turn: sends what has gathered, closes if that was asked for, looks for congestion.
    void flush();
    void checkCongestion();
    /// Acts on every deadline that has come. Result: the tick to look again.
    quint32 checkDeadlines(quint32 now);
    void finish(HubCloseCause cause);
    /// The group goes away.
    void abandon();

    HubConnectionGroup *m_group;
    const Hub *m_hub;
    std::unique_ptr<HubSession> m_session;
    HubTransport *m_transport = nullptr;
    HubProtocol *m_protocol = nullptr; ///< Null before the handshake.
    QByteArray m_input; ///< A message that has not arrived whole.
    QByteArray m_output; ///< Whole messages of this loop turn.
    quint32 m_lastReceived = 0; ///< Tick of the last whole message, or of the start.
    quint32 m_lastSent = 0;
    quint32 m_congestedSince = 0;
    int m_waitingCalls = 0;
    State m_state = State::Idle;
    HubCloseCause m_closeCause = HubCloseCause::TransportLost;
    bool m_isOpened = false; ///< The session was told so.
    bool m_isCongested = false;
    bool m_isFlushScheduled = false;
};

} // namespace hudhud
