// SPDX-License-Identifier: GPL-3.0-or-later
#include "raw_client.h"
#include "running_endpoint.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

class EndpointWebSocketTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void handshake();
    void refusesBadHandshakes_data();
    void refusesBadHandshakes();
    void refusalOfTheHandlerIsAnswered();
    void echoesAllSizes();
    void keepsBytesBehindTheHandshake();
    void answersPings();
    void sendsOfOneTurnLeaveTogetherInOrder();
    void failuresCloseWithTheirCode_data();
    void failuresCloseWithTheirCode();
    void peerCloses_data();
    void peerCloses();
    void lostLinkIs1006();
    void serverCloses();
    void serverCloseTimesOut();
    void abortDropsTheLink();
    void slowReadersAreBoundedAndDrained();
    void worksByteByByte();
    void heldInputWaits();
    void heldInputEndsWithTheServersClose();
};

void EndpointWebSocketTest::handshake()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    const auto answer = client.upgrade();
    QCOMPARE(answer->status, 101);
    QCOMPARE(answer->header("Sec-WebSocket-Accept"), QByteArray("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    QCOMPARE(answer->header("Upgrade"), QByteArray("websocket"));
    QVERIFY(answer->header("Sec-WebSocket-Extensions").isEmpty());
    QTRY_COMPARE(endpoint.metrics().webSockets(), 1);
    client.close();
    QTRY_COMPARE(endpoint.metrics().webSockets(), 0);
}

void EndpointWebSocketTest::refusesBadHandshakes_data()
{
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<int>("status");
    const QByteArray key("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    const QByteArray version("Sec-WebSocket-Version: 13\r\n");
    QTest::newRow("version 8") << key + "Sec-WebSocket-Version: 8\r\n" << 426;
    QTest::newRow("no version") << key << 426;
    QTest::newRow("no key") << version << 400;
    QTest::newRow("short key") << version + "Sec-WebSocket-Key: YWJj\r\n" << 400;
    QTest::newRow("key not in Base64") << version + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j!Q==\r\n" << 400;
}

void EndpointWebSocketTest::refusesBadHandshakes()
{
    QFETCH(QByteArray, fields);
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    const auto answer = client.exchange(
        "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" + fields + "\r\n");
    QTEST(answer->status, "status");
    if (answer->status == 426)
        QCOMPARE(answer->header("Sec-WebSocket-Version"), QByteArray("13"));
    QVERIFY(client.isEnded());
}

void EndpointWebSocketTest::refusalOfTheHandlerIsAnswered()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    const auto answer = client.upgrade("/refused");
    QCOMPARE(answer->status, 401);
    QCOMPARE(answer->header("WWW-Authenticate"), QByteArray("Bearer"));
    QVERIFY(client.isEnded());
    QCOMPARE(RawClient(endpoint.port()).upgrade("/nothing")->status, 404);
}

void EndpointWebSocketTest::echoesAllSizes()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    QVERIFY(client.upgrade());
    for (const int size : {0, 1, 125, 126, 65535, 65536, 300'000, 1024 * 1024, 3}) {
        const QByteArray payload(size, 'p');
        client.send(clientFrame(size % 2 ? 1 : 2, payload));
        const auto frame = client.frame();
        QVERIFY(frame);
        QVERIFY(frame->isFinal);
        QCOMPARE(frame->opcode, size % 2 ? 1 : 2);
        QCOMPARE(frame->payload, payload);
    }
    client.send(clientFrame(1, "a", false) + clientFrame(0, "b", false) + clientFrame(9, "?")
                + clientFrame(0, "c"));
    QCOMPARE(client.frame()->opcode, 10);
    QCOMPARE(client.frame()->payload, QByteArray("abc"));
}

void EndpointWebSocketTest::keepsBytesBehindTheHandshake()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    QCOMPARE(client.upgrade("/ws", clientFrame(1, "first") + clientFrame(1, "second").first(4))->status, 101);
    QCOMPARE(client.frame()->payload, QByteArray("first"));
    client.send(clientFrame(1, "second").sliced(4));
    QCOMPARE(client.frame()->payload, QByteArray("second"));
}

void EndpointWebSocketTest::answersPings()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    QVERIFY(client.upgrade());
    client.send(clientFrame(9, "are you there") + clientFrame(10, "unasked") + clientFrame(9, ""));
    auto frame = client.frame();
    QCOMPARE(frame->opcode, 10);
    QCOMPARE(frame->payload, QByteArray("are you there"));
    frame = client.frame();
    QCOMPARE(frame->opcode, 10);
    QVERIFY(frame->payload.isEmpty());
}

