// SPDX-License-Identifier: GPL-3.0-or-later
// Calls in both directions, streams, time limits, closing and automatic reconnect, over WebSockets.
#include "client_fixture.h"

#include <QJsonObject>
#include <QPromise>

#include <array>

namespace hudhud::client {

class HubConnectionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void knowsItsState();
    void callsMethods();
    void isCalled();
    void answersTheServer();
    void streamsFromTheServer();
    void cancelsStreams();
    void streamsToTheServer();
    void endsUploadsWithTheirCall();
    void boundsWhatWaits();
    void refusesBadHandshakes_data();
    void refusesBadHandshakes();
    void limitsTheHandshakesTime();
    void readsPiecesAndBatches();
    void closesOnBadInput_data();
    void closesOnBadInput();
    void ignoresWhatItDoesNotKnow();
    void pings();
    void givesASilentServerUp();
    void obeysTheCloseMessage_data();
    void obeysTheCloseMessage();
    void comesBack();
    void backsOffAndGivesUp();
    void slowsDownForAServerThatDropsIt();
    void stopsWhileConnecting();
    void stopsWhileReconnecting();
    void startsAgain();
    void mayBeStoppedFromAHandler();
    void letsHandlersWait();
    void isDeletedAtAnyTime();
};

void HubConnectionTest::knowsItsState()
{
    FakeServer server;
    Client client(server);
    QCOMPARE(client.connection.state(), State::Disconnected);
    QCOMPARE(await(client.connection.invoke(QStringLiteral("Early"))).error().kind, Kind::NotConnected);
    QCOMPARE(client.connection.send(QStringLiteral("Early")).error().kind, Kind::NotConnected);
    QVERIFY(client.stop()); // Nothing to do.
    QVERIFY(client.start());
    QCOMPARE(await(client.connection.start()).error().kind, Kind::InvalidUse);
    QVERIFY(client.stop());
    QCOMPARE(client.states,
             (QList<State>{State::Connecting, State::Connected, State::Disconnecting, State::Disconnected}));
    QCOMPARE(client.ends.size(), 1);
}

void HubConnectionTest::callsMethods()
{
    FakeServer server;
    Client client(server);
    QVERIFY(client.start());
    const auto value = client.connection.invoke(QStringLiteral("Value"));
    const auto none = client.connection.invoke(QStringLiteral("None"));
    const auto error = client.connection.invoke(QStringLiteral("Error"));
    QVERIFY(client.connection.send(QStringLiteral("Silent"), {QJsonValue()}));
    QVERIFY(client.connection.send(QStringLiteral("List"), {QJsonArray{1, 2}}));
    QCOMPARE(server.nextRecord(), R"({"arguments":[],"invocationId":"0","target":"Value","type":1})");
    QVERIFY(!server.nextRecord().isEmpty());
    QVERIFY(!server.nextRecord().isEmpty());
    QCOMPARE(server.nextRecord(), R"({"arguments":[null],"target":"Silent","type":1})");
    QCOMPARE(server.nextRecord(), R"({"arguments":[[1,2]],"target":"List","type":1})");
    server.sendRecord(R"({"type":3,"invocationId":"2","error":"HubException: no"})"); // In any order.
    server.sendRecord(R"({"type":3,"invocationId":"1"})");
    server.sendRecord(R"({"type":3,"invocationId":"77","result":1})");
    server.sendRecord(R"({"type":3,"invocationId":"0","result":{"a":[1,null]}})");
    QCOMPARE(await(value).value_or(QJsonValue()),
             QJsonValue(QJsonObject{{QStringLiteral("a"), QJsonArray{1, QJsonValue()}}}));
    QCOMPARE(await(none).value_or(1), QJsonValue());
    QCOMPARE(await(error).error().kind, Kind::Hub);
    QCOMPARE(await(error).error().message, QStringLiteral("HubException: no"));
}

