// SPDX-License-Identifier: GPL-3.0-or-later
// Finding a server: tokens, negotiation, each transport, and what happens when one cannot be had.
#include "client_fixture.h"

#include <QJsonObject>
#include <QPromise>
#include <QTimer>

namespace hudhud::client {

class TransportTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void talks_data();
    void talks();
    void talksMessagePack_data();
    void talksMessagePack();
    void fallsBack();
    void keepsToWhatIsAllowed();
    void skipsTheNegotiation();
    void asksForTheToken();
    void failsWithoutAToken();
    void limitsTheNegotiationsTime();
    void followsRedirections();
    void endsCircles();
    void tellsWhyItCannotStart_data();
    void tellsWhyItCannotStart();
    void tellsThatNobodyIsThere();
    void hearsTheEnd_data();
    void hearsTheEnd();
    void failsWhenAPostFails();
    void sendsEverythingBeforeItLeaves();
};

namespace {

void addTransports()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("WebSockets") << int(TransportKind::WebSockets);
    QTest::newRow("ServerSentEvents") << int(TransportKind::ServerSentEvents);
    QTest::newRow("LongPolling") << int(TransportKind::LongPolling);
}

HubConnectionOptions only(int kind)
{
    HubConnectionOptions options;
    options.transports = {static_cast<TransportKind>(kind)};
    options.reconnect = {};
    return options;
}

} // namespace

void TransportTest::talks_data()
{
    addTransports();
}

void TransportTest::talks()
{
    QFETCH(int, kind);
    FakeServer server;
    HubConnectionOptions options = only(kind);
    options.accessToken = [] { return QtFuture::makeReadyFuture(QStringLiteral("my-token")); };
    options.headers = {{"X-Tenant", "a"}};
    Client client(server, options);
    QJsonArray pushed;
    client.connection.on(QStringLiteral("Push"), [&](const QJsonArray &arguments) { pushed = arguments; });
    QVERIFY(client.start());
    QCOMPARE(client.connection.connectionId(), QStringLiteral("public-id"));
    QCOMPARE(server.handshake, R"({"protocol":"json","version":1})");

    const auto answer = client.connection.invoke(QStringLiteral("Add"), {1, 2});
    QCOMPARE(server.nextRecord(), R"({"arguments":[1,2],"invocationId":"0","target":"Add","type":1})");
    server.sendRecord(R"({"type":1,"target":"Push","arguments":["a\nb"]})");
    server.sendRecord(R"({"type":3,"invocationId":"0","result":3})");
    QCOMPARE(await(answer).value_or(QJsonValue()), QJsonValue(3));
    QCOMPARE(pushed, QJsonArray{QStringLiteral("a\nb")});

    QVERIFY(client.stop());
    QCOMPARE(server.nextRecord(), R"({"type":7})");
    QCOMPARE(server.wasDeleted, kind == int(TransportKind::LongPolling));
    QCOMPARE(client.ends.size(), 1);
    QCOMPARE(client.ends.front().kind, Kind::None);
    for (const FakeServer::Request &request : server.requests) {
        QCOMPARE(request.headers.value("authorization"), "Bearer my-token");
        QCOMPARE(request.headers.value("x-tenant"), "a");
        QVERIFY(request.path == "/hub/negotiate?negotiateVersion=1"
                || request.path == "/hub?id=secret-token");
    }
}

void TransportTest::talksMessagePack_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("WebSockets") << int(TransportKind::WebSockets);
    QTest::newRow("LongPolling") << int(TransportKind::LongPolling);
}

void TransportTest::talksMessagePack()
{
    QFETCH(int, kind);
    FakeServer server;
    HubConnectionOptions options = only(kind);
    options.protocol = ProtocolKind::MessagePack;
    Client client(server, options);
    QJsonArray pushed;
    client.connection.on(QStringLiteral("ReceiveMessage"),
                         [&](const QJsonArray &arguments) { pushed = arguments; });
    QVERIFY(client.start());
    const auto answer = client.connection.invoke(QStringLiteral("Ack"), {QStringLiteral("m1"), 7});
    QTRY_VERIFY(server.received.contains(QByteArray::fromHex("0f960180a130a341636b92a26d310790")));
    server.send(QByteArray::fromHex("1b960180c0ae526563656976654d6573736167659181a26964a16190"));
    server.send(QByteArray::fromHex("029106") + QByteArray::fromHex("07950380a130032a"));
    QCOMPARE(await(answer).value_or(QJsonValue()), QJsonValue(42));
    QCOMPARE(pushed, (QJsonArray{QJsonObject{{QStringLiteral("id"), QStringLiteral("a")}}}));
}

