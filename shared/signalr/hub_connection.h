// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.h"
#include "plugin-api/connections.h"
#include "signalr/handshake.h"
#include "signalr/hub.h"
#include "signalr/hub_client_calls.h"
#include "signalr/hub_exchange.h"
#include "signalr/hub_replay.h"
#include "signalr/hub_settings.h"
#include "signalr/hub_transport.h"
#include "signalr/intrusive_link.h"

#include <memory>
#include <optional>

namespace hudhud {

class HubConnectionGroup;

/// Who is at the other end.
struct HubIdentity
{
    /// Public; the client knows it from negotiate, from version 1 on. May be empty.
    QByteArray connectionId;
    QByteArray user;
    std::optional<Timestamp> expiresAt; ///< Of the token.
    QByteArray transport = {}; ///< "WebSockets"; for operators, as the next.
    QByteArray userAgent = {};
    QHostAddress remoteAddress = {};
};

/// The server's end of one hub connection, over any transport and protocol: handshake, calls, pushes, streams,
/// keep-alive, closing. Output of one loop turn leaves together at its end. Thread: the I/O thread of its group.
/// Ownership: shared, so that late answers can tell whether it still exists; the transport holds it until the link is
/// gone, and a resumable one holds itself while it waits for the next link. `group` and `hub` may go first: the group
/// ends its connections.
class HubConnection final : public std::enable_shared_from_this<HubConnection>, private IntrusiveLink
{
public:
    HubConnection(HubConnectionGroup &group, const Hub &hub, std::unique_ptr<HubSession> session,
                  HubIdentity identity = {});
    ~HubConnection();

    // What the transport reports.

    /// Stateful reconnect was negotiated: the connection survives the loss of its link, if the handshake asks for
    /// version 2. Before `open`. `hold` lives until the connection can be resumed no more.
    void makeResumable(std::shared_ptr<void> hold);
    /// The link is up; the handshake time runs. `transport` must live until `transportClosed` or its own
    /// `close` or `abandon`.
    void open(HubTransport &transport);
    /// Bytes from the client, cut anywhere.
    void receive(QByteArrayView bytes);
    /// The transport has caught up.
    void drained();
    /// The link has ended for good.
    void transportClosed();
    /// The link broke without a good-bye: a resumable connection waits for `resume`.
    void transportLost();
    /// The client is back over a new link, perhaps before the loss of the old one was seen. False: too late.
    /// `hold` keeps the transport, if nobody else does, until the connection is done with it; then the connection holds
    /// itself as well.
    bool resume(HubTransport &transport, std::shared_ptr<void> hold = {});

    // What sessions use.

    const HubIdentity &identity() const { return m_identity; }
    const HubSettings &settings() const;
    /// The protocol of the handshake; only between `opened` and `closed` of the session.
    HubProtocol &protocol() const { return *m_protocol; }
    /// Also while it waits for a new link: what is sent then follows on resuming.
    bool isConnected() const { return m_state == State::Connected || m_state == State::Detached; }
    /// As operators see it, but for the hub's name and what delivery knows.
    ConnectionInfo describe() const;
    /// Sends whole messages that `protocol` wrote. Dropped unless connected.
    void send(QByteArrayView encoded);
    /// Calls a method of the client; see HubProtocol::writeInvocation.
    void invoke(QByteArrayView target, qsizetype argumentCount, const HubValues &arguments);
    /// The same for a method that gives a result. `reply` comes exactly once: with it, after `clientResultTimeout`,
    /// when the connection ends, or at once if the call cannot be made. Result: what `cancelRequest` takes.
    QByteArray request(QByteArrayView target, qsizetype argumentCount, const HubValues &arguments, HubReply reply);
    /// Nobody waits any more: the reply comes at once, with Cancelled, unless it has come.
    void cancelRequest(QByteArrayView id);
    /// The client showed a new token that expires then; see HubSettings::closeOnExpiry.
    void renew(std::optional<Timestamp> expiresAt);
    /// Says good-bye as the cause's rule demands, at the end of the loop turn.
    void close(HubCloseCause cause);

private:
    friend class HubCall;
    friend class HubConnectionGroup;
    friend class HubDownloads;
    friend class HubProducer;
    friend class HubUpload;

