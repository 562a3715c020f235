// SPDX-License-Identifier: GPL-3.0-or-later
#include "running_endpoint.h"

#include <algorithm>

#include <time.h>

namespace hudhud {

namespace {

HttpResponse textAnswer(QByteArray body)
{
    HttpResponse response;
    response.contentType = "text/plain";
    response.body = std::move(body);
    return response;
}

} // namespace

class RunningEndpoint::EchoHandler final : public WebSocketHandler
{
public:
    explicit EchoHandler(RunningEndpoint &owner)
        : m_owner(owner)
    {
    }

    void opened(WebSocket &socket) override
    {
        m_socket = &socket;
        m_owner.m_webSockets.push_back(&socket);
        const std::scoped_lock lock(m_owner.m_log->mutex);
        ++m_owner.m_log->opened;
    }
    void received(WebSocketOpcode opcode, QByteArrayView payload) override
    {
        {
            const std::scoped_lock lock(m_owner.m_log->mutex);
            m_owner.m_log->received.emplace_back(opcode, payload.toByteArray());
        }
        if (payload == QByteArrayView("hold"))
            m_socket->holdInput(true);
        m_socket->send(opcode, payload);
    }
    void drained() override
    {
        const std::scoped_lock lock(m_owner.m_log->mutex);
        ++m_owner.m_log->drained;
    }
    void closed(quint16 code) override
    {
        std::erase(m_owner.m_webSockets, m_socket);
        const std::scoped_lock lock(m_owner.m_log->mutex);
        m_owner.m_log->closed.push_back(code);
    }

private:
    RunningEndpoint &m_owner;
    WebSocket *m_socket = nullptr;
};

class RunningEndpoint::StreamHandler final : public HttpStreamHandler
{
public:
    explicit StreamHandler(RunningEndpoint &owner)
        : m_owner(owner)
    {
    }

