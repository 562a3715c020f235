// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_connection.h"

#include "signalr/hub_connection_group.h"
#include "signalr/json_hub_protocol.h"

#include <algorithm>
#include <utility>

namespace hudhud {

HubConnection::HubConnection(HubConnectionGroup &group, const Hub &hub, std::unique_ptr<HubSession> session)
    : m_group(&group)
    , m_hub(&hub)
    , m_session(std::move(session))
{
    group.schedule(*this, 0);
}

HubConnection::~HubConnection()
{
    // A transport that vanished without a word.
    if (m_state != State::Idle && m_state != State::Closed)
        finish(HubCloseCause::TransportLost);
}

void HubConnection::open(HubTransport &transport)
{
    if (m_state != State::Idle)
        return;
    m_transport = &transport;
    m_state = State::Handshaking;
    m_lastReceived = m_lastSent = m_group->now();
    m_hub->metrics().connections->add(1);
    m_group->schedule(*this,
                      m_lastReceived + HubConnectionGroup::toTicks(m_group->settings().handshakeTimeout) + 1);
}

void HubConnection::receive(QByteArrayView bytes)
{
    if (m_state != State::Handshaking && m_state != State::Connected)
        return;
    // The buffer exists only while a message has not arrived whole; usually all of `bytes` is consumed in
    // place.
    QByteArray joined;
    if (!m_input.isEmpty()) {
        joined = std::exchange(m_input, QByteArray());
        joined.append(bytes);
        bytes = joined;
    }
    const QByteArrayView rest = consume(bytes);
    if (!rest.isEmpty())
        m_input = rest.toByteArray();
}

QByteArrayView HubConnection::consume(QByteArrayView input)
{
    const qsizetype limit = m_group->settings().maximumMessageSize;
    while (!input.isEmpty() && (m_state == State::Handshaking || m_state == State::Connected)) {
        const qsizetype length
            = m_protocol ? m_protocol->messageLength(input) : input.indexOf(RecordSeparator) + 1;
        // What has not arrived whole is at least one byte longer than what is here.
        if (length < 0 || length > limit || (length == 0 && input.size() >= limit)) {
            failFraming(length >= 0);
            return {};
        }
        if (length == 0)
            return input;
        m_lastReceived = m_group->now();
        if (m_state == State::Handshaking)
            takeHandshake(input.first(length));
        else
            process(input.first(length));
        input = input.sliced(length);
    }
    return {};
}

void HubConnection::failFraming(bool isTooLarge)
{
    if (m_state == State::Handshaking)
        refuseHandshake(HandshakeError::tooLarge());
    else
        close(isTooLarge ? HubCloseCause::MessageTooLarge : HubCloseCause::ProtocolError);
}

void HubConnection::takeHandshake(QByteArrayView record)
{
    const auto request = parseHandshake(record);
    if (!request) {
        refuseHandshake(request.error());
        return;
    }
    HubProtocol *protocol = m_group->findProtocol(request->protocol);
    if (!protocol) {
        refuseHandshake(HandshakeError::unsupportedProtocol(request->protocol));
        return;
    }
    if (!m_transport->carries(protocol->transferFormat())) {
        refuseHandshake(HandshakeError::unsupportedBinary(request->protocol));
        return;
    }
    m_protocol = protocol;
    m_state = State::Connected;
    m_lastSent = m_group->now();
    m_hub->metrics().connects->add();
    // Alone in its unit of the transport: some clients want it so.
    m_transport->send(protocol->transferFormat(), handshakeAccepted());
    m_group->schedule(*this, m_lastSent + HubConnectionGroup::toTicks(m_group->settings().keepAliveInterval));
    m_isOpened = true;
    m_session->opened(*this);
}

void HubConnection::refuseHandshake(const HandshakeError &error)
{
    m_hub->metrics().countHandshakeFailure(error.reason);
    m_output = handshakeRefused(error);
    m_closeCause = HubCloseCause::HandshakeFailed;
    m_state = State::Closing;
    scheduleFlush();
}

void HubConnection::process(QByteArrayView framed)
{
    HubMessage &message = m_group->m_message;
    switch (m_protocol->parse(framed, message)) {
    case HubProtocol::Outcome::Malformed:
        close(HubCloseCause::ProtocolError);
        return;
    case HubProtocol::Outcome::Ignored:
        return;
    case HubProtocol::Outcome::Parsed:
        break;
    }
    switch (message.type) {
    case HubMessageType::Invocation:
    case HubMessageType::StreamInvocation:
        dispatch(message);
        return;
    case HubMessageType::Close:
        close(HubCloseCause::ClientLeft);
        return;
    case HubMessageType::StreamItem: // No method takes or gives a stream, so these name no stream we know.
    case HubMessageType::Completion:
    case HubMessageType::CancelInvocation:
    case HubMessageType::Ping:
    case HubMessageType::Ack: // Never negotiated.
    case HubMessageType::Sequence:
        return;
    }
}

QByteArray HubConnection::refusal(const HubMessage &message, const Hub::Method *method) const
{
    const int waitingLimit = m_group->settings().maximumWaitingCalls;
    const auto quotedTarget = [&message] { return '\'' + message.target.toByteArray() + '\''; };
    if (!method)
        return "Failed to invoke " + quotedTarget()
            + " due to an error on the server. HubException: Method does not exist.";
    if (message.type == HubMessageType::StreamInvocation)
        return "The client attempted to invoke the non-streaming " + quotedTarget()
            + " method with a streaming invocation.";
    if (message.streamCount > 0)
        return "An unexpected error occurred invoking " + quotedTarget()
            + " on the server. HubException: Client sent " + QByteArray::number(message.streamCount)
            + " stream(s), Hub method expects 0.";
    if (m_waitingCalls >= waitingLimit)
        return "An unexpected error occurred invoking " + quotedTarget()
            + " on the server. HubException: More than " + QByteArray::number(waitingLimit)
            + " calls wait for their answer; send fewer at once.";
    return {};
}

void HubConnection::dispatch(const HubMessage &message)
{
    const Hub::Method *method = m_hub->findMethod(message.target);
    if (const QByteArray error = refusal(message, method); !error.isEmpty()) {
        answerError(message.invocationId, error);
        return;
    }
    HubCall call(*this, message.invocationId, message.target);
    if (!(*method)(*m_session, call, message.arguments))
        call.failBinding();
}

void HubConnection::answer(QByteArrayView invocationId, const HubValues &result)
{
    if (m_state != State::Connected || invocationId.isEmpty())
        return;
    reserveOutput(0);
    m_protocol->writeCompletion(m_output, invocationId, result);
    scheduleFlush();
}

void HubConnection::answerError(QByteArrayView invocationId, QByteArrayView error)
{
    if (m_state != State::Connected)
        return;
    m_hub->metrics().invocationErrors->add();
    if (invocationId.isEmpty())
        return;
    reserveOutput(error.size());
    m_protocol->writeFailure(m_output, invocationId, error);
    scheduleFlush();
}

void HubConnection::send(QByteArrayView encoded)
{
    if (m_state != State::Connected)
        return;
    reserveOutput(encoded.size());
    m_output.append(encoded);
    scheduleFlush();
}

void HubConnection::invoke(QByteArrayView target, qsizetype argumentCount, const HubValues &arguments)
{
    if (m_state != State::Connected)
        return;
    reserveOutput(0);
    m_protocol->writeInvocation(m_output, target, argumentCount, arguments);
    scheduleFlush();
}

/// Makes room for so many more bytes within the size of a batch.
void HubConnection::reserveOutput(qsizetype bytes)
{
    if (!m_output.isEmpty() && m_output.size() + bytes >= m_group->settings().batchBytes)
        sendOutput();
}

void HubConnection::sendOutput()
{
    if (m_output.isEmpty())
        return;
    m_transport->send(m_protocol ? m_protocol->transferFormat() : TransferFormat::Text, m_output);
    m_output = QByteArray();
    m_lastSent = m_group->now();
}

void HubConnection::scheduleFlush()
{
    if (!std::exchange(m_isFlushScheduled, true))
        m_group->scheduleFlush(shared_from_this());
}

void HubConnection::flush()
{
    m_isFlushScheduled = false;
    if (m_state != State::Connected && m_state != State::Closing)
        return;
    sendOutput();
    if (m_state == State::Closing) {
        m_transport->close();
        finish(m_closeCause);
        return;
    }
    checkCongestion();
}

void HubConnection::checkCongestion()
{
    if (m_isCongested || m_transport->bytesUnsent() <= m_group->settings().slowReaderBytes)
        return;
    m_isCongested = true;
    m_congestedSince = m_group->now();
    m_group->schedule(*this, m_congestedSince + 1);
    m_session->congested();
}

void HubConnection::drained()
{
    if (!std::exchange(m_isCongested, false) || m_state != State::Connected)
        return;
    m_session->drained();
}

quint32 HubConnection::checkDeadlines(quint32 now)
{
    const HubSettings &settings = m_group->settings();
    if (m_state == State::Idle)
        return now;
    if (m_state == State::Handshaking) {
        const quint32 due = m_lastReceived + HubConnectionGroup::toTicks(settings.handshakeTimeout) + 1;
        if (now >= due)
            refuseHandshake(HandshakeError::timeout());
        return due;
    }
    if (m_state != State::Connected)
        return now + 1; // Its flush is on the way.
    const bool isWatched = m_transport->noticesSilence();
    quint32 due = (isWatched ? now : m_lastReceived) + HubConnectionGroup::toTicks(settings.clientTimeout) + 1;
    if (now >= due) {
        close(HubCloseCause::ClientTimeout);
        return due;
    }
    if (m_isCongested) {
        // The transport's own mark may lie above ours, so it may not tell.
        if (m_transport->bytesUnsent() <= settings.slowReaderBytes / 2)
            drained();
        else if (now > m_congestedSince + HubConnectionGroup::toTicks(settings.slowReaderTimeout))
            close(HubCloseCause::SlowReader);
        due = now + 1;
    }
    if (isWatched)
        return due;
    const quint32 keepAlive = HubConnectionGroup::toTicks(settings.keepAliveInterval);
    if (now >= m_lastSent + keepAlive && m_state == State::Connected) {
        m_protocol->writePing(m_output);
        m_lastSent = now;
        scheduleFlush();
    }
    return std::min(due, m_lastSent + keepAlive);
}

void HubConnection::close(HubCloseCause cause)
{
    if (m_state != State::Handshaking && m_state != State::Connected)
        return;
    const HubCloseRule &rule = hubCloseRule(cause);
    if (m_protocol && rule.isAnnounced)
        m_protocol->writeClose(m_output, rule.error, rule.allowReconnect);
    m_input = QByteArray();
    m_closeCause = cause;
    m_state = State::Closing;
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
    m_input = QByteArray();
    m_output = QByteArray();
    unlink();
    m_hub->metrics().connections->add(-1);
    m_hub->metrics().countClose(cause);
    if (m_isOpened)
        m_session->closed();
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
