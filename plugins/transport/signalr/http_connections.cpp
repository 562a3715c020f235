// SPDX-License-Identifier: GPL-3.0-or-later
#include "http_connections.h"

#include "event_stream_transport.h"
#include "hub_answers.h"
#include "signalr/hub_connection.h"

namespace hudhud {

using namespace std::chrono_literals;

namespace {

constexpr auto TickInterval = 1s;

} // namespace

HttpConnections::HttpConnections(std::shared_ptr<RequestDesk> desk, const PollTimes &times,
                                 qint64 maximumUnread, const Clock &clock)
    : m_desk(std::move(desk))
    , m_times(times)
    , m_maximumUnread(maximumUnread)
    , m_clock(clock)
    , m_answer([this](const RequestAddress &to, HttpResponse &&response) {
        m_desk->answer(to, std::move(response));
    })
{
    m_desk->setHandler([this](HubRequest &&request) { handle(std::move(request)); });
    m_timer.setInterval(TickInterval);
    m_timer.setTimerType(Qt::CoarseTimer);
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { tick(); });
}

HttpConnections::~HttpConnections()
{
    m_desk->setHandler([](HubRequest &&) {});
}

void HttpConnections::start()
{
    m_timer.start();
}

void HttpConnections::addPolling(std::shared_ptr<HubConnection> connection, TokenLease lease,
                                 const RequestAddress &firstPoll)
{
    const ConnectionToken token = lease.token();
    auto transport = std::make_unique<LongPollingTransport>(std::move(connection), std::move(lease), m_lists,
                                                            m_answer, m_clock);
    LongPollingTransport &added = *transport;
    m_polling.emplace(token, std::move(transport));
    added.open(firstPoll);
}

void HttpConnections::addStream(const ConnectionToken &token, EventStreamTransport &stream)
{
    m_streams.insert_or_assign(token, &stream);
}

void HttpConnections::removeStream(const ConnectionToken &token)
{
    m_streams.erase(token);
}

void HttpConnections::handle(HubRequest &&request)
{
    if (request.kind == HubRequest::Kind::Send) {
        m_desk->answer(request.from, handleSend(request));
        return;
    }
    const auto found = m_polling.find(request.token);
    if (found == m_polling.end()) {
        if (request.kind != HubRequest::Kind::PollGone)
            m_desk->answer(request.from, unknownConnection());
        return;
    }
    LongPollingTransport &transport = *found->second;
    switch (request.kind) {
    case HubRequest::Kind::Poll: {
        const bool wasOver = transport.isOver();
        transport.poll(request.from);
        if (wasOver)
            remove(transport); // the client has its 204
        break;
    }
    case HubRequest::Kind::End:
        m_desk->answer(request.from, textResponse(202, {}));
        transport.end();
        remove(transport);
        break;
    case HubRequest::Kind::PollGone:
        transport.pollGone(request.from);
        break;
    case HubRequest::Kind::Send:
        break;
    }
}

HttpResponse HttpConnections::handleSend(const HubRequest &request)
{
    if (const auto polling = m_polling.find(request.token); polling != m_polling.end())
        return polling->second->isClosed() ? unknownConnection() : takeBytes(*polling->second, request.body);
    if (const auto stream = m_streams.find(request.token); stream != m_streams.end())
        return takeBytes(*stream->second, request.body);
    return unknownConnection();
}

template <typename Transport>
HttpResponse HttpConnections::takeBytes(Transport &transport, const QByteArray &bytes) const
{
    if (transport.bytesUnsent() > m_maximumUnread)
        return unavailable("Too much of this connection is unread; read before you send more.");
    transport.receive(bytes);
    return textResponse(200, {});
}

void HttpConnections::remove(LongPollingTransport &transport)
{
    m_polling.erase(ConnectionToken(transport.token()));
}

void HttpConnections::tick()
{
    const SteadyTime now = m_clock.steadyNow();
    const auto first = [](IntrusiveLink &list) {
        return list.isLinked() ? static_cast<LongPollingTransport *>(list.next()) : nullptr;
    };
    while (LongPollingTransport *const transport = first(m_lists.polling)) {
        if (now - transport->since() < m_times.poll)
            break;
        transport->pollTimedOut();
    }
    while (LongPollingTransport *const transport = first(m_lists.absent)) {
        if (now - transport->since() < m_times.absence)
            break;
        transport->end();
        remove(*transport);
    }
}

} // namespace hudhud
