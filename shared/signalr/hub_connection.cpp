// SPDX-License-Identifier: GPL-3.0-or-later
// How a connection begins, waits and ends. Input and output have files of their own.
#include "signalr/hub_connection.h"

#include "signalr/hub_connection_group.h"

#include <algorithm>
#include <utility>

namespace hudhud {

namespace {

/// Clients of stateful reconnect begin to count a moment after the handshake's answer. Most ping at once; for the
/// others the session opens after so many ticks.
constexpr quint32 FirstMessageTicks = 2;

} // namespace

HubConnection::HubConnection(HubConnectionGroup &group, const Hub &hub, std::unique_ptr<HubSession> session,
                             HubIdentity identity)
    : m_group(&group)
    , m_hub(&hub)
    , m_session(std::move(session))
    , m_identity(std::move(identity))
{
    group.schedule(*this, 0);
}

HubConnection::~HubConnection()
{
    // A transport that vanished without a word.
    if (m_state != State::Idle && m_state != State::Closed)
        finish(HubCloseCause::TransportLost);
}

const HubSettings &HubConnection::settings() const
{
    return m_group->settings();
}

void HubConnection::makeResumable(std::shared_ptr<void> hold)
{
    m_replay = std::make_unique<HubReplay>(settings().replayBytes);
    m_hold = std::move(hold);
}

void HubConnection::open(HubTransport &transport)
{
    if (m_state != State::Idle)
        return;
    m_transport = &transport;
    m_state = State::Handshaking;
    m_openedAt = m_lastReceived = m_lastSent = m_lastActive = m_group->now();
    m_hub->counters().connections->add(1);
    renew(m_identity.expiresAt);
    m_group->schedule(*this, m_lastReceived + HubConnectionGroup::toTicks(settings().handshakeTimeout) + 1);
}

void HubConnection::openSession()
{
    m_isOpened = true;
    m_hub->clients().add(*this);
    m_session->opened(*this);
}

void HubConnection::renew(std::optional<Timestamp> expiresAt)
{
    m_identity.expiresAt = expiresAt;
    m_expiryTick = expiresAt && settings().closeOnExpiry ? m_group->tickOf(*expiresAt) : 0;
    if (m_state == State::Connected)
        m_group->schedule(*this, m_group->now() + 1);
}

ConnectionInfo HubConnection::describe() const
{
    const bool isIdle = m_group->now() >= m_lastActive + ConnectionIdleAfter.count();
    // Protocols have literals for names.
    const QByteArrayView protocol = m_protocol ? m_protocol->name() : QByteArrayView();
    ConnectionInfo info{.connectionId = m_identity.connectionId,
                        .user = m_identity.user,
                        .hub = {},
                        .transport = m_identity.transport,
                        .protocol = QByteArray::fromRawData(protocol.data(), protocol.size()),
                        .userAgent = m_identity.userAgent,
                        .remoteAddress = m_identity.remoteAddress,
                        .status = ConnectionStatus::Disconnected,
                        .connectedAt = m_group->timeOf(m_openedAt),
                        .lastActivity = m_group->timeOf(m_lastActive),
                        .unsentBytes = m_output.size() + (m_transport ? m_transport->bytesUnsent() : 0),
                        .isSlow = m_isCongested};
    if (m_state == State::Detached)
        info.status = ConnectionStatus::Reconnecting;
    else if (m_state == State::Connected)
        info.status = isIdle ? ConnectionStatus::Idle : ConnectionStatus::Connected;
    return info;
}

quint32 HubConnection::checkDeadlines(quint32 now)
{
    switch (m_state) {
    case State::Idle:
        return now;
    case State::Handshaking:
        return checkHandshaking(now);
    case State::Connected:
        return checkConnected(now);
    case State::Detached:
        return checkDetached(now);
    case State::Closing: // Its flush is on the way.
    case State::Closed:
        break;
    }
    return now + 1;
}

quint32 HubConnection::checkHandshaking(quint32 now)
{
    const quint32 due = m_lastReceived + HubConnectionGroup::toTicks(settings().handshakeTimeout) + 1;
    if (now >= due)
        refuseHandshake(HandshakeError::timeout());
    return due;
}

quint32 HubConnection::checkConnected(quint32 now)
{
    if (isInputHeld())
        m_lastReceived = now; // The silence is ours.
    const bool isWatched = m_transport->noticesSilence();
    quint32 due = (isWatched ? now : m_lastReceived) + HubConnectionGroup::toTicks(settings().clientTimeout) + 1;
    if (now >= due) {
        close(HubCloseCause::ClientTimeout);
        return due;
    }
    if (m_expiryTick != 0 && now >= m_expiryTick) {
        close(HubCloseCause::TokenExpired);
        return due;
    }
    if (m_expiryTick != 0)
        due = std::min(due, m_expiryTick);
    if (checkEverySecond(now))
        due = now + 1;
    if (isWatched)
        return due;
    const quint32 keepAlive = HubConnectionGroup::toTicks(settings().keepAliveInterval);
    if (now >= m_lastSent + keepAlive && m_state == State::Connected) {
        m_protocol->writePing(m_output);
        m_lastSent = now;
        scheduleFlush();
    }
    return std::min(due, m_lastSent + keepAlive);
}

bool HubConnection::checkEverySecond(quint32 now)
{
    bool isBusy = false;
    if (!m_isOpened) {
        if (now >= m_lastReceived + FirstMessageTicks)
            openSession();
        isBusy = true;
    }
    if (m_isCongested) {
        // The transport's own mark may lie above ours, so it may not tell.
        relieve();
        if (m_isCongested && now > m_congestedSince + HubConnectionGroup::toTicks(settings().slowReaderTimeout))
            close(HubCloseCause::SlowReader);
        isBusy = true;
    }
    if (m_replay && m_state == State::Connected) {
        if (const std::optional<qint64> number = m_replay->takeConfirmation()) {
            m_protocol->writeAck(m_output, *number);
            scheduleFlush();
        }
    }
    if (m_exchange) {
        m_exchange->calls.expire(now);
        if (m_exchange->downloads.size() > 0)
            scheduleFlush(); // Should the transport not have told that there is room.
        isBusy = isBusy || m_exchange->calls.size() > 0 || m_exchange->downloads.size() > 0 || isInputHeld();
    }
    return isBusy;
}

quint32 HubConnection::checkDetached(quint32 now)
{
    if (m_exchange)
        m_exchange->calls.expire(now);
    if (now > m_detachedAt + HubConnectionGroup::toTicks(settings().resumeTimeout))
        close(HubCloseCause::TransportLost);
    else if (m_expiryTick != 0 && now >= m_expiryTick)
        close(HubCloseCause::TokenExpired);
    return now + 1;
}

void HubConnection::close(HubCloseCause cause)
{
    if (m_state != State::Handshaking && !isConnected())
        return;
    const HubCloseRule &rule = hubCloseRule(cause);
    if (m_protocol && rule.isAnnounced && m_transport)
        m_protocol->writeClose(m_output, rule.error, rule.allowReconnect);
    m_input = QByteArray();
    m_closeCause = cause;
    m_state = State::Closing;
    m_hold.reset(); // At once: a client that hears the Close message tries to resume first.
    scheduleFlush();
}

void HubConnection::transportClosed()
{
    if (m_state == State::Idle || m_state == State::Closed)
        return;
    finish(m_state == State::Closing ? m_closeCause : HubCloseCause::TransportLost);
}

void HubConnection::finish(HubCloseCause cause)
{
    m_state = State::Closed;
    m_transport = nullptr;
    m_hold.reset();
    m_input = QByteArray();
    m_output = QByteArray();
    unlink();
    m_hub->counters().connections->add(-1);
    m_hub->counters().connectionSeconds->add(m_group->now() - m_openedAt);
    m_hub->counters().countClose(cause);
    if (m_isOpened)
        m_hub->clients().remove(*this);
    if (const auto exchange = std::move(m_exchange)) {
        exchange->calls.failAll(HubCallError::Reason::ConnectionEnded);
        exchange->uploads.endAll("The connection ended.");
    }
    if (m_isOpened)
        m_session->closed();
    const auto linkHold = std::move(m_linkHold);
    m_self.reset(); // May be the last: nothing follows.
}

void HubConnection::abandon()
{
    if (m_state == State::Idle) {
        m_state = State::Closed;
        unlink();
        return;
    }
    finish(HubCloseCause::ServerStopping);
}

} // namespace hudhud
