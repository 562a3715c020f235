// SPDX-License-Identifier: GPL-3.0-or-later
#include "worker_fixture.h"

#include <QJsonArray>
#include <QTest>

#include <algorithm>
#include <array>

namespace hudhud {

using namespace std::chrono_literals;

namespace {

const QByteArray Hub = "/online-mobile-user";
const QByteArray Negotiate = "/online-mobile-user/negotiate";

QJsonObject object(const HttpResponse &response)
{
    return QJsonDocument::fromJson(response.body).object();
}

QByteArray text(const QJsonObject &object, const char *name)
{
    return object.value(QLatin1String(name)).toString().toUtf8();
}

QByteArray header(const HttpResponse &response, const QByteArray &name)
{
    for (const auto &[own, value] : response.headers) {
        if (own == name)
            return value;
    }
    return {};
}

/// 0: it was let in.
int refusalStatus(const UpgradeDecision &decision)
{
    const auto *response = std::get_if<HttpResponse>(&decision);
    return response ? response->status : 0;
}

} // namespace

class HubEndpointTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mountsOnItsEndpointOnly();
    void refusesABadPath();
    void refusesABadBusinessHub();
    void resumesWithTheSameToken();
    void revokesAUserOnAllItsConnections();
    void negotiatesVersion1();
    void offersTheConfiguredTransports();
    void negotiatesVersions_data();
    void negotiatesVersions();
    void refusesTooManyNegotiations();
    void demandsAToken_data();
    void demandsAToken();
    void demandsAPhoneNumber();
    void demandsTheRole_data();
    void demandsTheRole();
    void letsBusinessesOnThePhoneHubWhenConfigured();
    void keepsTheTokensOfTheHubsApart();
    void prefersTheHeader();
    void upgradesOnce();
    void upgradesOnAnotherThread();
    void upgradesWithoutNegotiate();
    void refusesOthersTokens();
    void forgetsExpiredTokens();
    void forgetsTheTokenOfAnEndedConnection();
    void answersPlainRequests();
    void refusesPagesOfOtherOrigins();
    void answersBrowsers();
    void refusesWhileDraining();
    void sendsPhonesAwayLittleByLittle();
    void sendsAShareOfThePhonesAway();
    void redirectsToAnotherNode();
    void refusesMoreConnectionsThanAllowed();
    void tellsWhatTheHubsDo();
};

void HubEndpointTest::mountsOnItsEndpointOnly()
{
    WorkerFixture fixture;
    QVERIFY(fixture.mounted.has_value());
    constexpr std::size_t hubs = 2;
    QCOMPARE(fixture.routes.routes.size(), 6 * hubs);
    QCOMPARE(fixture.routes.webSockets.size(), hubs);
    FakeRouteTable admin;
    QVERIFY(fixture.worker->mount("admin", admin).has_value());
    QVERIFY(admin.routes.empty());
    QVERIFY(admin.webSockets.empty());
}

void HubEndpointTest::refusesABadPath()
{
    for (const char *key : {"path", "business_path"}) {
        for (const char *path : {"", "/", "hub", "/hub/", "/{hub}"}) {
            QJsonObject settings = WorkerFixture::defaultSettings();
            settings.insert(QLatin1String(key), QLatin1String(path));
            WorkerFixture fixture(settings);
            QVERIFY(!fixture.configured.has_value());
            QCOMPARE(fixture.configured.error().field(), QLatin1String(key));
        }
    }
}

void HubEndpointTest::refusesABadBusinessHub()
{
    for (const auto &[key, value] : {std::pair("business_path", PhonePath), std::pair("business_role", "")}) {
        QJsonObject settings = WorkerFixture::defaultSettings();
        settings.insert(QLatin1String(key), QLatin1String(value));
        WorkerFixture fixture(settings);
        QVERIFY(!fixture.configured.has_value());
        QCOMPARE(fixture.configured.error().field(), QLatin1String(key));
    }
}

