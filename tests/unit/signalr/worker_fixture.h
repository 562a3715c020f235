// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fakes.h"
#include "signalr_transport.h"

#include <QFile>
#include <QJsonDocument>

namespace hudhud {

/// Keeps the routes for the test to call.
class FakeRouteTable final : public RouteTable
{
public:
    Result<void> addRoute(HttpMethod method, const QByteArray &pattern, HttpHandler handler) override
    {
        routes[{method, pattern}] = std::move(handler);
        return {};
    }
    Result<void> addWebSocket(const QByteArray &path, UpgradeHandler handler) override
    {
        webSockets[path] = std::move(handler);
        return {};
    }

    std::map<std::pair<HttpMethod, QByteArray>, HttpHandler> routes;
    std::map<QByteArray, UpgradeHandler> webSockets;
};

/// Keeps what comes back for a request.
class KeepingSink final : public HttpResponder::Sink
{
public:
    void answer(quint64, HttpResponse &&response) override
    {
        kept = std::move(response);
        isAnswered = true;
    }
    void stream(quint64, HttpResponse &&head, std::unique_ptr<HttpStreamHandler> handler) override
    {
        kept = std::move(head);
        streamHandler = std::move(handler);
    }
    void watch(quint64, HttpResponder::PeerGone gone) override { peerGone = std::move(gone); }

    HttpResponse kept;
    bool isAnswered = false;
    std::unique_ptr<HttpStreamHandler> streamHandler;
    HttpResponder::PeerGone peerGone;
};

class FakeStream final : public HttpStream
{
public:
    void send(QByteArrayView bytes) override { sent.append(bytes); }
    qint64 bytesUnsent() const override { return unsent; }
    void close() override { isClosed = true; }
    void abort() override {}

    QByteArray take() { return std::exchange(sent, {}); }

    QByteArray sent;
    qint64 unsent = 0;
    bool isClosed = false;
};

constexpr char PhonePath[] = "/online-mobile-user";
constexpr char BusinessPath[] = "/business-user";

using Headers = std::vector<std::pair<QByteArray, QByteArray>>;

/// What a phone of that number sends.
inline Headers authorization(const QByteArray &subject = "967771234567")
{
    return {{"Authorization", "Bearer token-" + subject}};
}

/// What a business of that account sends.
inline Headers businessAuthorization(const QByteArray &subject = "8001234")
{
    return {{"Authorization", "Bearer business-" + subject}};
}

/// The plugin with one worker, on fakes.
class WorkerFixture
{
public:
    /// The defaults of metadata.json, as the host fills them in.
    static QJsonObject defaultSettings()
    {
        QFile file(QStringLiteral(HUDHUD_SOURCE_DIR "/plugins/transport/signalr/metadata.json"));
        if (!file.open(QIODevice::ReadOnly))
            return {};
        const QJsonObject schema
            = QJsonDocument::fromJson(file.readAll()).object().value(QLatin1String("settings")).toObject();
        QJsonObject settings;
        for (auto entry = schema.begin(); entry != schema.end(); ++entry)
            settings.insert(entry.key(), entry.value().toObject().value(QLatin1String("default")));
        return settings;
    }

    explicit WorkerFixture(const QJsonObject &settings = defaultSettings())
    {
        const PluginContext context{
            .name = "signalr", .nodeId = "n", .dataDirectory = {}, .clock = &clock, .metrics = &metrics};
        configured = transport.configure(settings, context);
        if (!configured || !transport.start())
            return;
        worker = transport.createWorker(services()).value();
        mounted = worker->mount("public", routes);
    }

    IoServices services()
    {
        IoServices given;
        given.clock = &clock;
        given.metrics = &metrics;
        given.intake = &intake;
        given.delivery = &delivery;
        given.authenticator = &authenticator;
        given.statusFeed = &statusFeed;
        given.groups = &groups;
        given.readReceipts = &readReceipts;
        given.placement = &placement;
        return given;
    }
    HttpResponse request(HttpMethod method, const QByteArray &path, const QByteArray &query = {},
                         Headers headers = authorization())
    {
        return ask(method, path, query, std::move(headers))->kept;
    }
    /// A request whose answer may come later. `through`: another worker's routes.
    std::shared_ptr<KeepingSink> ask(HttpMethod method, const QByteArray &path, const QByteArray &query = {},
                                     Headers headers = authorization(), const QByteArray &body = {},
                                     FakeRouteTable *through = nullptr)
    {
        FakeRequest asked;
        asked.verb = method;
        asked.queryText = query;
        asked.headers = std::move(headers);
        asked.content = body;
        const auto sink = std::make_shared<KeepingSink>();
        (through ? *through : routes).routes.at({method, path})(asked, HttpResponder(sink, 0));
        return sink;
    }
    UpgradeDecision upgrade(const QByteArray &query = {}, Headers headers = authorization(),
                            const QByteArray &path = PhonePath)
    {
        FakeRequest asked;
        asked.verb = HttpMethod::Get;
        asked.queryText = query;
        asked.headers = std::move(headers);
        return routes.webSockets.at(path)(asked);
    }
    /// Takes an upgrade that is sure to succeed, opens it and shakes hands.
    std::unique_ptr<WebSocketHandler> connect(FakeWebSocket &socket, const QByteArray &query = {})
    {
        return open(socket, upgrade(query));
    }
    std::unique_ptr<WebSocketHandler> connectBusiness(FakeWebSocket &socket,
                                                      const QByteArray &account = "8001234")
    {
        return open(socket, upgrade({}, businessAuthorization(account), BusinessPath));
    }
    static std::unique_ptr<WebSocketHandler> open(FakeWebSocket &socket, UpgradeDecision decision)
    {
        auto handler = std::get<std::unique_ptr<WebSocketHandler>>(std::move(decision));
        handler->opened(socket);
        handler->received(WebSocketOpcode::Text, record(R"({"protocol":"json","version":1})"));
        return handler;
    }

    FakePlacement placement;
    FakeClock clock;
    FakeMetrics metrics;
    FakeDelivery delivery;
    FakeIntake intake;
    FakeReadReceipts readReceipts;
    FakeStatusFeed statusFeed;
    FakeGroups groups;
    FakeAuthenticator authenticator;
    FakeRouteTable routes;
    SignalRTransport transport;
    Result<void> configured;
    Result<void> mounted;
    std::unique_ptr<TransportWorker> worker;
};

} // namespace hudhud
