// SPDX-License-Identifier: GPL-3.0-or-later
#include "raw_client.h"
#include "running_endpoint.h"

#include <QTest>

using namespace hudhud;

class EndpointPipeliningTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersLeaveInTheOrderOfTheRequests();
    void readingPausesAboveTheLimit();
    void mixedKindsInOneWrite();
    void nothingIsAnsweredBehindAClose();
    void continueWaitsForTheAnswersBefore();
    void answersAfterThePeerLeft();
    void aPeerThatNeverReadsCostsLittle();
    void upgradeWaitsForTheAnswersBefore();
};

static QByteArray post(const QByteArray &path, const QByteArray &body)
{
    return "POST " + path + " HTTP/1.1\r\nHost: test\r\nContent-Length: " + QByteArray::number(body.size())
        + "\r\n\r\n" + body;
}

void EndpointPipeliningTest::answersLeaveInTheOrderOfTheRequests()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    client.send(post("/held", "1") + post("/echo", "2") + post("/held", "3") + post("/later", "4")
                + post("/held", "5"));
    QTRY_COMPARE(endpoint.heldCount(), 3);
    endpoint.release(); // answers 5, 3, 1
    for (const char *expected : {"1", "2", "3", "4", "5"}) {
        const auto answer = client.answer();
        QVERIFY(answer);
        QCOMPARE(answer->body, QByteArray(expected));
    }
}

void EndpointPipeliningTest::readingPausesAboveTheLimit()
{
    EndpointOptions options;
    options.maximumPipelinedRequests = 4;
    RunningEndpoint endpoint(options);
    RawClient client(endpoint.port());
    QByteArray requests;
    for (int i = 0; i < 10; ++i)
        requests += post("/held", QByteArray::number(i));
    client.send(requests);
    int answered = 0;
    for (const int expected : {4, 4, 2}) {
        QTRY_COMPARE(endpoint.heldCount(), expected);
        endpoint.release();
        for (int i = 0; i < expected; ++i)
            QCOMPARE(client.answer()->body, QByteArray::number(answered++));
    }
}

void EndpointPipeliningTest::mixedKindsInOneWrite()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    QByteArray requests;
    for (int i = 0; i < 500; ++i)
        requests += post(i % 3 == 0 ? "/later" : "/echo", QByteArray::number(i));
    client.send(requests);
    for (int i = 0; i < 500; ++i) {
        const auto answer = client.answer();
        QVERIFY(answer);
        QCOMPARE(answer->body, QByteArray::number(i));
    }
}

void EndpointPipeliningTest::nothingIsAnsweredBehindAClose()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    client.send(post("/later", "1") + "GET /query HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
                + post("/echo", "3"));
    QCOMPARE(client.answer()->body, QByteArray("1"));
    QCOMPARE(client.answer()->header("Connection"), QByteArray("close"));
    QVERIFY(client.isEnded());

    RawClient malformed(endpoint.port());
    malformed.send(post("/later", "1") + "bad\r\n\r\n" + post("/echo", "3"));
    QCOMPARE(malformed.answer()->body, QByteArray("1"));
    QCOMPARE(malformed.answer()->status, 400);
    QVERIFY(malformed.isEnded());
}

void EndpointPipeliningTest::continueWaitsForTheAnswersBefore()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    client.send(post("/held", "1")
                + "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    QTRY_COMPARE(endpoint.heldCount(), 1);
    endpoint.release();
    QCOMPARE(client.answer()->body, QByteArray("1"));
    QCOMPARE(client.answer()->status, 100);
    QCOMPARE(client.exchange("2")->body, QByteArray("2"));
}

void EndpointPipeliningTest::answersAfterThePeerLeft()
{
    RunningEndpoint endpoint;
    for (int i = 0; i < 20; ++i) {
        RawClient client(endpoint.port());
        client.send(post("/held", "1") + post("/held", "2"));
        QTRY_COMPARE(endpoint.heldCount(), 2);
        if (i % 2 == 0)
            client.reset();
        else
            client.close();
        endpoint.release();
        QTRY_COMPARE(endpoint.connectionCount(), 0);
    }
    RawClient gone(endpoint.port());
    gone.send(post("/held", "1"));
    QTRY_COMPARE(endpoint.heldCount(), 1);
    gone.reset();
    QTRY_COMPARE(endpoint.connectionCount(), 0);
    endpoint.release();
    QCOMPARE(RawClient(endpoint.port()).exchange(post("/echo", "alive"))->body, QByteArray("alive"));
}

void EndpointPipeliningTest::aPeerThatNeverReadsCostsLittle()
{
    EndpointOptions options;
    options.idleTimeout = std::chrono::milliseconds(300);
    RunningEndpoint endpoint(options);
    RawClient client(endpoint.port());
    QByteArray requests;
    for (int i = 0; i < 100; ++i)
        requests += "GET /large/1000000 HTTP/1.1\r\nHost: h\r\n\r\n";
    client.send(requests);
    // Reading paused after few answers, and the connection goes when nothing moves.
    QTRY_COMPARE(endpoint.connectionCount(), 0);
    QVERIFY2(endpoint.metrics().answered("2xx") < 20,
             QByteArray::number(endpoint.metrics().answered("2xx")).constData());
}

void EndpointPipeliningTest::upgradeWaitsForTheAnswersBefore()
{
    RunningEndpoint endpoint;
    RawClient client(endpoint.port());
    client.send(post("/held", "1"));
    client.send("GET /ws HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                + clientFrame(1, "early"));
    QTRY_COMPARE(endpoint.heldCount(), 1);
    endpoint.release();
    QCOMPARE(client.answer()->body, QByteArray("1"));
    QCOMPARE(client.answer()->status, 101);
    QCOMPARE(client.frame()->payload, QByteArray("early"));
    client.send(clientFrame(1, "more"));
    QCOMPARE(client.frame()->payload, QByteArray("more"));
}

QTEST_GUILESS_MAIN(EndpointPipeliningTest)
#include "endpoint_pipelining_test.moc"