void HubEndpointTest::resumesWithTheSameToken()
{
    WorkerFixture fixture;
    const HttpResponse response
        = fixture.request(HttpMethod::Post, Negotiate, "negotiateVersion=1&useStatefulReconnect=true");
    QVERIFY(object(response).value(QLatin1String("useStatefulReconnect")).toBool());
    const QByteArray query = "id=" + text(object(response), "connectionToken");
    FakeWebSocket first;
    auto handler = std::get<std::unique_ptr<WebSocketHandler>>(fixture.upgrade(query));
    handler->opened(first);
    handler->received(WebSocketOpcode::Text, record(R"({"protocol":"json","version":2})"));
    handler->received(WebSocketOpcode::Text, record(R"({"type":6})"));
    QCOMPARE(fixture.delivery.recipients.size(), 1);
    handler->closed(1006);
    handler.reset();
    QCOMPARE(fixture.delivery.detached, 0); // It waits for its client.
    // Others may not have it.
    QCOMPARE(std::get<HttpResponse>(fixture.upgrade(query, authorization("967770000000"))).status, 403);
    FakeWebSocket second;
    handler = std::get<std::unique_ptr<WebSocketHandler>>(fixture.upgrade(query));
    handler->opened(second);
    QTRY_COMPARE(second.sent, QList<QByteArray>{record(R"({"type":9,"sequenceId":1})")});
    handler->received(WebSocketOpcode::Text, record(R"({"type":7})"));
    QTRY_COMPARE(second.closeCode, 1000);
    QCOMPARE(fixture.delivery.detached, 1);
    QCOMPARE(std::get<HttpResponse>(fixture.upgrade(query)).status, 404);
    handler->closed(1000);

    QJsonObject settings = WorkerFixture::defaultSettings();
    settings.insert(QLatin1String("stateful_reconnect"), false);
    WorkerFixture without(settings);
    QVERIFY(!object(without.request(HttpMethod::Post, Negotiate, "negotiateVersion=1&useStatefulReconnect=true"))
                 .contains(QLatin1String("useStatefulReconnect")));
}

void HubEndpointTest::revokesAUserOnAllItsConnections()
{
    WorkerFixture fixture;
    FakeWebSocket phone;
    FakeWebSocket business;
    const auto phoneHandler = fixture.connect(phone);
    const auto businessHandler = fixture.connectBusiness(business, "967771234567");
    phone.take();
    QCOMPARE(fixture.transport.disconnectUser("967770000000"), 0);
    QCOMPARE(fixture.transport.disconnectUser("967771234567"), 2);
    QTRY_COMPARE(business.closeCode, 1000);
    QCOMPARE(phone.closeCode, 1000);
    QCOMPARE(phone.take().join(), record(R"({"type":7,"error":"The access was revoked. Sign in again."})"));
    QCOMPARE(fixture.transport.disconnectUser("967771234567"), 0);
}

void HubEndpointTest::negotiatesVersion1()
{
    WorkerFixture fixture;
    const HttpResponse response = fixture.request(HttpMethod::Post, Negotiate,
                                                  "tenant=a&negotiateVersion=1");
    QCOMPARE(response.status, 200);
    QCOMPARE(response.contentType, QByteArray("application/json"));
    const QJsonObject answer = object(response);
    QCOMPARE(answer.value(QLatin1String("negotiateVersion")).toInt(-1), 1);
    QCOMPARE(text(answer, "connectionId").size(), 22);
    QCOMPARE(text(answer, "connectionToken").size(), 22);
    QVERIFY(text(answer, "connectionId") != text(answer, "connectionToken"));
    QVERIFY(!answer.contains(QLatin1String("useStatefulReconnect")));
    const QJsonArray transports = answer.value(QLatin1String("availableTransports")).toArray();
    const QJsonArray both{QStringLiteral("Text"), QStringLiteral("Binary")};
    const QJsonArray textOnly{QStringLiteral("Text")};
    const QList<std::pair<QByteArray, QJsonArray>> expected{
        {"WebSockets", both}, {"ServerSentEvents", textOnly}, {"LongPolling", both}};
    QCOMPARE(transports.size(), expected.size());
    for (qsizetype i = 0; i < expected.size(); ++i) {
        QCOMPARE(text(transports[i].toObject(), "transport"), expected[i].first);
        QCOMPARE(transports[i].toObject().value(QLatin1String("transferFormats")).toArray(), expected[i].second);
    }
}

