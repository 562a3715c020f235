// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "http/chunked_decoder.h"
#include "http/connection.h"
#include "http/endpoint_metrics.h"
#include "http/request_head.h"
#include "http/response_stream.h"
#include "http/response_writer.h"
#include "http/route_table.h"

#include <QByteArray>

#include <memory>
#include <vector>

namespace hudhud {

/// HTTP/1.1 and 1.0 on one connection (RFC 9112): finds the requests in the bytes, enforces the limits before
/// anything is kept, hands each request to its route and writes the answers in the order of the requests.
class HttpSession final : public Protocol
{
public:
    explicit HttpSession(Connection &connection);
    ~HttpSession() override;

    void received(std::span<char> bytes) override;
    void written() override;
    void turnEnded() override;
    void deadlineExpired() override;
    void peerFinished() override;
    void ended() override;
    void drain() override;

private:
    class AnswerSink;

    static constexpr QByteArrayView ContinueLine{"HTTP/1.1 100 Continue\r\n\r\n"};

    enum class Phase : quint8 { Idle, Head, Body, ChunkedBody, Closing };
    enum class DeadlineKind : quint8 { First, Head, Body, Idle, None };

    /// The answer of one request; `bytes` is filled when it is ready before its turn.
    struct PendingAnswer
    {
        AnswerForm form;
        bool isReady = false;
        bool closes = false;
        QByteArray bytes;
        std::unique_ptr<ResponseStream> stream = nullptr; ///< Only of an answer that streams.
        HttpResponder::PeerGone peerGone = nullptr; ///< Empty when nobody wants to know, or once it is answered.
    };

    /// A request whose chunked body is still arriving.
    struct ChunkedRequest
    {
        QByteArray head;
        ChunkedDecoder decoder;
    };

    qsizetype process(QByteArrayView bytes);
    qsizetype readHead(QByteArrayView bytes);
    qsizetype readBody(QByteArrayView bytes);
    qsizetype readChunkedBody(QByteArrayView bytes);
    qsizetype takeHead(QByteArrayView bytes, qsizetype headLength);
    qint64 bodyLimit(const RequestHead &head) const;
    void announceBody(qsizetype bytesThere, qsizetype bytesExpected);
    bool mayReadOn() const;
    void continueReading();

    void dispatch(const QByteArray &body);
    void upgrade(const RequestHead &head, const Route &route);
    void answerItself(HttpResponse &&response);
    void refuse(RequestFault fault, EndpointMetrics::Refusal reason);

    quint64 openSlot(const AnswerForm &form);
    void answer(quint64 slot, HttpResponse &&response);
    void beginStream(quint64 slot, HttpResponse &&head, std::unique_ptr<HttpStreamHandler> handler);
    void watch(quint64 slot, HttpResponder::PeerGone gone);
    PendingAnswer *pendingAnswer(quint64 slot);
    void writeReadyAnswers();
    bool removeReadyAnswers();
    void writeStreams();
    void checkStreamDrained();
    static void tellEnd(std::vector<PendingAnswer> answers);
    void flushOutput();
    void updateDeadline();
    void startDeadline(DeadlineKind kind, std::chrono::milliseconds fromNow);

    Connection &m_connection;
    EndpointContext &m_context;
    std::shared_ptr<AnswerSink> m_sink; ///< Made with the first request.
    QByteArray m_input; ///< The unfinished request, and whatever follows while reading pauses.
    QByteArray m_output; ///< Answers of this loop turn.
    std::unique_ptr<ChunkedRequest> m_chunked;
    std::vector<PendingAnswer> m_pending; ///< In the order of the requests.
    std::vector<PendingAnswer> m_leaving; ///< Streams at their end and dropped answers, told at the end of the turn.
    quint64 m_firstSlot = 0; ///< The slot of m_pending's first.
    qsizetype m_scanned = 0; ///< Bytes of m_input in which no head end was found.
    qsizetype m_headLength = 0; ///< Phase Body.
    qint64 m_bodyLength = 0; ///< Phase Body.
    Phase m_phase = Phase::Idle;
    DeadlineKind m_deadlineKind = DeadlineKind::First;
    bool m_isProcessing = false;
    bool m_isContinueDue = false; ///< "100 Continue" waits for the answers before it.
    bool m_isUpgradeWaiting = false;
    bool m_isUpgraded = false;
};

} // namespace hudhud