    void opened(HttpStream &stream) override
    {
        m_stream = &stream;
        m_owner.m_streams.push_back(&stream);
        ++m_owner.m_streamLog.opened;
    }
    void drained() override { ++m_owner.m_streamLog.drained; }
    void closed() override
    {
        std::erase(m_owner.m_streams, m_stream);
        ++m_owner.m_streamLog.closed;
    }

private:
    RunningEndpoint &m_owner;
    HttpStream *m_stream = nullptr;
};

RunningEndpoint::RunningEndpoint(EndpointOptions options)
{
    if (options.listen.isEmpty())
        options.listen = QStringLiteral("127.0.0.1:0");
    m_thread.start();
    m_thread.runAndWait([&] {
        m_anchor = std::make_unique<QObject>();
        m_endpoint = std::make_unique<Endpoint>("public", options, Endpoint::makeLimits(options), m_metrics);
        addRoutes();
        const auto port = m_endpoint->listen();
        if (port)
            m_port = *port;
        else
            m_error = port.error();
    });
}

RunningEndpoint::~RunningEndpoint()
{
    m_thread.runAndWait([this] {
        m_endpoint.reset();
        m_anchor.reset();
        m_held.clear();
        m_later.clear();
    });
    m_thread.stop();
}

void RunningEndpoint::addRoutes()
{
    RouteTable &routes = m_endpoint->routes();
    const auto add = [&](HttpMethod method, const QByteArray &pattern, HttpHandler handler) {
        if (const auto added = routes.addRoute(method, pattern, std::move(handler)); !added)
            m_error = added.error();
    };
    add(HttpMethod::Post, "/echo", [](const HttpRequest &request, HttpResponder responder) {
        responder.respond(textAnswer(request.body()));
    });
    const auto upload = routes.addUploadRoute(
        HttpMethod::Post, "/upload",
        [](const HttpRequest &request, HttpResponder responder) {
            responder.respond(textAnswer(QByteArray::number(request.body().size())));
        },
        UploadBytes);
    if (!upload)
        m_error = upload.error();
    add(HttpMethod::Post, "/later", [this](const HttpRequest &request, HttpResponder responder) {
        m_later.emplace_back(std::move(responder), request.body());
        const auto answerAll = [this] {
            for (auto &[waiting, body] : std::exchange(m_later, {}))
                waiting.respond(textAnswer(body));
        };
        QMetaObject::invokeMethod(m_anchor.get(), answerAll, Qt::QueuedConnection);
    });
    add(HttpMethod::Post, "/held", [this](const HttpRequest &request, HttpResponder responder) {
        m_held.emplace_back(std::move(responder), request.body());
    });
    add(HttpMethod::Post, "/watched", [this](const HttpRequest &request, HttpResponder responder) {
        responder.whenPeerGone([this] { ++m_streamLog.gone; });
        m_held.emplace_back(std::move(responder), request.body());
    });
    add(HttpMethod::Get, "/stream", [this](const HttpRequest &, HttpResponder responder) {
        HttpResponse head = textAnswer("begin");
        head.headers = {{"X-Test", "stream"}};
        responder.beginStream(std::move(head), std::make_unique<StreamHandler>(*this));
    });
    add(HttpMethod::Get, "/bad-stream", [this](const HttpRequest &, HttpResponder responder) {
        HttpResponse head = textAnswer("begin");
        head.headers = {{"X-Test", "a\r\nSet-Cookie: b"}};
        responder.beginStream(std::move(head), std::make_unique<StreamHandler>(*this));
    });
    add(HttpMethod::Get, "/items/{id}", [](const HttpRequest &request, HttpResponder responder) {
        responder.respond(textAnswer(request.pathParameter()));
    });
    add(HttpMethod::Get, "/query", [](const HttpRequest &request, HttpResponder responder) {
        responder.respond(
            textAnswer(request.query().toByteArray() + '|' + request.header("x-test").toByteArray()));
    });
    add(HttpMethod::Get, "/large/{bytes}", [](const HttpRequest &request, HttpResponder responder) {
        responder.respond(textAnswer(QByteArray(request.pathParameter().toLongLong(), 'x')));
    });
    add(HttpMethod::Post, "/dropped", [](const HttpRequest &, HttpResponder) {});
    add(HttpMethod::Get, "/bad-header", [](const HttpRequest &, HttpResponder responder) {
        HttpResponse response = textAnswer("x");
        response.headers = {{"X-Test", "a\r\nSet-Cookie: b"}};
        responder.respond(std::move(response));
    });
    const auto echo = routes.addWebSocket("/ws", [this](const HttpRequest &) -> UpgradeDecision {
        return std::make_unique<EchoHandler>(*this);
    });
    const auto refused = routes.addWebSocket("/refused", [](const HttpRequest &) -> UpgradeDecision {
        HttpResponse response;
        response.status = 401;
        response.headers = {{"WWW-Authenticate", "Bearer"}};
        return response;
    });
    if (!echo || !refused)
        m_error = echo ? refused.error() : echo.error();
}

void RunningEndpoint::release()
{
    m_thread.runAndWait([this] {
        auto held = std::exchange(m_held, {});
        std::reverse(held.begin(), held.end());
        for (auto &[responder, body] : held)
            responder.respond(textAnswer(body));
    });
}

int RunningEndpoint::heldCount()
{
    int count = 0;
    m_thread.runAndWait([&] { count = int(m_held.size()); });
    return count;
}

void RunningEndpoint::withWebSockets(const std::function<void(WebSocket &)> &task)
{
    m_thread.runAndWait([&] {
        for (WebSocket *socket : std::vector(m_webSockets))
            task(*socket);
    });
}

void RunningEndpoint::withStreams(const std::function<void(HttpStream &)> &task)
{
    m_thread.runAndWait([&] {
        for (HttpStream *stream : std::vector(m_streams))
            task(*stream);
    });
}

void RunningEndpoint::drain(std::chrono::milliseconds deadline, std::function<void()> done)
{
    m_thread.runAndWait([&] { m_endpoint->drain(deadline, std::move(done)); });
}

void RunningEndpoint::stopAccepting()
{
    m_thread.runAndWait([&] { m_endpoint->stopAccepting(); });
}

qsizetype RunningEndpoint::connectionCount()
{
    qsizetype count = 0;
    m_thread.runAndWait([&] { count = m_endpoint->connectionCount(); });
    return count;
}

std::chrono::nanoseconds RunningEndpoint::processorTime()
{
    timespec used{};
    m_thread.runAndWait([&] { ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used); });
    return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

} // namespace hudhud