void HubEndpointTest::offersTheConfiguredTransports()
{
    QJsonObject settings = WorkerFixture::defaultSettings();
    settings.insert(QLatin1String("transports"), QJsonArray{QStringLiteral("LongPolling")});
    WorkerFixture fixture(settings);
    const QJsonObject answer = object(fixture.request(HttpMethod::Post, Negotiate, "negotiateVersion=1"));
    const QJsonArray transports = answer.value(QLatin1String("availableTransports")).toArray();
    QCOMPARE(transports.size(), 1);
    QCOMPARE(text(transports[0].toObject(), "transport"), QByteArray("LongPolling"));
    const QByteArray query = "id=" + text(answer, "connectionToken");
    QCOMPARE(refusalStatus(fixture.upgrade(query)), 404);
    QCOMPARE(refusalStatus(fixture.upgrade()), 404);
    Headers stream = authorization();
    stream.emplace_back("Accept", "text/event-stream");
    QCOMPARE(fixture.request(HttpMethod::Get, Hub, query, stream).status, 404);
    QCOMPARE(fixture.request(HttpMethod::Get, Hub, query).status, 200);

    settings.insert(QLatin1String("transports"), QJsonArray());
    WorkerFixture none(settings);
    QVERIFY(!none.configured.has_value());
    QCOMPARE(none.configured.error().field(), QStringLiteral("transports"));
}

void HubEndpointTest::negotiatesVersions_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<int>("version");
    QTest::addColumn<QByteArray>("error");
    QTest::newRow("none") << QByteArray() << 0 << QByteArray();
    QTest::newRow("0") << QByteArray("negotiateVersion=0") << 0 << QByteArray();
    QTest::newRow("1") << QByteArray("NEGOTIATEVERSION=1") << 1 << QByteArray();
    QTest::newRow("7") << QByteArray("negotiateVersion=7") << 1 << QByteArray();
    QTest::newRow("abc") << QByteArray("negotiateVersion=abc") << -1
                         << QByteArray("The client requested a non-integer protocol version.");
    QTest::newRow("-1") << QByteArray("negotiateVersion=-1") << -1
                        << QByteArray(
                               "The client requested version '-1', but the server does not support this "
                               "version.");
}

void HubEndpointTest::negotiatesVersions()
{
    QFETCH(const QByteArray, query);
    QFETCH(const int, version);
    QFETCH(const QByteArray, error);
    WorkerFixture fixture;
    const HttpResponse response = fixture.request(HttpMethod::Post, Negotiate, query);
    QCOMPARE(response.status, 200);
    const QJsonObject answer = object(response);
    QCOMPARE(answer.value(QLatin1String("negotiateVersion")).toInt(-1), version);
    QCOMPARE(text(answer, "error"), error);
    QCOMPARE(answer.contains(QLatin1String("connectionToken")), version == 1);
    if (version == 0) // The id is the token.
        QCOMPARE(refusalStatus(fixture.upgrade("id=" + text(answer, "connectionId"))), 0);
}

void HubEndpointTest::refusesTooManyNegotiations()
{
    QJsonObject settings = WorkerFixture::defaultSettings();
    settings.insert(QLatin1String("maximum_negotiations"), 1);
    WorkerFixture fixture(settings);
    QCOMPARE(fixture.request(HttpMethod::Post, Negotiate).status, 200);
    const HttpResponse refused = fixture.request(HttpMethod::Post, Negotiate);
    QCOMPARE(refused.status, 503);
    QVERIFY(!header(refused, "Retry-After").isEmpty());
}

void HubEndpointTest::demandsAToken_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("authorization");
    QTest::addColumn<int>("status");
    QTest::newRow("none") << QByteArray() << QByteArray() << 401;
    QTest::newRow("wrong") << QByteArray() << QByteArray("Bearer nonsense") << 401;
    QTest::newRow("other scheme") << QByteArray() << QByteArray("Basic token-967771234567") << 401;
    QTest::newRow("header") << QByteArray() << QByteArray("bearer token-967771234567") << 0;
    QTest::newRow("query") << QByteArray("access_token=token%2D967771234567") << QByteArray() << 0;
}

