// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/http_session.h"

#include "http/endpoint_context.h"
#include "http/parsed_request.h"
#include "http/web_socket_connection.h"
#include "http/web_socket_handshake.h"

#include <algorithm>

namespace hudhud {

namespace {

/// Unread answers above this make reading pause: a peer that only asks must not fill our memory.
constexpr qint64 MaximumUnsentBytes = 256 * 1024;

EndpointMetrics::Refusal refusalOf(const RequestFault &fault)
{
    return fault.status == 413 ? EndpointMetrics::Refusal::BodyTooLarge : EndpointMetrics::Refusal::Malformed;
}

HttpResponse notAllowed(const Route &route, HttpMethod method)
{
    HttpResponse response;
    if (method == HttpMethod::Options)
        response.status = 204;
    else if (method == HttpMethod::Get && route.upgrade)
        response = problemResponse(426, "This path speaks WebSocket: send an upgrade request.");
    else
        response = problemResponse(405, "This path has no such method.");
    if (response.status == 426)
        response.headers = {{"Upgrade", "websocket"}, {"Connection", "Upgrade"}};
    else
        response.headers = {{"Allow", route.allowedMethods()}};
    return response;
}

} // namespace

/// Takes answers for the session while there is one.
class HttpSession::AnswerSink final : public HttpResponder::Sink
{
public:
    explicit AnswerSink(HttpSession &session)
        : m_session(&session)
    {
    }
    void answer(quint64 slot, HttpResponse &&response) override
    {
        if (m_session)
            m_session->answer(slot, std::move(response));
    }
    void stream(quint64 slot, HttpResponse &&head, std::unique_ptr<HttpStreamHandler> handler) override
    {
        if (m_session)
            m_session->beginStream(slot, std::move(head), std::move(handler));
    }
    void watch(quint64 slot, HttpResponder::PeerGone gone) override
    {
        if (m_session)
            m_session->watch(slot, std::move(gone));
    }
    void detach() { m_session = nullptr; }

private:
    HttpSession *m_session;
};

HttpSession::HttpSession(Connection &connection)
    : m_connection(connection)
    , m_context(connection.context())
{
}

HttpSession::~HttpSession()
{
    if (m_sink)
        m_sink->detach();
}

void HttpSession::received(std::span<char> bytes)
{
    QByteArrayView view(bytes.data(), qsizetype(bytes.size()));
    const bool isBuffered = !m_input.isEmpty();
    if (isBuffered) {
        m_input.append(view);
        view = m_input;
    }
    const qsizetype used = process(view);
    if (m_isUpgraded) {
        QByteArray rest = view.sliced(used).toByteArray();
        m_input = QByteArray();
        m_connection.deliver({rest.data(), std::size_t(rest.size())});
        return;
    }
    if (!isBuffered)
        m_input = view.sliced(used).toByteArray();
    else if (used == m_input.size())
        m_input = QByteArray();
    else
        m_input.remove(0, used);
    flushOutput();
    updateDeadline();
}

/// Works through whole requests; the result is how many bytes are dealt with.
qsizetype HttpSession::process(QByteArrayView bytes)
{
    qsizetype used = 0;
    m_isProcessing = true;
    while (m_phase != Phase::Closing && !m_isUpgraded) {
        if (!mayReadOn()) {
            m_connection.pauseReading();
            break;
        }
        const QByteArrayView rest = bytes.sliced(used);
        qsizetype step = 0;
        switch (m_phase) {
        case Phase::Idle:
        case Phase::Head:
            step = readHead(rest);
            break;
        case Phase::Body:
            step = readBody(rest);
            break;
        case Phase::ChunkedBody:
            step = readChunkedBody(rest);
            break;
        case Phase::Closing:
            break;
        }
        if (step == 0)
            break;
        used += step;
    }
    m_isProcessing = false;
    return m_phase == Phase::Closing ? bytes.size() : used;
}

bool HttpSession::mayReadOn() const
{
    const std::size_t maximumPending
        = m_isUpgradeWaiting ? 1 : std::size_t(qMax(1, m_context.options.maximumPipelinedRequests));
    return m_pending.size() < maximumPending
        && m_output.size() + m_connection.bytesUnsent() < MaximumUnsentBytes;
}

qsizetype HttpSession::readHead(QByteArrayView bytes)
{
    if (m_phase == Phase::Idle && bytes.startsWith("\r\n"))
        return 2; // RFC 9112, section 2.2: an empty line before a request is skipped
    if (bytes.isEmpty() || (m_phase == Phase::Idle && bytes.size() == 1 && bytes.front() == '\r'))
        return 0;
    m_phase = Phase::Head;
    const qsizetype length = findHeadEnd(bytes, m_scanned);
    m_scanned = bytes.size();
    if ((length < 0 ? bytes.size() : length) > m_context.options.maximumHeadBytes) {
        refuse({431, "The request line and header fields are larger than the limit."},
               EndpointMetrics::Refusal::HeadTooLarge);
        return 0;
    }
    return length < 0 ? 0 : takeHead(bytes, length);
}

/// Result: the bytes used, which include the body when it is there already.
qsizetype HttpSession::takeHead(QByteArrayView bytes, qsizetype headLength)
{
    RequestHead &head = m_context.head;
    if (const auto fault = parseRequestHead(bytes.first(headLength), head)) {
        refuse(*fault, refusalOf(*fault));
        return 0;
    }
    const bool isLarge = head.isChunked || head.contentLength > m_context.options.maximumBodyBytes;
    const qint64 maximumBody = isLarge ? bodyLimit(head) : m_context.options.maximumBodyBytes;
    if (head.contentLength > maximumBody) {
        refuse({413, "The body is larger than the limit."}, EndpointMetrics::Refusal::BodyTooLarge);
        return 0;
    }
    if (head.isUpgradeToWebSocket && !m_pending.empty()) {
        m_scanned = 0;
        m_isUpgradeWaiting = true; // the answers before it go first
        m_connection.pauseReading();
        return 0;
    }
    m_scanned = 0;
    const qsizetype length = headLength + head.contentLength;
    if (head.isChunked) {
        m_phase = Phase::ChunkedBody;
        m_chunked = std::make_unique<ChunkedRequest>(ChunkedRequest{
            bytes.first(headLength).toByteArray(),
            ChunkedDecoder(maximumBody, m_context.options.maximumHeadBytes)});
        announceBody(bytes.size() - headLength, 1);
        return headLength;
    }
    if (bytes.size() < length) {
        m_phase = Phase::Body;
        m_headLength = headLength;
        m_bodyLength = head.contentLength;
        announceBody(bytes.size() - headLength, head.contentLength);
        return 0;
    }
    m_phase = Phase::Idle;
    dispatch(bytes.sliced(headLength, head.contentLength).toByteArray());
    return length;
}

/// Routes for uploads take more than the others.
qint64 HttpSession::bodyLimit(const RequestHead &head) const
{
    const Route *const route = m_context.routes.find(head.path).route;
    const qint64 ofRoute = route ? route->maximumBodies[std::size_t(head.method)] : 0;
    return ofRoute > 0 ? ofRoute : m_context.options.maximumBodyBytes;
}

/// RFC 9110, section 10.1.1: a client that waits for leave to send gets it, unless the body is on its way
/// already.
void HttpSession::announceBody(qsizetype bytesThere, qsizetype bytesExpected)
{
    if (!m_context.head.expectsContinue || bytesThere >= bytesExpected)
        return;
    if (m_pending.empty())
        m_output.append(ContinueLine);
    else
        m_isContinueDue = true;
}

qsizetype HttpSession::readBody(QByteArrayView bytes)
{
    const qsizetype length = m_headLength + m_bodyLength;
    if (bytes.size() < length)
        return 0;
    m_phase = Phase::Idle;
    // The views of the first reading are gone with their bytes.
    if (const auto fault = parseRequestHead(bytes.first(m_headLength), m_context.head)) {
        refuse(*fault, refusalOf(*fault));
        return 0;
    }
    dispatch(bytes.sliced(m_headLength, m_bodyLength).toByteArray());
    return length;
}

qsizetype HttpSession::readChunkedBody(QByteArrayView bytes)
{
    const qsizetype used = m_chunked->decoder.feed(bytes);
    if (const auto &fault = m_chunked->decoder.fault()) {
        refuse(*fault, refusalOf(*fault));
        return 0;
    }
    if (!m_chunked->decoder.isDone())
        return used;
    const std::unique_ptr<ChunkedRequest> request = std::move(m_chunked);
    m_phase = Phase::Idle;
    if (const auto fault = parseRequestHead(request->head, m_context.head)) {
        refuse(*fault, refusalOf(*fault));
        return 0;
    }
    dispatch(request->decoder.takeBody());
    return used;
}

/// Hands the request in m_context.head to its route.
void HttpSession::dispatch(const QByteArray &body)
{
    const RequestHead &head = m_context.head;
    m_isContinueDue = false;
    m_deadlineKind = DeadlineKind::Idle; // the next head or body gets a deadline of its own
    const HttpRouteTable::Match match = m_context.routes.find(head.path);
    if (!match.route) {
        HttpResponse response = head.isServerWide ? HttpResponse{.status = 204,
                                                                 .contentType = {},
                                                                 .body = {},
                                                                 .headers = {},
                                                                 .closeConnection = false}
                                                  : problemResponse(404, "There is nothing at this path.");
        answerItself(std::move(response));
        return;
    }
    if (head.isUpgradeToWebSocket && match.route->upgrade && head.method == HttpMethod::Get
        && body.isEmpty()) {
        upgrade(head, *match.route);
        return;
    }
    const HttpHandler &handler = match.route->handler(head.method);
    if (!handler) {
        answerItself(notAllowed(*match.route, head.method));
        return;
    }
    if (!m_sink)
        m_sink = std::make_shared<AnswerSink>(*this);
    const quint64 slot = openSlot({head.isHead, head.isHttp10, head.keepsAlive && !m_context.isDraining});
    handler(ParsedRequest(m_connection, head, match.parameter, match.secondParameter, body), HttpResponder(m_sink, slot));
}

void HttpSession::upgrade(const RequestHead &head, const Route &route)
{
    const AnswerForm form{false, false, head.keepsAlive};
    std::optional<HttpResponse> refusal = checkWebSocketHandshake(head);
    if (!refusal) {
        UpgradeDecision decision = route.upgrade(ParsedRequest(m_connection, head, {}, {}, {}));
        if (auto *const handler = std::get_if<std::unique_ptr<WebSocketHandler>>(&decision)) {
            m_output.append(webSocketAccepted(head));
            m_context.metrics.answered(101);
            flushOutput();
            m_isUpgraded = true;
            auto webSocket = std::make_unique<WebSocketConnection>(m_connection, std::move(*handler));
            WebSocketConnection &opened = *webSocket;
            m_connection.replaceProtocol(std::move(webSocket));
            opened.open();
            return;
        }
        refusal = std::move(std::get<HttpResponse>(decision));
    }
    refusal->closeConnection = true;
    const quint64 slot = openSlot(form);
    answer(slot, std::move(*refusal));
}

/// Answers the request in m_context.head without a handler.
void HttpSession::answerItself(HttpResponse &&response)
{
    const RequestHead &head = m_context.head;
    const quint64 slot = openSlot({head.isHead, head.isHttp10, head.keepsAlive && !m_context.isDraining});
    answer(slot, std::move(response));
}

void HttpSession::refuse(RequestFault fault, EndpointMetrics::Refusal reason)
{
    m_context.metrics.refused(reason);
    m_chunked.reset();
    m_phase = Phase::Closing;
    const quint64 slot = openSlot({false, false, false});
    answer(slot, problemResponse(fault.status, fault.detail));
}

/// Deals with what was left lying while answers were outstanding, then reads on.
void HttpSession::continueReading()
{
    if (m_phase == Phase::Closing || m_isUpgraded || !mayReadOn()) {
        updateDeadline();
        return;
    }
    const bool wasPaused = m_connection.unpauseReading();
    if (!m_input.isEmpty()) {
        QByteArray input = std::exchange(m_input, QByteArray());
        received({input.data(), std::size_t(input.size())});
    } else {
        updateDeadline();
    }
    if (wasPaused)
        m_connection.readOn();
}

void HttpSession::updateDeadline()
{
    if (m_connection.isClosing() || m_isUpgraded)
        return;
    const EndpointOptions &options = m_context.options;
    switch (m_phase) {
    case Phase::Head:
        startDeadline(DeadlineKind::Head, options.headTimeout);
        return;
    case Phase::Body:
    case Phase::ChunkedBody:
        startDeadline(DeadlineKind::Body, options.bodyTimeout);
        return;
    case Phase::Idle:
    case Phase::Closing:
        break;
    }
    if (m_pending.empty() || m_connection.bytesUnsent() > 0) {
        if (m_deadlineKind == DeadlineKind::First)
            return; // it runs since the connection was accepted
        m_deadlineKind = DeadlineKind::Idle;
        m_connection.setDeadline(options.idleTimeout);
    } else if (std::exchange(m_deadlineKind, DeadlineKind::None) != DeadlineKind::None) {
        m_connection.clearDeadline(); // the handler has the time it needs
    }
}

/// A head or a body has one deadline, however many pieces it comes in.
void HttpSession::startDeadline(DeadlineKind kind, std::chrono::milliseconds fromNow)
{
    if (std::exchange(m_deadlineKind, kind) != kind)
        m_connection.setDeadline(fromNow);
}

void HttpSession::deadlineExpired()
{
    switch (std::exchange(m_deadlineKind, DeadlineKind::None)) {
    case DeadlineKind::Head:
        refuse({408, "The header fields did not arrive in time."}, EndpointMetrics::Refusal::Timeout);
        break;
    case DeadlineKind::Body:
        refuse({408, "The body did not arrive in time."}, EndpointMetrics::Refusal::Timeout);
        break;
    case DeadlineKind::First:
    case DeadlineKind::Idle:
    case DeadlineKind::None:
        m_connection.abort();
        break;
    }
}

/// A peer may end its side and still wait for what it asked (RFC 9112, section 9.6).
void HttpSession::peerFinished()
{
    m_input = QByteArray();
    m_chunked.reset();
    m_phase = Phase::Closing;
    if (m_pending.empty())
        m_connection.closeAfterWriting();
    else if (std::ranges::any_of(m_pending, [](const PendingAnswer &each) { return each.stream || each.peerGone; }))
        m_connection.abort();
    updateDeadline();
}

void HttpSession::ended()
{
    if (m_sink)
        m_sink->detach();
    tellEnd(std::exchange(m_leaving, {}));
    tellEnd(std::exchange(m_pending, {}));
}

void HttpSession::drain()
{
    for (const PendingAnswer &pending : m_pending) {
        if (pending.stream)
            pending.stream->close();
    }
    const bool isIdle = m_pending.empty() && (m_phase == Phase::Idle || m_phase == Phase::Closing);
    if (isIdle && m_output.isEmpty())
        m_connection.closeAfterWriting();
}

} // namespace hudhud
