// SPDX-License-Identifier: GPL-3.0-or-later
#include "raw_client.h"
#include "running_endpoint.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

class EndpointStreamTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sendsChunksAndKeepsTheConnection();
    void endsWithTheConnectionForHttp10();
    void hasNoBodyForHead();
    void waitsForTheAnswersBefore();
    void isNotBegunBehindAClose();
    void refusesABrokenHead();
    void hearsThatThePeerLeft_data();
    void hearsThatThePeerLeft();
    void aborts();
    void slowsDownWithThePeer();
    void endsWhenTheServerStops();
    void tellsThatAWatchedPeerLeft_data();
    void tellsThatAWatchedPeerLeft();
    void doesNotTellOnceAnswered();
};

static QByteArray get(const QByteArray &path, const QByteArray &version = "1.1")
{
    return "GET " + path + " HTTP/" + version + "\r\nHost: test\r\n\r\n";
}

static QByteArray post(const QByteArray &path, const QByteArray &body)
{
    return "POST " + path + " HTTP/1.1\r\nHost: test\r\nContent-Length: " + QByteArray::number(body.size())
        + "\r\n\r\n" + body;
}

static void sendText(RunningEndpoint &endpoint, const QByteArray &text)
{
    endpoint.withStreams([&text](HttpStream &stream) { stream.send(text); });
}

static void closeStreams(RunningEndpoint &endpoint)
{
    endpoint.withStreams([](HttpStream &stream) { stream.close(); });
}

void EndpointStreamTest::sendsChunksAndKeepsTheConnection()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    const auto head = client.exchange(get("/stream"));
    QVERIFY(head);
    QCOMPARE(head->status, 200);
    QCOMPARE(head->header("Transfer-Encoding"), QByteArray("chunked"));
    QCOMPARE(head->header("Content-Type"), QByteArray("text/plain"));
    QCOMPARE(head->header("X-Test"), QByteArray("stream"));
    QVERIFY(head->header("Connection").isEmpty());
    QCOMPARE(client.readUntil("begin\r\n").value(), QByteArray("5\r\nbegin\r\n"));
    endpoint.withStreams([](HttpStream &stream) {
        stream.send("one");
        stream.send({});
        stream.send(QByteArray(15, 'x'));
    });
    QCOMPARE(client.readUntil("x\r\n").value(), QByteArray("12\r\none" + QByteArray(15, 'x') + "\r\n"));
    endpoint.withStreams([](HttpStream &stream) {
        stream.send("last");
        stream.close();
        stream.send("too late");
        stream.close();
    });
    QCOMPARE(client.readUntil("0\r\n\r\n").value(), QByteArray("4\r\nlast\r\n0\r\n\r\n"));
    QTRY_COMPARE(endpoint.streams().closed.load(), 1);
    QCOMPARE(client.exchange(post("/echo", "again"))->body, QByteArray("again"));
    QCOMPARE(endpoint.streams().opened.load(), 1);
}

void EndpointStreamTest::endsWithTheConnectionForHttp10()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    const auto head = client.answer();
    QVERIFY(head);
    QVERIFY(head->header("Transfer-Encoding").isEmpty());
    QCOMPARE(head->header("Connection"), QByteArray("close"));
    sendText(endpoint, " middle");
    closeStreams(endpoint);
    QCOMPARE(client.readToEnd().value(), QByteArray("begin middle"));
    QTRY_COMPARE(endpoint.streams().closed.load(), 1);
}

void EndpointStreamTest::hasNoBodyForHead()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    client.send("HEAD /stream HTTP/1.1\r\nHost: test\r\n\r\n" + post("/echo", "next"));
    QCOMPARE(client.answer(true)->status, 200);
    QCOMPARE(client.answer()->body, QByteArray("next"));
    QTRY_COMPARE(endpoint.streams().closed.load(), 1);
}

void EndpointStreamTest::waitsForTheAnswersBefore()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    client.send(post("/held", "first") + get("/stream") + get("/stream") + post("/echo", "last"));
    QTRY_COMPARE(endpoint.streams().opened.load(), 2);
    sendText(endpoint, "-more");
    closeStreams(endpoint);
    QCOMPARE(endpoint.streams().closed.load(), 0);
    endpoint.release();
    QCOMPARE(client.answer()->body, QByteArray("first"));
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(client.answer()->header("Transfer-Encoding"), QByteArray("chunked"));
        QCOMPARE(client.readUntil("0\r\n\r\n").value(), QByteArray("a\r\nbegin-more\r\n0\r\n\r\n"));
    }
    QCOMPARE(client.answer()->body, QByteArray("last"));
    QTRY_COMPARE(endpoint.streams().closed.load(), 2);
}

void EndpointStreamTest::isNotBegunBehindAClose()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    // The dropped responder answers 500 and closes, behind which a waiting stream has no place.
    client.send(post("/held", "first") + post("/dropped", {}) + get("/stream"));
    QTRY_COMPARE(endpoint.streams().opened.load(), 1);
    endpoint.release();
    QCOMPARE(client.answer()->body, QByteArray("first"));
    QCOMPARE(client.answer()->status, 500);
    QTRY_COMPARE(endpoint.streams().closed.load(), 1);
    QVERIFY(client.isEnded());
}