void HubConnectionTest::isCalled()
{
    FakeServer server;
    Client client(server);
    QStringList calls;
    client.connection.on(QStringLiteral("Push"), [&](const QJsonArray &arguments) {
        calls.append(QStringLiteral("1:") + arguments[0].toString());
    });
    client.connection.on(QStringLiteral("push"), [&](const QJsonArray &arguments) {
        calls.append(QStringLiteral("2:") + arguments[0].toString());
    });
    QVERIFY(client.start());
    server.sendRecord(R"({"type":1,"target":"PUSH","arguments":["a"]})");
    server.sendRecord(R"({"type":1,"target":"Unknown","arguments":[]})");
    QTRY_COMPARE(calls, (QStringList{QStringLiteral("1:a"), QStringLiteral("2:a")}));
    client.connection.off(QStringLiteral("pUSH"));
    bool isDone = false;
    client.connection.on(QStringLiteral("Done"), [&](const QJsonArray &) { isDone = true; });
    server.sendRecord(R"({"type":1,"target":"Push","arguments":["b"]})");
    server.sendRecord(R"({"type":1,"target":"Done","arguments":[]})");
    QTRY_VERIFY(isDone);
    QCOMPARE(calls.size(), 2);
}

void HubConnectionTest::answersTheServer()
{
    FakeServer server;
    Client client(server);
    QPromise<Result<QJsonValue>> later;
    later.start();
    client.connection.respondTo(QStringLiteral("Now"), [](const QJsonArray &arguments) {
        return QtFuture::makeReadyFuture(Result<QJsonValue>(arguments[0].toInt() + 1));
    });
    client.connection.respondTo(QStringLiteral("Fail"), [](const QJsonArray &) {
        return QtFuture::makeReadyFuture(Result<QJsonValue>(failure(Kind::Hub, QStringLiteral("no"))));
    });
    client.connection.respondTo(QStringLiteral("Later"), [&](const QJsonArray &) { return later.future(); });
    client.connection.respondTo(QStringLiteral("Cancelled"),
                                [](const QJsonArray &) { return QFuture<Result<QJsonValue>>(); });
    QVERIFY(client.start());
    server.sendRecord(R"({"type":1,"invocationId":"l","target":"Later","arguments":[]})");
    server.sendRecord(R"({"type":1,"invocationId":"n","target":"Now","arguments":[1]})");
    QCOMPARE(server.nextRecord(), R"({"type":3,"invocationId":"n","result":2})");
    server.sendRecord(R"({"type":1,"invocationId":"f","target":"Fail","arguments":[]})");
    QCOMPARE(server.nextRecord(), R"({"type":3,"invocationId":"f","error":"no"})");
    server.sendRecord(R"({"type":1,"invocationId":"u","target":"Unknown","arguments":[]})");
    QCOMPARE(server.nextRecord(),
             R"({"type":3,"invocationId":"u","error":"Client didn't provide a result."})");
    server.sendRecord(R"({"type":1,"invocationId":"c","target":"Cancelled","arguments":[]})");
    QCOMPARE(server.nextRecord(),
             R"({"type":3,"invocationId":"c","error":"Client didn't provide a result."})");
    later.addResult(Result<QJsonValue>(QJsonValue()));
    later.finish();
    QCOMPARE(server.nextRecord(), R"({"type":3,"invocationId":"l","result":null})");
}

void HubConnectionTest::streamsFromTheServer()
{
    FakeServer server;
    Client client(server);
    QVERIFY(client.start());
    HubStream *good = client.connection.stream(QStringLiteral("Count"), {3});
    HubStream *bad = client.connection.stream(QStringLiteral("Break"));
    QJsonArray items;
    connect(good, &HubStream::itemReceived, this, [&](const QJsonValue &item) { items.append(item); });
    QSignalSpy goodEnd(good, &HubStream::finished);
    QSignalSpy badEnd(bad, &HubStream::finished);
    QCOMPARE(server.nextRecord(), R"({"arguments":[3],"invocationId":"0","target":"Count","type":4})");
    for (int i = 0; i < 3; ++i)
        server.sendRecord(R"({"type":2,"invocationId":"0","item":)" + QByteArray::number(i) + '}');
    server.sendRecord(R"({"type":3,"invocationId":"0"})");
    server.sendRecord(R"({"type":2,"invocationId":"0","item":"too late"})");
    server.sendRecord(R"({"type":3,"invocationId":"1","error":"no"})");
    QTRY_COMPARE(badEnd.size(), 1);
    QCOMPARE(badEnd[0][0].value<HubError>().kind, Kind::Hub);
    QCOMPARE(goodEnd.size(), 1);
    QCOMPARE(goodEnd[0][0].value<HubError>().kind, Kind::None);
    QCOMPARE(items, (QJsonArray{0, 1, 2}));
    QVERIFY(good->isFinished());

    HubStream *lost = client.connection.stream(QStringLiteral("Lost"));
    QSignalSpy lostEnd(lost, &HubStream::finished);
    QVERIFY(client.stop());
    QCOMPARE(lostEnd.size(), 1);
    QCOMPARE(lostEnd[0][0].value<HubError>().kind, Kind::ConnectionLost);
    HubStream *late = client.connection.stream(QStringLiteral("Late"));
    QSignalSpy lateEnd(late, &HubStream::finished);
    QTRY_COMPARE(lateEnd.size(), 1);
    QCOMPARE(lateEnd[0][0].value<HubError>().kind, Kind::NotConnected);
}

void HubConnectionTest::cancelsStreams()
{
    FakeServer server;
    Client client(server);
    QVERIFY(client.start());
    HubStream *stream = client.connection.stream(QStringLiteral("Count"));
    QSignalSpy items(stream, &HubStream::itemReceived);
    QSignalSpy end(stream, &HubStream::finished);
    connect(stream, &HubStream::itemReceived, stream, &HubStream::cancel);
    QVERIFY(!server.nextRecord().isEmpty());
    server.sendRecord(R"({"type":2,"invocationId":"0","item":1})");
    server.sendRecord(R"({"type":2,"invocationId":"0","item":2})");
    QCOMPARE(server.nextRecord(), R"({"invocationId":"0","type":5})");
    server.sendRecord(R"({"type":3,"invocationId":"0"})");
    QCOMPARE(end.size(), 1);
    QCOMPARE(end[0][0].value<HubError>().kind, Kind::Cancelled);
    QCOMPARE(items.size(), 1);

    delete client.connection.stream(QStringLiteral("Dropped"));
    QVERIFY(!server.nextRecord().isEmpty());
    QCOMPARE(server.nextRecord(), R"({"invocationId":"1","type":5})");
}

void HubConnectionTest::streamsToTheServer()
{
    FakeServer server;
    Client client(server);
    QVERIFY(client.start());
    HubUpload *upload = client.connection.createUpload();
    QCOMPARE(upload->send(1).error().kind, Kind::InvalidUse);
    const auto sum = client.connection.invoke(QStringLiteral("Sum"), {QStringLiteral("x")}, {upload});
    QVERIFY(upload->isOpen());
    QVERIFY(upload->send(5));
    QVERIFY(upload->send(QJsonObject{{QStringLiteral("a"), 1}}));
    upload->complete();
    QVERIFY(!upload->isOpen());
    QCOMPARE(server.nextRecord(),
             R"({"arguments":["x"],"invocationId":"1","streamIds":["0"],"target":"Sum","type":1})");
    QCOMPARE(server.nextRecord(), R"({"invocationId":"0","item":5,"type":2})");
    QCOMPARE(server.nextRecord(), R"({"invocationId":"0","item":{"a":1},"type":2})");
    QCOMPARE(server.nextRecord(), R"({"type":3,"invocationId":"0"})");
    server.sendRecord(R"({"type":3,"invocationId":"1","result":5})");
    QCOMPARE(await(sum).value_or(QJsonValue()), QJsonValue(5));
    QCOMPARE(await(client.connection.invoke(QStringLiteral("Sum"), {}, {upload})).error().kind,
             Kind::InvalidUse);

    HubUpload *broken = client.connection.createUpload();
    QVERIFY(client.connection.send(QStringLiteral("Take"), {}, {broken}));
    broken->fail(QStringLiteral("disk"));
    QCOMPARE(server.nextRecord(), R"({"arguments":[],"streamIds":["2"],"target":"Take","type":1})");
    QCOMPARE(server.nextRecord(), R"({"type":3,"invocationId":"2","error":"disk"})");
}

void HubConnectionTest::endsUploadsWithTheirCall()
{
    FakeServer server;
    Client client(server);
    QVERIFY(client.start());
    HubUpload *first = client.connection.createUpload();
    HubUpload *second = client.connection.createUpload();
    QSignalSpy firstEnd(first, &HubUpload::ended);
    QSignalSpy secondEnd(second, &HubUpload::ended);
    const auto call = client.connection.invoke(QStringLiteral("Sum"), {}, {first});
    QVERIFY(client.connection.send(QStringLiteral("Take"), {}, {second}));
    server.sendRecord(R"({"type":3,"invocationId":"1","result":0})");
    QVERIFY(await(call));
    QCOMPARE(firstEnd.size(), 1);
    QCOMPARE(first->send(1).error().kind, Kind::InvalidUse);
    QVERIFY(second->isOpen());
    QVERIFY(client.stop());
    QCOMPARE(secondEnd.size(), 1);
}

void HubConnectionTest::boundsWhatWaits()
{
    FakeServer server;
    HubConnectionOptions options;
    options.maximumWaitingCalls = 2;
    Client client(server, options);
    QVERIFY(client.start());
    const auto first = client.connection.invoke(QStringLiteral("A"));
    const auto second = client.connection.invoke(QStringLiteral("B"));
    QCOMPARE(await(client.connection.invoke(QStringLiteral("C"))).error().kind, Kind::QueueFull);
    server.sendRecord(R"({"type":3,"invocationId":"0"})");
    QVERIFY(await(first));
    const auto third = client.connection.invoke(QStringLiteral("D"));
    QVERIFY(!third.isFinished());

    HubConnectionOptions small;
    small.maximumUnsentBytes = 100'000;
    Client talker(server, small);
    QVERIFY(talker.start());
    Result<void> sent;
    int count = 0;
    for (; count < 1000
         && (sent = talker.connection.send(QStringLiteral("Log"), {QString(50'000, QLatin1Char('x'))}));
         ++count) {}
    QVERIFY(!sent);
    QCOMPARE(sent.error().kind, Kind::QueueFull);
    QTRY_COMPARE(talker.connection.bytesUnsent(), 0);
    QVERIFY(talker.connection.send(QStringLiteral("Log")));
}

void HubConnectionTest::refusesBadHandshakes_data()
{
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<int>("kind");
    QTest::newRow("error") << QByteArray("{\"error\":\"The protocol 'json' is not supported.\"}\x1e")
                           << int(Kind::Refused);
    QTest::newRow("a message") << QByteArray("{\"type\":6}\x1e") << int(Kind::Protocol);
    QTest::newRow("no JSON") << QByteArray("hello\x1e") << int(Kind::Protocol);
}

void HubConnectionTest::refusesBadHandshakes()
{
    QFETCH(QByteArray, answer);
    QFETCH(int, kind);
    FakeServer server;
    server.handshakeAnswer = answer;
    QCOMPARE(int(Client(server).failToStart().kind), kind);
}

void HubConnectionTest::limitsTheHandshakesTime()
{
    FakeServer server;
    server.handshakeAnswer.clear();
    HubConnectionOptions options;
    options.handshakeTimeout = 50ms;
    QCOMPARE(Client(server, options).failToStart().kind, Kind::Timeout);
}

void HubConnectionTest::readsPiecesAndBatches()
{
    FakeServer server;
    server.handshakeAnswer = "{}\x1e{\"type\":1,\"target\":\"A\",\"argu";
    Client client(server);
    QStringList calls;
    for (const char *target : {"A", "B"})
        client.connection.on(QString::fromLatin1(target), [&calls, target](const QJsonArray &) {
            calls.append(QString::fromLatin1(target));
        });
    QVERIFY(client.start());
    server.send("ments\":[]}\x1e{\"type\":6}\x1e{\"type\":1,\"target\":\"B\",\"arguments\":[]}");
    server.send("\x1e");
    QTRY_COMPARE(calls, (QStringList{QStringLiteral("A"), QStringLiteral("B")}));
}

void HubConnectionTest::closesOnBadInput_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<bool>("isJson");
    QTest::newRow("no JSON") << QByteArray("hello\x1e") << true;
    QTest::newRow("no type") << QByteArray("{}\x1e") << true;
    QTest::newRow("no target") << QByteArray("{\"type\":1,\"arguments\":[]}\x1e") << true;
    QTest::newRow("result and error")
        << QByteArray("{\"type\":3,\"invocationId\":\"0\",\"result\":1,\"error\":\"x\"}\x1e") << true;
    QTest::newRow("deep") << QByteArray("{\"type\":1,\"target\":\"A\",\"arguments\":" + QByteArray(100, '[')
                                        + QByteArray(100, ']') + "}\x1e")
                          << true;
    QTest::newRow("long") << QByteArray("{\"type\":1,\"target\":\"A\",\"arguments\":[\""
                                        + QByteArray(2000, 'x') + "\"]}\x1e")
                          << true;
    QTest::newRow("long and unfinished") << QByteArray(2000, ' ') << true;
    QTest::newRow("no length") << QByteArray(10, '\xff') << false;
    QTest::newRow("no array") << QByteArray("\x01\x05") << false;
    QTest::newRow("not whole inside") << QByteArray("\x02\x95\x01") << false;
}

void HubConnectionTest::closesOnBadInput()
{
    QFETCH(QByteArray, input);
    QFETCH(bool, isJson);
    FakeServer server;
    HubConnectionOptions options;
    options.protocol = isJson ? ProtocolKind::Json : ProtocolKind::MessagePack;
    options.maximumMessageSize = 1'000;
    options.reconnect = {};
    Client client(server, options);
    QVERIFY(client.start());
    server.send(input);
    QTRY_COMPARE(client.ends.size(), 1);
    // A frame that is too long ends the WebSocket itself.
    QVERIFY(client.ends.front().kind == Kind::Protocol || client.ends.front().kind == Kind::ConnectionLost);
    QVERIFY(input.size() > 1'000 || client.ends.front().kind == Kind::Protocol);
}

void HubConnectionTest::ignoresWhatItDoesNotKnow()
{
    FakeServer server;
    Client client(server);
    bool isCalled = false;
    client.connection.on(QStringLiteral("A"), [&](const QJsonArray &) { isCalled = true; });
    QVERIFY(client.start());
    for (const char *message :
         {R"({"type":99})", R"({"type":6,"more":1})", R"({"type":2,"invocationId":"9","item":1})",
          R"({"type":5,"invocationId":"9"})", R"({"type":4,"invocationId":"9","target":"A","arguments":[]})",
          R"({"type":8,"sequenceId":5})", R"({"type":9,"sequenceId":5})",
          R"({"type":1,"target":"A","arguments":[],"headers":{"a":"b"}})"})
        server.sendRecord(message);
    QTRY_VERIFY(isCalled);
    QCOMPARE(client.connection.state(), State::Connected);
}

void HubConnectionTest::pings()
{
    FakeServer server;
    HubConnectionOptions options;
    options.keepAliveInterval = 20ms;
    Client client(server, options);
    QVERIFY(client.start());
    QTRY_VERIFY(server.received.count("{\"type\":6}\x1e") >= 3);
}

void HubConnectionTest::givesASilentServerUp()
{
    FakeServer server;
    HubConnectionOptions options;
    options.serverTimeout = 50ms;
    options.reconnect = {};
    Client client(server, options);
    QVERIFY(client.start());
    QTRY_COMPARE(client.ends.size(), 1);
    QCOMPARE(client.ends.front().kind, Kind::Timeout);
}

void HubConnectionTest::obeysTheCloseMessage_data()
{
    QTest::addColumn<QByteArray>("close");
    QTest::addColumn<bool>("comesBack");
    QTest::addColumn<int>("kind");
    QTest::newRow("bare") << QByteArray(R"({"type":7})") << false << int(Kind::None);
    QTest::newRow("error") << QByteArray(R"({"type":7,"error":"revoked"})") << false << int(Kind::Refused);
    QTest::newRow("reconnect") << QByteArray(R"({"type":7,"allowReconnect":true})") << true
                               << int(Kind::None);
    QTest::newRow("error and reconnect")
        << QByteArray(R"({"type":7,"error":"late","allowReconnect":true})") << true << int(Kind::Refused);
}

void HubConnectionTest::obeysTheCloseMessage()
{
    QFETCH(QByteArray, close);
    QFETCH(bool, comesBack);
    QFETCH(int, kind);
    FakeServer server;
    Client client(server, persistent());
    QVERIFY(client.start());
    server.sendRecord(close);
    if (comesBack) {
        QTRY_COMPARE(client.reconnections, 1);
        QCOMPARE(int(client.losses.front().kind), kind);
        QVERIFY(client.ends.isEmpty());
    } else {
        QTRY_COMPARE(client.ends.size(), 1);
        QCOMPARE(int(client.ends.front().kind), kind);
        QVERIFY(client.losses.isEmpty());
    }
    QCOMPARE(server.negotiations().size(), comesBack ? 2 : 1);
}

void HubConnectionTest::comesBack()
{
    FakeServer server;
    Client client(server, persistent());
    QVERIFY(client.start());
    const auto lost = client.connection.invoke(QStringLiteral("Lost"));
    QVERIFY(!server.nextRecord().isEmpty());
    server.cut();
    QTRY_COMPARE(client.connection.state(), State::Reconnecting);
    QCOMPARE(await(lost).error().kind, Kind::ConnectionLost);
    QCOMPARE(await(client.connection.invoke(QStringLiteral("Early"))).error().kind, Kind::NotConnected);
    QTRY_COMPARE(client.reconnections, 1);
    QCOMPARE(client.losses.size(), 1);
    QVERIFY(server.negotiations().size() == 2);
    const auto answer = client.connection.invoke(QStringLiteral("Again"));
    QCOMPARE(server.nextRecord(),
             R"({"arguments":[],"invocationId":"2","target":"Again","type":1})"); // It counts on.
    server.sendRecord(R"({"type":3,"invocationId":"2"})");
    QVERIFY(await(answer));
}

void HubConnectionTest::backsOffAndGivesUp()
{
    FakeServer server;
    QList<int> attempts;
    HubConnectionOptions options;
    options.stableAfter = 0ms;
    options.reconnect = [&](const ReconnectAttempt &attempt) -> std::optional<std::chrono::milliseconds> {
        attempts.append(attempt.previousAttempts);
        if (attempt.previousAttempts == 3)
            server.comeBack();
        return attempt.previousAttempts < 4 ? std::optional(5ms * attempt.previousAttempts) : std::nullopt;
    };
    Client client(server, options);
    QVERIFY(client.start());
    server.vanish();
    QTRY_COMPARE(client.reconnections, 1);
    QCOMPARE(attempts, (QList<int>{0, 1, 2, 3}));

    attempts.clear();
    options.reconnect = reconnectAfter({0ms, 10ms});
    Client other(server, options);
    QVERIFY(other.start());
    server.vanish();
    QTRY_COMPARE(other.ends.size(), 1);
    QCOMPARE(other.ends.front().kind, Kind::ConnectionLost);
    QCOMPARE(other.states.sliced(2), (QList<State>{State::Reconnecting, State::Disconnected}));
}

void HubConnectionTest::slowsDownForAServerThatDropsIt()
{
    FakeServer server;
    HubConnectionOptions options;
    options.reconnect = reconnectAfter({0ms, 1ms, 2ms});
    Client client(server, options);
    connect(&client.connection, &HubConnection::stateChanged, this, [&](State state) {
        if (state == State::Connected)
            server.sendRecord(R"({"type":7,"allowReconnect":true})");
    });
    QVERIFY(client.start());
    QTRY_COMPARE(client.ends.size(), 1); // Not for ever.
    QCOMPARE(client.reconnections, 3);
}

void HubConnectionTest::stopsWhileConnecting()
{
    FakeServer server;
    server.handshakeAnswer.clear();
    Client client(server);
    const auto started = client.connection.start();
    QTRY_VERIFY(!server.handshake.isEmpty());
    QVERIFY(client.stop());
    QCOMPARE(await(started).error().kind, Kind::Cancelled);
    QCOMPARE(client.states, (QList<State>{State::Connecting, State::Disconnected}));
}

void HubConnectionTest::stopsWhileReconnecting()
{
    FakeServer server;
    HubConnectionOptions options;
    options.reconnect = reconnectAfter({1h});
    Client client(server, options);
    QVERIFY(client.start());
    server.cut();
    QTRY_COMPARE(client.connection.state(), State::Reconnecting);
    QVERIFY(client.stop());
    QCOMPARE(client.connection.state(), State::Disconnected);
    QCOMPARE(client.ends.size(), 1);
    QCOMPARE(client.ends.front().kind, Kind::None);
}

void HubConnectionTest::startsAgain()
{
    FakeServer server;
    Client client(server);
    for (int i = 0; i < 3; ++i) {
        QVERIFY(client.start());
        QVERIFY(client.stop());
    }
    QCOMPARE(server.opened, 3);
}

void HubConnectionTest::mayBeStoppedFromAHandler()
{
    FakeServer server;
    Client client(server);
    int calls = 0;
    client.connection.on(QStringLiteral("Enough"), [&](const QJsonArray &) {
        ++calls;
        client.connection.stop();
    });
    QVERIFY(client.start());
    server.send("{\"type\":1,\"target\":\"Enough\",\"arguments\":[]}\x1e{\"type\":1,\"target\":\"Enough\","
                "\"arguments\":[]}\x1e");
    QTRY_COMPARE(client.connection.state(), State::Disconnected);
    QCOMPARE(calls, 1);
}

void HubConnectionTest::letsHandlersWait()
{
    FakeServer server;
    Client client(server);
    Result<QJsonValue> result;
    QStringList calls;
    client.connection.on(QStringLiteral("Ask"), [&](const QJsonArray &) {
        calls.append(QStringLiteral("Ask"));
        const auto answer = client.connection.invoke(QStringLiteral("Question"));
        server.sendRecord(R"({"type":3,"invocationId":"0","result":1})");
        result = await(answer); // Runs an event loop inside the handler.
        calls.append(QStringLiteral("Asked"));
    });
    client.connection.on(QStringLiteral("Next"),
                         [&](const QJsonArray &) { calls.append(QStringLiteral("Next")); });
    QVERIFY(client.start());
    server.send("{\"type\":1,\"target\":\"Ask\",\"arguments\":[]}\x1e{\"type\":1,\"target\":\"Next\","
                "\"arguments\":[]}\x1e");
    QTRY_COMPARE(calls.size(), 3);
    QCOMPARE(calls, (QStringList{QStringLiteral("Ask"), QStringLiteral("Next"), QStringLiteral("Asked")}));
    QCOMPARE(result.value_or(QJsonValue()), QJsonValue(1));
}

void HubConnectionTest::isDeletedAtAnyTime()
{
    FakeServer server;
    QFuture<Result<void>> started;
    {
        Client client(server);
        started = client.connection.start();
    }
    QVERIFY(started.isCanceled());
    QFuture<Result<QJsonValue>> answer;
    {
        Client client(server);
        QVERIFY(client.start());
        answer = client.connection.invoke(QStringLiteral("Never"));
        client.connection.stream(QStringLiteral("Stream"));
        client.connection.invoke(QStringLiteral("Upload"), {}, {client.connection.createUpload()});
    }
    QVERIFY(answer.isCanceled());
}

} // namespace hudhud::client

QTEST_GUILESS_MAIN(hudhud::client::HubConnectionTest)
#include "hub_connection_test.moc"