void EndpointWebSocketTest::sendsOfOneTurnLeaveTogetherInOrder()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    QVERIFY(client.upgrade());
    qint64 unsent = 0;
    endpoint.withWebSockets([&](WebSocket &socket) {
        for (int i = 0; i < 100; ++i)
            socket.send(WebSocketOpcode::Text, QByteArray::number(i));
        unsent = socket.bytesUnsent();
    });
    QCOMPARE(unsent, 10 * 3 + 90 * 4); // nothing left before the end of the turn
    for (int i = 0; i < 100; ++i)
        QCOMPARE(client.frame()->payload, QByteArray::number(i));
}

void EndpointWebSocketTest::failuresCloseWithTheirCode_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::newRow("unmasked") << QByteArray("\x81\x01x") << 1002;
    QTest::newRow("reserved bit") << clientFrame(1, "x", true, 4) << 1002;
    QTest::newRow("reserved opcode") << clientFrame(3, "x") << 1002;
    QTest::newRow("bad UTF-8") << clientFrame(1, "\xFF") << 1007;
    QTest::newRow("bad UTF-8 in a fragment")
        << clientFrame(1, "ab\xC3", false) + clientFrame(0, "x", false) << 1007;
    QTest::newRow("too big") << clientFrame(2, QByteArray(1024 * 1024 + 1, 'x')) << 1009;
    QTest::newRow("bad close code") << closeFrame(1005) << 1002;
}

void EndpointWebSocketTest::failuresCloseWithTheirCode()
{
    QFETCH(QByteArray, bytes);
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    QVERIFY(client.upgrade());
    client.send(bytes);
    const auto frame = client.frame();
    QVERIFY(frame);
    QCOMPARE(frame->opcode, 8);
    QTEST(frame->closeCode(), "code");
    QVERIFY(client.isEnded());
    client.close();
    QTRY_COMPARE(endpoint.log().closedCount(), 1);
    QCOMPARE(endpoint.log().closed.front(), 1006);
    QVERIFY(endpoint.log().received.empty());
}

void EndpointWebSocketTest::peerCloses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::newRow("1000") << closeFrame(1000, "done") << 1000;
    QTest::newRow("3456") << closeFrame(3456) << 3456;
    QTest::newRow("no code") << clientFrame(8, "") << 1005;
}

void EndpointWebSocketTest::peerCloses()
{
    QFETCH(QByteArray, bytes);
    QFETCH(int, code);
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    QVERIFY(client.upgrade());
    client.send(clientFrame(1, "before") + bytes + clientFrame(1, "behind"));
    QCOMPARE(client.frame()->payload, QByteArray("before"));
    const auto frame = client.frame();
    QVERIFY(frame);
    QCOMPARE(frame->opcode, 8);
    QCOMPARE(frame->closeCode(), code);
    QVERIFY(client.isEnded());
    client.close();
    QTRY_COMPARE(endpoint.log().closedCount(), 1);
    QCOMPARE(endpoint.log().closed.front(), code);
    QCOMPARE(endpoint.log().received.size(), 1);
}

void EndpointWebSocketTest::lostLinkIs1006()
{
    RunningEndpoint endpoint;
    for (int i = 0; i < 10; ++i) {
        RawClient client(endpoint.port());
        QVERIFY(client.upgrade());
        client.send(clientFrame(1, "half").first(5));
        if (i % 2)
            client.reset();
        else
            client.close();
        QTRY_COMPARE(endpoint.log().closedCount(), i + 1);
        QCOMPARE(endpoint.log().closed.back(), 1006);
    }
}

void EndpointWebSocketTest::serverCloses()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    QVERIFY(client.upgrade());
    endpoint.withWebSockets([](WebSocket &socket) {
        socket.send(WebSocketOpcode::Text, "last");
        socket.close(1000, "done");
        socket.close(1001, "again");
        socket.send(WebSocketOpcode::Text, "never");
    });
    QCOMPARE(client.frame()->payload, QByteArray("last"));
    const auto frame = client.frame();
    QCOMPARE(frame->closeCode(), 1000);
    QCOMPARE(frame->payload.sliced(2), QByteArray("done"));
    client.send(clientFrame(1, "on its way") + closeFrame(1000));
    QVERIFY(client.isEnded());
    client.close();
    QTRY_COMPARE(endpoint.log().closedCount(), 1);
    QCOMPARE(endpoint.log().closed.front(), 1000);
}