void EndpointStreamTest::refusesABrokenHead()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    QCOMPARE(client.exchange(get("/bad-stream"))->status, 500);
    QCOMPARE(client.exchange(post("/echo", "next"))->body, QByteArray("next"));
    QCOMPARE(endpoint.streams().opened.load(), 0);
}

void EndpointStreamTest::hearsThatThePeerLeft_data()
{
    QTest::addColumn<QByteArray>("how");
    for (const char *how : {"close", "reset", "finish"})
        QTest::newRow(how) << QByteArray(how);
}

static void leave(RawClient &client, const QByteArray &how)
{
    if (how == "reset")
        client.reset();
    else if (how == "finish")
        client.finishSending();
    else
        client.close();
}

void EndpointStreamTest::hearsThatThePeerLeft()
{
    QFETCH(const QByteArray, how);
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    client.send(get("/stream") + get("/stream"));
    QVERIFY(client.readUntil("begin").has_value());
    leave(client, how);
    QTRY_COMPARE(endpoint.streams().closed.load(), 2);
    QTRY_COMPARE(endpoint.connectionCount(), 0);
}

void EndpointStreamTest::aborts()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    client.send(get("/stream"));
    QVERIFY(client.readUntil("begin\r\n").has_value());
    endpoint.withStreams([](HttpStream &stream) { stream.abort(); });
    QCOMPARE(client.readToEnd().value(), QByteArray());
    QTRY_COMPARE(endpoint.streams().closed.load(), 1);
}

void EndpointStreamTest::slowsDownWithThePeer()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    client.send(get("/stream"));
    QVERIFY(client.readUntil("begin\r\n").has_value());
    const QByteArray block(1024 * 1024, 'x');
    const qint64 much = 8 * block.size(); // more than one loop turn may gather and the kernel takes
    qint64 unsent = 0;
    for (int i = 0; i < 100 && unsent < much; ++i) {
        sendText(endpoint, block);
        endpoint.withStreams([&unsent](HttpStream &stream) { unsent = stream.bytesUnsent(); });
    }
    QVERIFY(unsent >= much);
    QCOMPARE(endpoint.streams().drained.load(), 0);
    closeStreams(endpoint);
    const auto rest = client.readUntil("0\r\n\r\n");
    QVERIFY(rest);
    QVERIFY(rest->count('x') % block.size() == 0);
    QTRY_COMPARE(endpoint.streams().closed.load(), 1);
    QCOMPARE(endpoint.streams().drained.load(), 0); // nobody wants to send any more

    client.send(get("/stream"));
    QVERIFY(client.readUntil("begin\r\n").has_value());
    unsent = 0;
    qint64 sent = 0;
    while (unsent < much && sent < 100 * block.size()) {
        sendText(endpoint, block);
        sent += block.size();
        endpoint.withStreams([&unsent](HttpStream &stream) { unsent = stream.bytesUnsent(); });
    }
    qint64 received = 0;
    while (received < sent)
        received += client.readUntil("x\r\n").value().count('x');
    QCOMPARE(received, sent);
    QTRY_COMPARE(endpoint.streams().drained.load(), 1);
}

void EndpointStreamTest::endsWhenTheServerStops()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    client.send(get("/stream"));
    QVERIFY(client.readUntil("begin\r\n").has_value());
    std::atomic<bool> isDrained = false;
    endpoint.drain(10s, [&isDrained] { isDrained = true; });
    QCOMPARE(client.readToEnd().value(), QByteArray("0\r\n\r\n"));
    client.close();
    QTRY_VERIFY(isDrained.load());
    QCOMPARE(endpoint.streams().closed.load(), 1);
}

void EndpointStreamTest::tellsThatAWatchedPeerLeft_data()
{
    hearsThatThePeerLeft_data();
}

void EndpointStreamTest::tellsThatAWatchedPeerLeft()
{
    QFETCH(const QByteArray, how);
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    client.send(post("/watched", "1"));
    QTRY_COMPARE(endpoint.heldCount(), 1);
    leave(client, how);
    QTRY_COMPARE(endpoint.streams().gone.load(), 1);
    endpoint.release(); // too late, and harmless
    QTRY_COMPARE(endpoint.connectionCount(), 0);
    QCOMPARE(endpoint.streams().gone.load(), 1);
}

void EndpointStreamTest::doesNotTellOnceAnswered()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    client.send(post("/watched", "1"));
    QTRY_COMPARE(endpoint.heldCount(), 1);
    endpoint.release();
    QCOMPARE(client.answer()->body, QByteArray("1"));
    client.close();
    QTRY_COMPARE(endpoint.connectionCount(), 0);
    QCOMPARE(endpoint.streams().gone.load(), 0);
}

QTEST_GUILESS_MAIN(EndpointStreamTest)
#include "endpoint_stream_test.moc"
