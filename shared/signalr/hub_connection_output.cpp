// SPDX-License-Identifier: GPL-3.0-or-later
// What a connection sends, and what it does when its link breaks.
#include "signalr/hub_connection.h"

#include "signalr/hub_connection_group.h"

#include <utility>

namespace hudhud {

bool HubConnection::showsDetails() const
{
    return m_state != State::Closed && settings().detailedErrors;
}

void HubConnection::answer(QByteArrayView invocationId, const HubValues &result)
{
    if (!isConnected() || invocationId.isEmpty())
        return;
    reserveOutput(0);
    const qsizetype begin = m_output.size();
    m_protocol->writeCompletion(m_output, invocationId, result);
    written(begin);
}

void HubConnection::answerError(QByteArrayView invocationId, QByteArrayView error)
{
    if (!isConnected())
        return;
    m_hub->counters().invocationErrors->add();
    if (invocationId.isEmpty())
        return;
    reserveOutput(error.size());
    const qsizetype begin = m_output.size();
    m_protocol->writeFailure(m_output, invocationId, error);
    written(begin);
}

void HubConnection::writeItem(QByteArrayView invocationId, const HubValues &item)
{
    if (!isConnected())
        return;
    reserveOutput(0);
    const qsizetype begin = m_output.size();
    m_protocol->writeStreamItem(m_output, invocationId, item);
    written(begin);
}

void HubConnection::send(QByteArrayView encoded)
{
    if (!isConnected()) {
        m_hub->counters().failedDeliveries->add();
        return;
    }
    reserveOutput(encoded.size());
    const qsizetype begin = m_output.size();
    m_output.append(encoded);
    written(begin);
}

void HubConnection::invoke(QByteArrayView target, qsizetype argumentCount, const HubValues &arguments)
{
    if (!isConnected()) {
        m_hub->counters().failedDeliveries->add();
        return;
    }
    reserveOutput(0);
    const qsizetype begin = m_output.size();
    m_protocol->writeInvocation(m_output, target, argumentCount, arguments);
    written(begin);
}

QByteArray HubConnection::request(QByteArrayView target, qsizetype argumentCount, const HubValues &arguments,
                                  HubReply reply)
{
    if (!isConnected()) {
        reply(std::unexpected(HubCallError::of(HubCallError::Reason::NotConnected)));
        return {};
    }
    HubClientCalls &calls = exchange().calls;
    if (calls.size() >= static_cast<std::size_t>(settings().maximumClientCalls)) {
        reply(std::unexpected(HubCallError::of(HubCallError::Reason::TooMany)));
        return {};
    }
    const quint32 due = m_group->now() + HubConnectionGroup::toTicks(settings().clientResultTimeout) + 1;
    const QByteArray id = calls.add(due, std::move(reply));
    m_group->schedule(*this, m_group->now() + 1);
    reserveOutput(0);
    const qsizetype begin = m_output.size();
    m_protocol->writeCall(m_output, {.isStreaming = false, .invocationId = id, .target = target, .streamIds = {}},
                          argumentCount, arguments);
    written(begin);
    return id;
}

void HubConnection::cancelRequest(QByteArrayView id)
{
    if (m_exchange)
        m_exchange->calls.answer(id, std::unexpected(HubCallError::of(HubCallError::Reason::Cancelled)));
}

/// Makes room for so many more bytes within the size of a batch.
void HubConnection::reserveOutput(qsizetype bytes)
{
    if (!m_output.isEmpty() && m_output.size() + bytes >= settings().batchBytes)
        sendOutput();
}

void HubConnection::written(qsizetype begin)
{
    m_hub->counters().messages->add();
    m_lastActive = m_group->now();
    if (m_replay) {
        // A sender may give several messages at once; each has a number.
        for (QByteArrayView rest = QByteArrayView(m_output).sliced(begin); !rest.isEmpty();) {
            const qsizetype length = m_protocol->messageLength(rest);
            if (length <= 0)
                break;
            m_replay->sent(rest.first(length));
            rest = rest.sliced(length);
        }
    }
    if (m_state == State::Detached)
        m_output.truncate(begin); // The next link gets it from the replay.
    else
        scheduleFlush();
}

void HubConnection::sendOutput()
{
    if (m_output.isEmpty() || !m_transport)
        return;
    m_transport->send(m_protocol ? m_protocol->transferFormat() : TransferFormat::Text, m_output);
    m_output = QByteArray();
    m_lastSent = m_group->now();
}

void HubConnection::scheduleFlush()
{
    if (m_state != State::Closed && !std::exchange(m_isFlushScheduled, true))
        m_group->scheduleFlush(shared_from_this());
}

void HubConnection::flush()
{
    m_isFlushScheduled = false;
    if (m_state == State::Connected && m_exchange)
        serveStreams();
    if (m_state != State::Connected && m_state != State::Closing)
        return;
    sendOutput();
    if (m_state == State::Closing) {
        if (m_transport)
            m_transport->close();
        finish(m_closeCause);
        return;
    }
    checkCongestion();
}

HubExchange &HubConnection::exchange()
{
    if (!m_exchange)
        m_exchange = std::make_unique<HubExchange>();
    return *m_exchange;
}

void HubConnection::serveStreams()
{
    const int capacity = settings().streamBufferCapacity;
    m_exchange->uploads.deliver([this](QByteArrayView framed) -> const HubValue * {
        HubMessage &message = m_group->m_message;
        return m_protocol->parse(framed, message) == HubProtocol::Outcome::Parsed ? &message.value : nullptr;
    });
    if (m_exchange->isInputHeld && !m_exchange->uploads.isFull(capacity)) {
        m_exchange->isInputHeld = false;
        m_transport->holdInput(false);
        receive({});
    }
    // Without room, `drained` or the next tick goes on.
    if (m_exchange->downloads.pull(*this, capacity) && hasRoom())
        scheduleFlush();
}

void HubConnection::startDownload(const QByteArray &id, std::unique_ptr<HubProducer> producer)
{
    if (!isConnected() || id.isEmpty())
        return;
    exchange().downloads.add(*this, id, std::move(producer));
    m_group->schedule(*this, m_group->now() + 1);
    scheduleFlush();
}

void HubConnection::readUpload(QByteArrayView id, std::unique_ptr<HubUploadReader> reader)
{
    if (m_exchange)
        m_exchange->uploads.read(id, std::move(reader));
}

void HubConnection::resumeUpload(QByteArrayView id)
{
    if (!m_exchange)
        return;
    m_exchange->uploads.resume(id);
    scheduleFlush();
}

bool HubConnection::hasRoom() const
{
    // Half of what holds pushes back: streams must not be what stops them.
    return m_state == State::Connected && !m_isCongested
        && !isOverfull(settings().slowReaderBytes / 2 - static_cast<qint64>(m_output.size()));
}

bool HubConnection::isOverfull(qint64 unsentLimit) const
{
    return (m_replay && m_replay->isFull()) || m_transport->bytesUnsent() > unsentLimit;
}

void HubConnection::checkCongestion()
{
    if (m_isCongested || !m_isOpened || !isOverfull(settings().slowReaderBytes))
        return;
    m_isCongested = true;
    m_congestedSince = m_group->now();
    m_group->schedule(*this, m_congestedSince + 1);
    m_session->congested();
}

void HubConnection::drained()
{
    if (m_state != State::Connected)
        return;
    if (m_exchange && m_exchange->downloads.size() > 0)
        scheduleFlush();
    if (m_isCongested && !(m_replay && m_replay->isFull())) {
        m_isCongested = false;
        m_session->drained();
    }
}

void HubConnection::relieve()
{
    if (m_isCongested && !isOverfull(settings().slowReaderBytes / 2))
        drained();
}

void HubConnection::transportLost()
{
    if (m_state != State::Connected || !m_replay) {
        transportClosed();
        return;
    }
    m_state = State::Detached;
    m_transport = nullptr;
    m_self = shared_from_this();
    m_detachedAt = m_group->now();
    // What had not been processed was not confirmed either: the client sends it again.
    m_input = QByteArray();
    m_output = QByteArray();
    if (m_exchange)
        m_exchange->isInputHeld = false;
    m_group->schedule(*this, m_detachedAt + 1);
    if (m_isOpened && !std::exchange(m_isCongested, true))
        m_session->congested();
}

bool HubConnection::resume(HubTransport &transport, std::shared_ptr<void> hold)
{
    if (!m_replay || !isConnected() || !m_hold)
        return false;
    if (m_transport)
        m_transport->abandon();
    m_transport = &transport;
    m_state = State::Connected;
    m_lastReceived = m_lastSent = m_congestedSince = m_group->now();
    m_input = QByteArray();
    m_output = QByteArray();
    if (m_exchange)
        m_exchange->isInputHeld = false;
    m_hub->counters().resumes->add();
    m_group->schedule(*this, m_lastSent + 1);
    m_protocol->writeSequence(m_output, m_replay->firstNumber());
    for (const QByteArray &message : m_replay->kept()) {
        reserveOutput(message.size());
        m_output.append(message);
    }
    scheduleFlush();
    if (m_isOpened)
        m_session->resumed();
    relieve();
    m_self = hold ? shared_from_this() : nullptr; // The caller holds it so far.
    m_linkHold = std::move(hold);
    return true;
}

} // namespace hudhud