void TransportTest::fallsBack()
{
    FakeServer server;
    server.refused = {"WebSockets", "ServerSentEvents"};
    Client client(server);
    QVERIFY(client.start());
    QCOMPARE(server.negotiations().size(), 3); // Each attempt has a connection of its own.
    QCOMPARE(server.opened, 1);
    QVERIFY(client.stop());
    QVERIFY(server.wasDeleted);
}

void TransportTest::keepsToWhatIsAllowed()
{
    FakeServer server;
    server.refused = {"WebSockets"};
    HubConnectionOptions options;
    options.protocol = ProtocolKind::MessagePack; // Which events do not carry.
    options.transports = {TransportKind::WebSockets, TransportKind::ServerSentEvents};
    Client client(server, options);
    const HubError error = client.failToStart();
    QCOMPARE(error.kind, Kind::ConnectionLost);
    QVERIFY2(error.message.contains(QStringLiteral("WebSockets: ")), qUtf8Printable(error.message));
    QCOMPARE(client.connection.state(), State::Disconnected);
}

void TransportTest::skipsTheNegotiation()
{
    FakeServer server;
    HubConnectionOptions options;
    options.skipNegotiation = true;
    Client client(server, options);
    QVERIFY(client.start());
    QCOMPARE(server.requests.size(), 1);
    QCOMPARE(server.requests.front().path, "/hub");
    QVERIFY(client.connection.connectionId().isEmpty());
}

void TransportTest::asksForTheToken()
{
    FakeServer server;
    QPromise<QString> token;
    token.start();
    HubConnectionOptions options;
    options.accessToken = [&] { return token.future(); };
    Client client(server, options);
    QTimer::singleShot(0, &client.connection, [&] {
        QVERIFY(server.requests.isEmpty());
        token.addResult(QStringLiteral("late"));
        token.finish();
    });
    QVERIFY(client.start());
    QCOMPARE(server.requests.front().headers.value("authorization"), "Bearer late");
}

void TransportTest::failsWithoutAToken()
{
    FakeServer server;
    HubConnectionOptions options;
    options.requestTimeout = 20ms;
    options.accessToken = [] { return QFuture<QString>(); };
    QCOMPARE(Client(server, options).failToStart().kind, Kind::Unauthorized);
    QPromise<QString> never;
    never.start();
    options.accessToken = [&] { return never.future(); };
    QCOMPARE(Client(server, options).failToStart().kind, Kind::Timeout);
    QVERIFY(server.requests.isEmpty());
}

void TransportTest::limitsTheNegotiationsTime()
{
    FakeServer server;
    server.negotiateStatus = 0;
    HubConnectionOptions options;
    options.handshakeTimeout = 50ms;
    const HubError error = Client(server, options).failToStart();
    QCOMPARE(error.kind, Kind::Timeout);
    QCOMPARE(error.message, QStringLiteral("The negotiation failed: no answer in time."));
}

void TransportTest::followsRedirections()
{
    FakeServer first;
    FakeServer second;
    first.negotiateAnswer = {{QStringLiteral("url"), second.url().toString() + QStringLiteral("?tenant=a")},
                             {QStringLiteral("accessToken"), QStringLiteral("other")}};
    HubConnectionOptions options;
    options.accessToken = [] { return QtFuture::makeReadyFuture(QStringLiteral("mine")); };
    Client client(first, options);
    QVERIFY(client.start());
    QCOMPARE(first.requests.size(), 1);
    QCOMPARE(second.requests.front().path, "/hub/negotiate?tenant=a&negotiateVersion=1");
    QCOMPARE(second.requests.back().headers.value("authorization"), "Bearer other");
}

void TransportTest::endsCircles()
{
    FakeServer server;
    server.negotiateAnswer = {{QStringLiteral("url"), server.url().toString()}};
    QCOMPARE(Client(server).failToStart().message, QStringLiteral("Negotiate redirection limit exceeded."));
    QCOMPARE(server.requests.size(), 101);
}

