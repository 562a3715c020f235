// SPDX-License-Identifier: GPL-3.0-or-later
// The answering half of HttpSession: answers and streams in the order of the requests.
#include "http/endpoint_context.h"
#include "http/http_session.h"

#include <iterator>

namespace hudhud {

namespace {

/// An answer buffer up to this size is kept for the next answer.
constexpr qsizetype KeptOutputBytes = 1024;

} // namespace

quint64 HttpSession::openSlot(const AnswerForm &form)
{
    m_pending.push_back({.form = form, .isReady = false, .closes = !form.keepsAlive, .bytes = {}});
    if (!form.keepsAlive)
        m_phase = Phase::Closing; // whatever follows is not answered
    return m_firstSlot + m_pending.size() - 1;
}

/// Null when it was dropped by an earlier answer that closed the connection.
HttpSession::PendingAnswer *HttpSession::pendingAnswer(quint64 slot)
{
    return slot >= m_firstSlot && slot - m_firstSlot < m_pending.size() ? &m_pending[slot - m_firstSlot]
                                                                        : nullptr;
}

void HttpSession::answer(quint64 slot, HttpResponse &&response)
{
    PendingAnswer *const pending = pendingAnswer(slot);
    if (!pending)
        return;
    if (m_context.isDraining)
        response.closeConnection = true;
    pending->closes = pending->closes || response.closeConnection;
    pending->isReady = true;
    pending->peerGone = nullptr;
    QByteArray &out = slot == m_firstSlot ? m_output : pending->bytes;
    m_context.metrics.answered(m_context.responses.append(out, response, pending->form));
    writeReadyAnswers();
}

void HttpSession::beginStream(quint64 slot, HttpResponse &&head, std::unique_ptr<HttpStreamHandler> handler)
{
    PendingAnswer *const pending = pendingAnswer(slot);
    if (!pending)
        return;
    pending->peerGone = nullptr;
    if (m_context.isDraining)
        head.closeConnection = true;
    QByteArray &out = slot == m_firstSlot ? m_output : pending->bytes;
    const int status = m_context.responses.appendStreamHead(out, head, pending->form);
    m_context.metrics.answered(status);
    if (status != head.status) { // the head could not be written
        pending->isReady = true;
        writeReadyAnswers();
        return;
    }
    pending->closes = pending->closes || pending->form.isHttp10 || head.closeConnection;
    pending->stream = std::make_unique<ResponseStream>(m_connection, pending->form, std::move(handler));
    m_connection.requestTurnEnd(); // the head leaves even if nothing follows for long
    ResponseStream &stream = *pending->stream;
    if (!pending->form.isHead)
        stream.send(head.body);
    stream.open();
}

void HttpSession::watch(quint64 slot, HttpResponder::PeerGone gone)
{
    if (PendingAnswer *const pending = pendingAnswer(slot))
        pending->peerGone = std::move(gone);
}

/// Result: whether there were any.
bool HttpSession::removeReadyAnswers()
{
    std::size_t done = 0;
    while (done < m_pending.size() && m_pending[done].isReady) {
        PendingAnswer &pending = m_pending[done++];
        m_output.append(pending.bytes);
        if (pending.closes) {
            done = m_pending.size();
            m_phase = Phase::Closing;
        }
    }
    const auto end = m_pending.begin() + std::ptrdiff_t(done);
    for (auto pending = m_pending.begin(); pending != end; ++pending) {
        if (pending->stream || pending->peerGone) {
            m_leaving.push_back(std::move(*pending));
            m_connection.requestTurnEnd();
        }
    }
    m_firstSlot += done;
    m_pending.erase(m_pending.begin(), end);
    if (done > 0 && !m_pending.empty() && m_pending.front().stream) {
        m_output.append(std::exchange(m_pending.front().bytes, QByteArray()));
        m_connection.requestTurnEnd(); // its turn has come
    }
    return done > 0;
}

void HttpSession::writeReadyAnswers()
{
    const bool isAnyDone = removeReadyAnswers();
    if (m_pending.empty() && std::exchange(m_isContinueDue, false))
        m_output.append(ContinueLine);
    if (m_isProcessing || !isAnyDone)
        return; // written once, when all that arrived is dealt with
    if (m_pending.empty() && m_input.isEmpty() && !m_connection.isPaused()) {
        flushOutput();
        updateDeadline();
    } else {
        m_connection.requestTurnEnd(); // more answers may follow in this loop turn
    }
}

/// Takes what the stream at the front has gathered; one that is complete makes room for the next answers.
void HttpSession::writeStreams()
{
    while (!m_pending.empty() && m_pending.front().stream) {
        PendingAnswer &pending = m_pending.front();
        pending.stream->appendOutput(m_output);
        if (!pending.stream->isComplete())
            return;
        pending.isReady = true;
        pending.closes = pending.closes || m_context.isDraining;
        writeReadyAnswers();
    }
}

void HttpSession::flushOutput()
{
    m_connection.write(m_output);
    if (m_output.capacity() > KeptOutputBytes)
        m_output = QByteArray();
    else
        m_output.resize(0);
    if (m_phase == Phase::Closing && m_pending.empty())
        m_connection.closeAfterWriting();
    else if (m_connection.isPaused() && mayReadOn())
        m_connection.requestTurnEnd(); // the kernel took it all: nothing else would make reading go on
}

void HttpSession::checkStreamDrained()
{
    if (!m_pending.empty() && m_pending.front().stream)
        m_pending.front().stream->checkDrained();
}

void HttpSession::written()
{
    checkStreamDrained();
    continueReading();
}

void HttpSession::turnEnded()
{
    writeStreams();
    flushOutput();
    checkStreamDrained();
    continueReading();
    tellEnd(std::exchange(m_leaving, {}));
}

/// Tells the streams that they are over and the watchers that nobody waits for them any more.
void HttpSession::tellEnd(std::vector<PendingAnswer> answers)
{
    for (PendingAnswer &answer : answers) {
        if (answer.stream)
            answer.stream->end();
        else if (auto gone = std::exchange(answer.peerGone, nullptr))
            gone();
    }
}

} // namespace hudhud