void HubEndpointTest::demandsAToken()
{
    QFETCH(const QByteArray, query);
    QFETCH(const QByteArray, authorization);
    QFETCH(const int, status);
    WorkerFixture fixture;
    const Headers headers{{"Authorization", authorization}};
    QCOMPARE(refusalStatus(fixture.upgrade(query, headers)), status);
    for (const QByteArray &path : {Negotiate, Hub}) {
        const HttpResponse response = fixture.request(HttpMethod::Post, path, query, headers);
        QCOMPARE(response.status == 401, status == 401);
        QCOMPARE(header(response, "WWW-Authenticate").startsWith("Bearer"), status == 401);
    }
}

void HubEndpointTest::demandsAPhoneNumber()
{
    WorkerFixture fixture;
    const auto headers = authorization("ann");
    QCOMPARE(fixture.request(HttpMethod::Post, Negotiate, {}, headers).status, 403);
    QCOMPARE(refusalStatus(fixture.upgrade({}, headers)), 403);
}

void HubEndpointTest::demandsTheRole_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("refusal");
    QTest::newRow("phone") << QByteArray(PhonePath) << QByteArray("token-8001234") << QByteArray();
    QTest::newRow("business") << QByteArray(BusinessPath) << QByteArray("business-8001234") << QByteArray();
    QTest::newRow("phone on the businesses' hub")
        << QByteArray(BusinessPath) << QByteArray("token-8001234") << QByteArray("needs the role 'business'");
    QTest::newRow("business on the phones' hub")
        << QByteArray(PhonePath) << QByteArray("business-8001234") << QByteArray("This hub is for phones");
    QTest::newRow("business without an account")
        << QByteArray(BusinessPath) << QByteArray("business-shop") << QByteArray("names no account");
}

void HubEndpointTest::demandsTheRole()
{
    QFETCH(const QByteArray, path);
    QFETCH(const QByteArray, token);
    QFETCH(const QByteArray, refusal);
    WorkerFixture fixture;
    const Headers headers{{"Authorization", "Bearer " + token}};
    const int status = refusal.isEmpty() ? 200 : 403;
    const HttpResponse negotiated = fixture.request(HttpMethod::Post, path + "/negotiate", {}, headers);
    QCOMPARE(negotiated.status, status);
    QVERIFY2(negotiated.body.contains(refusal), negotiated.body.constData());
    QCOMPARE(refusalStatus(fixture.upgrade({}, headers, path)), refusal.isEmpty() ? 0 : 403);
}

void HubEndpointTest::letsBusinessesOnThePhoneHubWhenConfigured()
{
    QJsonObject settings = WorkerFixture::defaultSettings();
    settings.insert(QLatin1String("businesses_on_phone_hub"), true);
    WorkerFixture fixture(settings);
    QCOMPARE(refusalStatus(fixture.upgrade({}, businessAuthorization())), 0);
}

void HubEndpointTest::keepsTheTokensOfTheHubsApart()
{
    QJsonObject settings = WorkerFixture::defaultSettings();
    settings.insert(QLatin1String("businesses_on_phone_hub"), true);
    WorkerFixture fixture(settings);
    const QByteArray token
        = text(object(fixture.request(HttpMethod::Post, Negotiate, "negotiateVersion=1", businessAuthorization())),
               "connectionToken");
    QCOMPARE(refusalStatus(fixture.upgrade("id=" + token, businessAuthorization(), BusinessPath)), 404);
    QCOMPARE(refusalStatus(fixture.upgrade("id=" + token, businessAuthorization(), PhonePath)), 0);
}

void HubEndpointTest::prefersTheHeader()
{
    WorkerFixture fixture;
    FakeWebSocket socket;
    const auto handler = fixture.connect(socket, "access_token=token-111111111");
    QCOMPARE(fixture.delivery.recipients, QList<QByteArray>{"967771234567"});
}