void TransportTest::tellsWhyItCannotStart_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("kind");
    QTest::newRow("401") << 401 << QByteArray() << int(Kind::Unauthorized);
    QTest::newRow("403") << 403 << QByteArray() << int(Kind::Unauthorized);
    QTest::newRow("404") << 404 << QByteArray() << int(Kind::Refused);
    QTest::newRow("503") << 503 << QByteArray() << int(Kind::Refused);
    QTest::newRow("204") << 204 << QByteArray() << int(Kind::Refused);
    QTest::newRow("error") << 200 << QByteArray(R"({"error":"no"})") << int(Kind::Refused);
    QTest::newRow("a page") << 200 << QByteArray("<html>") << int(Kind::Protocol);
    QTest::newRow("no transport") << 200 << QByteArray(R"({"connectionId":"a"})") << int(Kind::Refused);
    QTest::newRow("stateful unasked")
        << 200 << QByteArray(R"({"connectionId":"a","useStatefulReconnect":true})") << int(Kind::Protocol);
}

void TransportTest::tellsWhyItCannotStart()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(int, kind);
    FakeServer server;
    server.negotiateStatus = status;
    server.negotiateBody = body;
    Client client(server);
    const HubError error = client.failToStart();
    QCOMPARE(int(error.kind), kind);
    QVERIFY(!error.message.isEmpty());
    QCOMPARE(error.httpStatus, status == 200 ? 0 : status);
    QCOMPARE(client.states, (QList<State>{State::Connecting, State::Disconnected}));
    QVERIFY(client.ends.isEmpty());
}

void TransportTest::tellsThatNobodyIsThere()
{
    FakeServer server;
    server.vanish();
    QCOMPARE(Client(server).failToStart().kind, Kind::ConnectionLost);
    HubConnectionOptions options;
    options.skipNegotiation = true;
    QCOMPARE(Client(server, options).failToStart().kind, Kind::ConnectionLost);
}

void TransportTest::hearsTheEnd_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<bool>("isCut");
    for (const bool isCut : {false, true}) {
        for (int kind = 0; kind < 3; ++kind)
            QTest::addRow("%d %s", kind, isCut ? "cut" : "in order") << kind << isCut;
    }
}

void TransportTest::hearsTheEnd()
{
    QFETCH(int, kind);
    QFETCH(bool, isCut);
    FakeServer server;
    Client client(server, only(kind));
    QVERIFY(client.start());
    const auto answer = client.connection.invoke(QStringLiteral("Never"));
    QVERIFY(!server.nextRecord().isEmpty());
    if (isCut)
        server.vanish();
    else
        server.end();
    QTRY_COMPARE(client.ends.size(), 1);
    QCOMPARE(client.ends.front().kind, Kind::ConnectionLost);
    QCOMPARE(await(answer).error().kind, Kind::ConnectionLost);
    QCOMPARE(client.connection.state(), State::Disconnected);
}

void TransportTest::failsWhenAPostFails()
{
    FakeServer server;
    Client client(server, only(int(TransportKind::LongPolling)));
    QVERIFY(client.start());
    server.forget();
    const auto answer = client.connection.invoke(QStringLiteral("Lost"));
    QCOMPARE(await(answer).error().kind, Kind::ConnectionLost);
    QCOMPARE(client.ends.size(), 1);
}

void TransportTest::sendsEverythingBeforeItLeaves()
{
    for (int kind = 0; kind < 3; ++kind) {
        FakeServer server;
        Client client(server, only(kind));
        QVERIFY(client.start());
        for (int i = 0; i < 50; ++i)
            QVERIFY(client.connection.send(QStringLiteral("Log"), {i}));
        QVERIFY(client.stop());
        QList<QByteArray> records;
        QTRY_VERIFY((records += server.takeRecords()).size() == 51);
        QCOMPARE(records[49], R"({"arguments":[49],"target":"Log","type":1})");
        QCOMPARE(records[50], R"({"type":7})");
    }
}

} // namespace hudhud::client

QTEST_GUILESS_MAIN(hudhud::client::TransportTest)
#include "transport_test.moc"