void EndpointWebSocketTest::serverCloseTimesOut()
{
    EndpointOptions options;
    options.webSocketCloseTimeout = 200ms;
    RunningEndpoint endpoint(options);
    RawClient client(endpoint.port());
    QVERIFY(client.upgrade());
    endpoint.withWebSockets([](WebSocket &socket) { socket.close(1000, {}); });
    QCOMPARE(client.frame()->opcode, 8);
    QTRY_COMPARE(endpoint.log().closedCount(), 1);
    QCOMPARE(endpoint.log().closed.front(), 1006);
    QVERIFY(client.isEnded());
}

void EndpointWebSocketTest::abortDropsTheLink()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    QVERIFY(client.upgrade());
    std::size_t closedInside = 1;
    endpoint.withWebSockets([&](WebSocket &socket) {
        socket.abort();
        socket.send(WebSocketOpcode::Text, "never");
        closedInside = endpoint.log().closedCount();
    });
    QCOMPARE(closedInside, 0);
    QTRY_COMPARE(endpoint.log().closedCount(), 1);
    QVERIFY(client.isEnded());
}

void EndpointWebSocketTest::slowReadersAreBoundedAndDrained()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    QVERIFY(client.upgrade());
    const QByteArray payload(1024 * 1024, 'x');
    endpoint.withWebSockets([&](WebSocket &socket) {
        for (int i = 0; i < 20; ++i)
            socket.send(WebSocketOpcode::Binary, payload);
    });
    qint64 unsent = 0;
    endpoint.withWebSockets([&](WebSocket &socket) { unsent = socket.bytesUnsent(); });
    QVERIFY(unsent > 1024 * 1024); // the kernel did not take all, and nobody waited for it
    QCOMPARE(endpoint.log().drained, 0);
    for (int i = 0; i < 20; ++i)
        QCOMPARE(client.frame()->payload.size(), payload.size());
    const auto drained = [&] {
        const std::scoped_lock lock(endpoint.log().mutex);
        return endpoint.log().drained;
    };
    QTRY_COMPARE(drained(), 1);
}

void EndpointWebSocketTest::worksByteByByte()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    QVERIFY(client.upgrade());
    const QByteArray bytes = clientFrame(1, "abc", false) + clientFrame(9, "p") + clientFrame(0, "def");
    for (const char byte : bytes) {
        client.send(QByteArray(1, byte));
        endpoint.connectionCount();
    }
    QCOMPARE(client.frame()->payload, QByteArray("p"));
    QCOMPARE(client.frame()->payload, QByteArray("abcdef"));
}

void EndpointWebSocketTest::heldInputWaits()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    QVERIFY(client.upgrade());
    const QByteArray third = clientFrame(1, "third");
    client.send(clientFrame(1, "hold") + clientFrame(1, "second") + third.first(4));
    QCOMPARE(client.frame()->payload, QByteArray("hold"));
    client.send(third.sliced(4) + clientFrame(9, "ping"));

    // The loop that serves this one has seen the other's bytes too, had it looked for them.
    RawClient other(endpoint.port());
    QVERIFY(other.upgrade());
    other.send(clientFrame(1, "other"));
    QCOMPARE(other.frame()->payload, QByteArray("other"));
    {
        const std::scoped_lock lock(endpoint.log().mutex);
        QCOMPARE(endpoint.log().received.size(), 2);
    }

    endpoint.withWebSockets([](WebSocket &socket) { socket.holdInput(false); });
    QCOMPARE(client.frame()->payload, QByteArray("second"));
    QCOMPARE(client.frame()->payload, QByteArray("third"));
    QCOMPARE(client.frame()->payload, QByteArray("ping"));
}

void EndpointWebSocketTest::heldInputEndsWithTheServersClose()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    QVERIFY(client.upgrade());
    client.send(clientFrame(1, "hold"));
    QCOMPARE(client.frame()->payload, QByteArray("hold"));
    endpoint.withWebSockets([](WebSocket &socket) { socket.close(1000, {}); });
    QCOMPARE(client.frame()->closeCode(), 1000);
    client.send(closeFrame(1000));
    QVERIFY(client.isEnded());
    QTRY_COMPARE(endpoint.log().closedCount(), 1);
    QCOMPARE(endpoint.log().closed.front(), 1000);
}

QTEST_GUILESS_MAIN(EndpointWebSocketTest)
#include "endpoint_web_socket_test.moc"