void HubEndpointTest::upgradesOnce()
{
    WorkerFixture fixture;
    const QByteArray token
        = text(object(fixture.request(HttpMethod::Post, Negotiate, "negotiateVersion=1")), "connectionToken");
    const UpgradeDecision first = fixture.upgrade("id=" + token);
    QCOMPARE(refusalStatus(first), 0);
    QCOMPARE(refusalStatus(fixture.upgrade("id=" + token)), 409);
    const UpgradeDecision unknown = fixture.upgrade("id=AAAAAAAAAAAAAAAAAAAAAA");
    QCOMPARE(refusalStatus(unknown), 404);
    QCOMPARE(std::get<HttpResponse>(unknown).body, QByteArray("No Connection with that ID"));
    QCOMPARE(refusalStatus(fixture.upgrade("id=")), 404);
}

void HubEndpointTest::upgradesOnAnotherThread()
{
    WorkerFixture fixture;
    IoServices services = fixture.services();
    services.ioThread = 1;
    const auto other = fixture.transport.createWorker(services).value();
    FakeRouteTable routes;
    QVERIFY(other->mount("public", routes).has_value());
    const QByteArray token
        = text(object(fixture.request(HttpMethod::Post, Negotiate, "negotiateVersion=1")), "connectionToken");
    FakeRequest request;
    request.queryText = "id=" + token;
    request.headers = authorization();
    QCOMPARE(refusalStatus(routes.webSockets.at(Hub)(request)), 0);
}

void HubEndpointTest::upgradesWithoutNegotiate()
{
    WorkerFixture fixture;
    QCOMPARE(refusalStatus(fixture.upgrade()), 0);
}

void HubEndpointTest::refusesOthersTokens()
{
    WorkerFixture fixture;
    const QByteArray token
        = text(object(fixture.request(HttpMethod::Post, Negotiate, "negotiateVersion=1")), "connectionToken");
    QCOMPARE(refusalStatus(fixture.upgrade("id=" + token, authorization("111111111"))), 403);
    QCOMPARE(refusalStatus(fixture.upgrade("id=" + token)), 0);
}

void HubEndpointTest::forgetsExpiredTokens()
{
    WorkerFixture fixture;
    const QByteArray token
        = text(object(fixture.request(HttpMethod::Post, Negotiate, "negotiateVersion=1")), "connectionToken");
    fixture.clock.advance(15s);
    QCOMPARE(refusalStatus(fixture.upgrade("id=" + token)), 404);
}

void HubEndpointTest::forgetsTheTokenOfAnEndedConnection()
{
    WorkerFixture fixture;
    const QByteArray token
        = text(object(fixture.request(HttpMethod::Post, Negotiate, "negotiateVersion=1")), "connectionToken");
    FakeWebSocket socket;
    const auto handler = fixture.connect(socket, "id=" + token);
    QCOMPARE(fixture.request(HttpMethod::Post, Hub, "id=" + token).status, 405);
    handler->received(WebSocketOpcode::Text, record(R"({"type":7})"));
    QTRY_COMPARE(socket.closeCode, 1000);
    QCOMPARE(fixture.request(HttpMethod::Post, Hub, "id=" + token).status, 404); // Before the link is gone.
    QCOMPARE(refusalStatus(fixture.upgrade("id=" + token)), 404);
    handler->closed(1000);
}

void HubEndpointTest::answersPlainRequests()
{
    WorkerFixture fixture;
    for (const HttpMethod method : {HttpMethod::Get, HttpMethod::Post, HttpMethod::Delete}) {
        QCOMPARE(fixture.request(method, Hub).status, 400);
        QCOMPARE(fixture.request(method, Hub, "id=nonsense").status, 404);
    }
    const QByteArray token
        = text(object(fixture.request(HttpMethod::Post, Negotiate, "negotiateVersion=1")), "connectionToken");
    QCOMPARE(fixture.request(HttpMethod::Post, Hub, "id=" + token).status, 409); // Not open yet.
    QCOMPARE(fixture.request(HttpMethod::Delete, Hub, "id=" + token).status, 400);
    const UpgradeDecision opened = fixture.upgrade("id=" + token);
    QCOMPARE(fixture.request(HttpMethod::Get, Hub, "id=" + token).status, 400); // Another transport.
    QCOMPARE(fixture.request(HttpMethod::Post, Hub, "id=" + token).status, 405);
    QCOMPARE(fixture.request(HttpMethod::Delete, Hub, "id=" + token).status, 400);
}

