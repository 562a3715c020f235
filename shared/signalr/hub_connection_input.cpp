// SPDX-License-Identifier: GPL-3.0-or-later
// What a connection does with the client's bytes.
#include "signalr/hub_connection.h"

#include "signalr/hub_connection_group.h"
#include "signalr/json_hub_protocol.h"

#include <algorithm>
#include <utility>

namespace hudhud {

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
    if (isInputHeld() && rest.size() > settings().heldInputBytes)
        close(HubCloseCause::InputOverflow);
    else if (!rest.isEmpty())
        m_input = rest.toByteArray();
}

QByteArrayView HubConnection::consume(QByteArrayView input)
{
    const qsizetype limit = settings().maximumMessageSize;
    while (!input.isEmpty() && (m_state == State::Handshaking || m_state == State::Connected)) {
        if (isInputHeld())
            return input;
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
    if (request->version < HighestHubProtocolVersion)
        m_replay.reset(); // It knows no Ack and no Sequence.
    m_protocol = protocol;
    m_state = State::Connected;
    m_lastSent = m_group->now();
    m_hub->counters().connects->add();
    // Alone in its unit of the transport: some clients want it so.
    m_transport->send(protocol->transferFormat(), handshakeAccepted());
    if (m_replay) {
        m_group->schedule(*this, m_lastSent + 1); // The session opens with the client's first message, or soon.
        return;
    }
    m_group->schedule(*this,
                      m_lastSent
                          + (m_expiryTick != 0 ? 1 : HubConnectionGroup::toTicks(settings().keepAliveInterval)));
    openSession();
}

void HubConnection::refuseHandshake(const HandshakeError &error)
{
    m_hub->counters().countHandshakeFailure(error.reason);
    m_output = handshakeRefused(error);
    m_closeCause = HubCloseCause::HandshakeFailed;
    m_state = State::Closing;
    m_hold.reset();
    scheduleFlush();
}

void HubConnection::process(QByteArrayView framed)
{
    HubMessage &message = m_group->m_message;
    if (!m_isOpened)
        openSession();
    switch (m_protocol->parse(framed, message)) {
    case HubProtocol::Outcome::Malformed:
        close(HubCloseCause::ProtocolError);
        return;
    case HubProtocol::Outcome::Ignored:
        return;
    case HubProtocol::Outcome::Parsed:
        break;
    }
    if (m_replay && !takeNumbered(message.type))
        return;
    switch (message.type) {
    case HubMessageType::Invocation:
    case HubMessageType::StreamInvocation:
        dispatch(message);
        return;
    case HubMessageType::StreamItem:
        takeItem(message, framed);
        return;
    case HubMessageType::Completion:
        takeCompletion(message);
        return;
    case HubMessageType::CancelInvocation: // Of anything else than a stream: it runs on, and nobody waits.
        if (m_exchange && m_exchange->downloads.cancel(message.invocationId))
            answer(message.invocationId, {});
        return;
    case HubMessageType::Close:
        close(HubCloseCause::ClientLeft);
        return;
    case HubMessageType::Ack:
        takeConfirmation(message.sequenceId);
        return;
    case HubMessageType::Sequence:
        takeSequence(message.sequenceId);
        return;
    case HubMessageType::Ping:
        return;
    }
}

void HubConnection::takeItem(const HubMessage &message, QByteArrayView framed)
{
    if (!m_exchange)
        return;
    m_exchange->uploads.item(message.invocationId, message.value, framed);
    if (m_state != State::Connected || !m_exchange->uploads.isFull(settings().streamBufferCapacity))
        return;
    m_exchange->isInputHeld = true;
    m_transport->holdInput(true);
    m_group->schedule(*this, m_group->now() + 1);
}

void HubConnection::takeCompletion(HubMessage &message)
{
    if (!m_exchange)
        return;
    HubResult result = std::move(message.value);
    if (!message.error.isEmpty())
        result = std::unexpected(HubCallError{HubCallError::Reason::ClientFailed, message.error.toByteArray()});
    if (!m_exchange->calls.answer(message.invocationId, result))
        m_exchange->uploads.end(message.invocationId, message.error);
}

QByteArray HubConnection::refusal(const HubMessage &message, const Hub::Method *method) const
{
    const int waitingLimit = settings().maximumWaitingCalls;
    const auto quotedTarget = [&message] { return '\'' + message.target.toByteArray() + '\''; };
    if (!method)
        return "Failed to invoke " + quotedTarget()
            + " due to an error on the server. HubException: Method does not exist.";
    const bool wantsStream = message.type == HubMessageType::StreamInvocation;
    if (wantsStream && !method->isStreaming)
        return "The client attempted to invoke the non-streaming " + quotedTarget()
            + " method with a streaming invocation.";
    if (!wantsStream && method->isStreaming)
        return "The client attempted to invoke the streaming " + quotedTarget()
            + " method with a non-streaming invocation.";
    if (m_waitingCalls >= waitingLimit)
        return "An unexpected error occurred invoking " + quotedTarget()
            + " on the server. HubException: More than " + QByteArray::number(waitingLimit)
            + " calls wait for their answer; send fewer at once.";
    if (wantsStream || !message.streamIds.empty() || method->uploadCount > 0)
        return refuseStreams(message, *method);
    return {};
}

QByteArray HubConnection::refuseStreams(const HubMessage &message, const Hub::Method &method) const
{
    const QByteArray prefix = "An unexpected error occurred invoking '" + message.target.toByteArray()
        + "' on the server. HubException: ";
    const auto count = static_cast<qsizetype>(message.streamIds.size());
    if (count != method.uploadCount)
        return prefix + "Client sent " + QByteArray::number(count) + " stream(s), Hub method expects "
            + QByteArray::number(method.uploadCount) + '.';
    const qsizetype uploads = m_exchange ? static_cast<qsizetype>(m_exchange->uploads.size()) : 0;
    const qsizetype downloads = m_exchange ? static_cast<qsizetype>(m_exchange->downloads.size()) : 0;
    if (uploads + count > settings().maximumStreams || downloads + 1 > settings().maximumStreams)
        return prefix + "One connection may have " + QByteArray::number(settings().maximumStreams)
            + " streams in each direction; end one first.";
    const auto isInUse = [&message](QByteArrayView id) { return std::ranges::count(message.streamIds, id) > 1; };
    for (const QByteArrayView id : message.streamIds) {
        if (isInUse(id) || (m_exchange && m_exchange->uploads.contains(id)))
            return "Invocation ID '" + id.toByteArray() + "' is already in use.";
    }
    if (method.isStreaming && m_exchange && m_exchange->downloads.contains(message.invocationId))
        return "Invocation ID '" + message.invocationId.toByteArray() + "' is already in use.";
    return {};
}

std::vector<HubUpload> HubConnection::openUploads(const std::vector<QByteArrayView> &ids)
{
    std::vector<HubUpload> uploads;
    uploads.reserve(ids.size());
    for (const QByteArrayView id : ids) {
        exchange().uploads.add(id.toByteArray());
        uploads.emplace_back(weak_from_this(), id.toByteArray());
    }
    return uploads;
}

void HubConnection::dispatch(const HubMessage &message)
{
    m_lastActive = m_group->now();
    const Hub::Method *method = m_hub->findMethod(message.target);
    if (const QByteArray error = refusal(message, method); !error.isEmpty()) {
        answerError(message.invocationId, error);
        return;
    }
    std::vector<HubUpload> uploads = openUploads(message.streamIds);
    HubCall call(*this, message.invocationId, message.target);
    if (!method->function(*m_session, call, {message.arguments, uploads}))
        call.failBinding();
    if (m_exchange)
        m_exchange->uploads.dropUnread();
}

bool HubConnection::takeNumbered(HubMessageType type)
{
    if (type > HubMessageType::CancelInvocation)
        return true;
    if (!m_replay->hasConfirmation())
        m_group->schedule(*this, m_group->now() + 1); // Tells the client then.
    return m_replay->received();
}

void HubConnection::takeConfirmation(qint64 number)
{
    if (!m_replay)
        return; // Never negotiated.
    if (!m_replay->confirm(number))
        close(HubCloseCause::ProtocolError);
    else
        relieve();
}

void HubConnection::takeSequence(qint64 number)
{
    if (m_replay && !m_replay->expect(number))
        close(HubCloseCause::ProtocolError);
}

} // namespace hudhud