    enum class State : quint8 { Idle, Handshaking, Connected, Detached, Closing, Closed };

    // Input.
    QByteArrayView consume(QByteArrayView input);
    void failFraming(bool isTooLarge);
    void takeHandshake(QByteArrayView record);
    void refuseHandshake(const HandshakeError &error);
    void openSession();
    void process(QByteArrayView framed);
    void takeItem(const HubMessage &message, QByteArrayView framed);
    void takeCompletion(HubMessage &message);
    void dispatch(const HubMessage &message);
    /// The text that refuses the call before its method is looked at closely; empty if there is none.
    QByteArray refusal(const HubMessage &message, const Hub::Method *method) const;
    QByteArray refuseStreams(const HubMessage &message, const Hub::Method &method) const;
    std::vector<HubUpload> openUploads(const std::vector<QByteArrayView> &ids);
    bool isInputHeld() const { return m_exchange && m_exchange->isInputHeld; }

    // Streams and calls that run on.
    HubExchange &exchange();
    void serveStreams();
    void startDownload(const QByteArray &id, std::unique_ptr<HubProducer> producer);
    void readUpload(QByteArrayView id, std::unique_ptr<HubUploadReader> reader);
    void resumeUpload(QByteArrayView id);
    /// For producers: whether more may be written now.
    bool hasRoom() const;

    // Output.
    void answer(QByteArrayView invocationId, const HubValues &result);
    void answerError(QByteArrayView invocationId, QByteArrayView error);
    void writeItem(QByteArrayView invocationId, const HubValues &item);
    bool showsDetails() const;
    void reserveOutput(qsizetype bytes);
    /// Numbered messages were written to the output from `begin` on.
    void written(qsizetype begin);
    void sendOutput();
    void scheduleFlush();
    /// End of a loop turn: sends what has gathered, closes if that was asked for, looks for congestion.
    void flush();
    bool isOverfull(qint64 unsentLimit) const;
    void checkCongestion();
    /// Ends the congestion if there is room again.
    void relieve();

    // Resuming.
    bool takeNumbered(HubMessageType type);
    void takeConfirmation(qint64 number);
    void takeSequence(qint64 number);

    // Time and end.
    /// Acts on every deadline that has come. Result: the tick to look again.
    quint32 checkDeadlines(quint32 now);
    quint32 checkHandshaking(quint32 now);
    quint32 checkConnected(quint32 now);
    quint32 checkDetached(quint32 now);
    /// Those of a connection that has something going on. Result: whether it does.
    bool checkEverySecond(quint32 now);
    void finish(HubCloseCause cause);
    /// The group goes away.
    void abandon();

    HubConnectionGroup *m_group;
    const Hub *m_hub;
    std::unique_ptr<HubSession> m_session;
    HubIdentity m_identity;
    HubTransport *m_transport = nullptr; ///< Null while there is no link.
    HubProtocol *m_protocol = nullptr; ///< Null before the handshake.
    std::unique_ptr<HubExchange> m_exchange; ///< Null until something needs it.
    std::unique_ptr<HubReplay> m_replay; ///< Null unless resumable.
    std::shared_ptr<void> m_hold; ///< As in makeResumable.
    std::shared_ptr<HubConnection> m_self; ///< While detached, and on links that do not hold the connection.
    std::shared_ptr<void> m_linkHold; ///< As in `resume`.
    QByteArray m_input; ///< A message that has not arrived whole, or whatever is held.
    QByteArray m_output; ///< Whole messages of this loop turn.
    quint32 m_openedAt = 0;
    quint32 m_lastReceived = 0; ///< Tick of the last whole message, or of the start.
    quint32 m_lastSent = 0;
    quint32 m_lastActive = 0; ///< Tick of the last call or push, pings aside.
    quint32 m_congestedSince = 0;
    quint32 m_detachedAt = 0;
    quint32 m_expiryTick = 0; ///< 0: none.
    int m_waitingCalls = 0;
    State m_state = State::Idle;
    HubCloseCause m_closeCause = HubCloseCause::TransportLost;
    bool m_isOpened = false; ///< The session was told so.
    bool m_isCongested = false;
    bool m_isFlushScheduled = false;
};

} // namespace hudhud