void HubEndpointTest::refusesPagesOfOtherOrigins()
{
    QJsonObject settings = WorkerFixture::defaultSettings();
    settings.insert(QLatin1String("allowed_origins"), QJsonArray{QStringLiteral("https://a.example")});
    WorkerFixture fixture(settings);
    const auto from = [](const QByteArray &origin) {
        Headers headers = authorization();
        headers.emplace_back("Origin", origin);
        headers.emplace_back("Host", "hub.example:8080");
        return headers;
    };
    for (const char *origin : {"https://a.example", "https://hub.example:8080", "http://HUB.example:8080"}) {
        QCOMPARE(refusalStatus(fixture.upgrade({}, from(origin))), 0);
        QCOMPARE(fixture.request(HttpMethod::Post, Negotiate, {}, from(origin)).status, 200);
    }
    for (const char *origin : {"https://a.example.b.example", "https://hub.example", "null", "http://a.example"}) {
        QCOMPARE(refusalStatus(fixture.upgrade({}, from(origin))), 403);
        QCOMPARE(fixture.request(HttpMethod::Post, Negotiate, {}, from(origin)).status, 403);
        QCOMPARE(fixture.request(HttpMethod::Get, Hub, "id=nonsense", from(origin)).status, 403);
    }
}

void HubEndpointTest::answersBrowsers()
{
    QJsonObject settings = WorkerFixture::defaultSettings();
    settings.insert(QLatin1String("allowed_origins"), QJsonArray{QStringLiteral("https://a.example")});
    WorkerFixture fixture(settings);
    const Headers ours{{"Origin", "https://a.example"}};
    const Headers others{{"Origin", "https://b.example"}};
    const HttpResponse preflight = fixture.request(HttpMethod::Options, Negotiate, {}, ours);
    QCOMPARE(preflight.status, 204);
    QCOMPARE(header(preflight, "Access-Control-Allow-Origin"), QByteArray("https://a.example"));
    QCOMPARE(header(preflight, "Access-Control-Allow-Credentials"), QByteArray("true"));
    QVERIFY(header(preflight, "Access-Control-Allow-Headers").contains("x-signalr-user-agent"));
    QCOMPARE(header(preflight, "Vary"), QByteArray("Origin"));
    const HttpResponse refused = fixture.request(HttpMethod::Post, Negotiate, {}, ours);
    QCOMPARE(refused.status, 401);
    QCOMPARE(header(refused, "Access-Control-Allow-Origin"), QByteArray("https://a.example"));
    QVERIFY(header(fixture.request(HttpMethod::Options, Hub, {}, others), "Access-Control-Allow-Origin")
                .isEmpty());
    WorkerFixture closed;
    QVERIFY(closed.request(HttpMethod::Options, Hub, {}, ours).headers.empty());
}

void HubEndpointTest::refusesWhileDraining()
{
    WorkerFixture fixture;
    fixture.worker->drain();
    QCOMPARE(fixture.request(HttpMethod::Post, Negotiate).status, 503);
    QCOMPARE(refusalStatus(fixture.upgrade()), 503);
}

void HubEndpointTest::sendsPhonesAwayLittleByLittle()
{
    WorkerFixture fixture;
    std::array<FakeWebSocket, 4> sockets;
    std::vector<std::unique_ptr<WebSocketHandler>> phones;
    for (FakeWebSocket &socket : sockets)
        phones.push_back(fixture.connect(socket));
    const auto closed = [&] {
        return std::ranges::count_if(sockets, [](const FakeWebSocket &socket) { return socket.closeCode == 1000; });
    };
    fixture.worker->beginDrain(10s);
    QCOMPARE(fixture.request(HttpMethod::Post, Negotiate).status, 503);
    QCOMPARE(closed(), 0);
    fixture.clock.advance(5s);
    QTRY_COMPARE(closed(), 2);
    fixture.clock.advance(4s);
    QTRY_COMPARE(closed(), 4);
    QVERIFY(sockets[3].take().join().contains(R"({"type":7,"allowReconnect":true})"));
    QCOMPARE(fixture.delivery.detached, 4);
}

void HubEndpointTest::sendsAShareOfThePhonesAway()
{
    WorkerFixture fixture;
    std::array<FakeWebSocket, 5> sockets;
    std::vector<std::unique_ptr<WebSocketHandler>> phones;
    for (FakeWebSocket &socket : sockets)
        phones.push_back(fixture.connect(socket));
    const auto closed = [&] {
        return std::ranges::count_if(sockets, [](const FakeWebSocket &socket) { return socket.closeCode == 1000; });
    };
    fixture.worker->sendAway(0.5, 10s);
    fixture.clock.advance(5s);
    QTRY_COMPARE(closed(), 1);
    fixture.clock.advance(5s);
    QTRY_COMPARE(closed(), 2); // Rounded down.
    QCOMPARE(fixture.request(HttpMethod::Post, Negotiate).status, 200); // Others may still come.
}

void HubEndpointTest::redirectsToAnotherNode()
{
    WorkerFixture fixture;
    fixture.placement.node = "https://node-2.example.com";
    const QJsonObject answer = object(
        fixture.request(HttpMethod::Post, Negotiate, "shop=7&NegotiateVersion=1&useStatefulReconnect=true"));
    QCOMPARE(text(answer, "url"), QByteArray("https://node-2.example.com") + Hub + "?redirected=true&shop=7");
    QVERIFY(!answer.contains(QLatin1StringView("accessToken"))); // The client goes on with its own.
    QCOMPARE(fixture.placement.asked, std::vector<QByteArray>{"967771234567"});
    // Whoever was sent here stays, whatever this node thinks; and nobody without a token learns of the others.
    QVERIFY(!text(object(fixture.request(HttpMethod::Post, Negotiate, "redirected=true&negotiateVersion=1")), "connectionToken")
                 .isEmpty());
    QCOMPARE(fixture.request(HttpMethod::Post, Negotiate, {}, {}).status, 401);
    fixture.worker->beginDrain(10s);
    QVERIFY(object(fixture.request(HttpMethod::Post, Negotiate)).contains(QLatin1StringView("url")));
    fixture.placement.node.reset();
    QCOMPARE(fixture.request(HttpMethod::Post, Negotiate).status, 503);
    QCOMPARE(fixture.request(HttpMethod::Post, Negotiate, {}, {}).status, 401);
}

void HubEndpointTest::refusesMoreConnectionsThanAllowed()
{
    QJsonObject settings = WorkerFixture::defaultSettings();
    settings.insert(QLatin1String("maximum_connections"), 1);
    WorkerFixture fixture(settings);
    const QByteArray waiting = text(object(fixture.request(HttpMethod::Post, Negotiate, "negotiateVersion=1")),
                                    "connectionToken");
    FakeWebSocket socket;
    auto phone = fixture.connect(socket);
    const HttpResponse refused = fixture.request(HttpMethod::Post, Negotiate);
    QCOMPARE(refused.status, 503);
    QVERIFY(!header(refused, "Retry-After").isEmpty());
    QCOMPARE(refusalStatus(fixture.upgrade()), 503);
    QCOMPARE(fixture.request(HttpMethod::Get, Hub, "id=" + waiting).status, 503);
    FakeWebSocket business;
    const auto other = fixture.connectBusiness(business); // It has a limit of its own.
    phone->closed(1000);
    QCOMPARE(fixture.request(HttpMethod::Post, Negotiate).status, 200);
}

void HubEndpointTest::tellsWhatTheHubsDo()
{
    QJsonObject settings = WorkerFixture::defaultSettings();
    settings.insert(QLatin1String("maximum_connections"), 4);
    WorkerFixture fixture(settings);
    FakeWebSocket socket;
    const auto phone = fixture.connect(socket);
    const std::vector<HubStatus> hubs = fixture.transport.hubs();
    QCOMPARE(hubs.size(), 2);
    QCOMPARE(hubs[0].name, QByteArray("online-mobile-user"));
    QCOMPARE(hubs[0].metrics.activeConnections, 1);
    QCOMPARE(hubs[0].connections.maxConcurrentConnections, 4);
    QCOMPARE(hubs[0].connections.connectionUtilization, 0.25);
    QCOMPARE(hubs[1].name, QByteArray("business-user"));
    QCOMPARE(hubs[1].metrics.activeConnections, 0);
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::HubEndpointTest)
#include "hub_endpoint_test.moc"
