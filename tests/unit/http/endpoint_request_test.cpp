// SPDX-License-Identifier: GPL-3.0-or-later
#include "raw_client.h"
#include "running_endpoint.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTest>

using namespace hudhud;

class EndpointRequestTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void answersAtEachSplit_data();
    void answersAtEachSplit();
    void answersChunkedAtEachSplit();
    void refusesWithProblemDocument_data();
    void refusesWithProblemDocument();
    void uploadRoutesTakeMore();
    void routes();
    void headHasNoBody();
    void keepsAliveAndCloses();
    void continuesWhenExpected();
    void abandonedResponderAnswers500();
    void headersOfHandlersCannotBreakTheHead();
    void largeAnswersArriveWhole();
    void slowReadersGetTheLastAnswerWhole();
    void peerMayFinishSendingFirst();
    void mutatedRequestsDoNoHarm();
    void countsInMetrics();

private:
    RunningEndpoint m_endpoint;
};

static QByteArray post(const QByteArray &path, const QByteArray &body, const QByteArray &fields = {})
{
    return "POST " + path + " HTTP/1.1\r\nHost: test\r\n" + fields
        + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

static QByteArray get(const QByteArray &path, const QByteArray &fields = {})
{
    return "GET " + path + " HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n";
}

void EndpointRequestTest::answersAtEachSplit_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("at once") << QByteArray("/echo");
    QTest::newRow("later") << QByteArray("/later");
}

void EndpointRequestTest::answersAtEachSplit()
{
    QFETCH(QByteArray, path);
    const QByteArray request = "\r\n" + post(path, "the body");
    RawClient client(m_endpoint.port());
    for (qsizetype split = 0; split < request.size(); ++split) {
        QVERIFY(client.send(request.first(split)));
        if (split > 0) {
            // The event loop turns in between: the first part was read on its own.
            m_endpoint.connectionCount();
        }
        QVERIFY(client.send(request.sliced(split)));
        const auto answer = client.answer();
        QVERIFY(answer);
        QCOMPARE(answer->status, 200);
        QCOMPARE(answer->body, QByteArray("the body"));
    }
}

void EndpointRequestTest::answersChunkedAtEachSplit()
{
    const QByteArray request("POST /echo HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "3\r\nthe\r\n5;x=y\r\n body\r\n0\r\nT: v\r\n\r\n");
    RawClient client(m_endpoint.port());
    for (qsizetype split = 0; split < request.size(); ++split) {
        QVERIFY(client.send(request.first(split)));
        m_endpoint.connectionCount();
        const auto answer = client.exchange(request.sliced(split));
        QVERIFY(answer);
        QCOMPARE(answer->body, QByteArray("the body"));
    }
}

void EndpointRequestTest::refusesWithProblemDocument_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("closes");
    const auto row = [](const char *name, const QByteArray &request, int status, bool closes) {
        QTest::newRow(name) << request << status << closes;
    };
    row("bad request line", "what\r\n\r\n", 400, true);
    row("no Host", "GET /query HTTP/1.1\r\n\r\n", 400, true);
    row("unknown method", "BREW /query HTTP/1.1\r\nHost: h\r\n\r\n", 501, true);
    row("version", "GET /query HTTP/3.0\r\nHost: h\r\n\r\n", 505, true);
    row("unknown path", get("/nothing"), 404, false);
    row("wrong method", get("/echo"), 405, false);
    row("head without end", "GET /query HTTP/1.1\r\nX: " + QByteArray(17 * 1024, 'x'), 431, true);
    row("head too large", get("/query", "X: " + QByteArray(17 * 1024, 'x') + "\r\n"), 431, true);
    row("body too large", post("/echo", {}).replace("Length: 0", "Length: 1048577"), 413, true);
    row("huge length", post("/echo", {}).replace("Length: 0", "Length: 99999999999999999999"), 413, true);
    row("chunked body too large",
        "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n", 413, true);
    row("bad chunk size", "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400,
        true);
    row("too large, but asked before",
        "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2000000\r\n\r\n", 413,
        true);
    row("other expectation", get("/query", "Expect: tea\r\n"), 417, true);
    row("smuggling by two lengths",
        "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
            + get("/query"),
        400, true);
}

void EndpointRequestTest::refusesWithProblemDocument()
{
    QFETCH(QByteArray, request);
    QFETCH(int, status);
    QFETCH(bool, closes);
    RawClient client(m_endpoint.port());
    const auto answer = client.exchange(request);
    QVERIFY(answer);
    QCOMPARE(answer->status, status);
    QCOMPARE(answer->header("Content-Type"), QByteArray("application/problem+json"));
    const QJsonObject problem = QJsonDocument::fromJson(answer->body).object();
    QCOMPARE(problem.value(QStringLiteral("status")).toInt(), status);
    QVERIFY(!problem.value(QStringLiteral("title")).toString().isEmpty());
    QVERIFY(!problem.value(QStringLiteral("detail")).toString().isEmpty());
    if (closes) {
        QCOMPARE(answer->header("Connection"), QByteArray("close"));
        QVERIFY(client.isEnded());
    } else {
        QVERIFY(client.exchange(get("/query")));
    }
}

void EndpointRequestTest::uploadRoutesTakeMore()
{
    const QByteArray body(RunningEndpoint::UploadBytes, 'x');
    RawClient client(m_endpoint.port());
    const auto answer = client.exchange(post("/upload", body));
    QVERIFY(answer);
    QCOMPARE(answer->status, 200);
    QCOMPARE(answer->body, QByteArray::number(body.size()));
    const QByteArray chunk = QByteArray::number(body.size(), 16) + "\r\n" + body + "\r\n0\r\n\r\n";
    const QByteArray chunked = "POST /upload HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
    QCOMPARE(client.exchange(chunked + chunk)->body, QByteArray::number(body.size()));
    const auto refused = client.exchange(
        post("/upload", {}).replace("Length: 0", "Length: " + QByteArray::number(body.size() + 1)));
    QVERIFY(refused);
    QCOMPARE(refused->status, 413);
    RawClient another(m_endpoint.port());
    const auto elsewhere = another.exchange(post("/query", {}).replace("Length: 0", "Length: 1048577"));
    QVERIFY(elsewhere);
    QCOMPARE(elsewhere->status, 413);
}

void EndpointRequestTest::routes()
{
    RawClient client(m_endpoint.port());
    QCOMPARE(client.exchange(get("/items/a%2Fb%20c"))->body, QByteArray("a/b c"));
    QCOMPARE(client.exchange(get("/query?a=%20b", "X-Test: value\r\n"))->body, QByteArray("a=%20b|value"));
    const auto wrong = client.exchange(get("/echo"));
    QCOMPARE(wrong->header("Allow"), QByteArray("OPTIONS, POST"));
    const auto options = client.exchange("OPTIONS /echo HTTP/1.1\r\nHost: h\r\n\r\n");
    QCOMPARE(options->status, 204);
    QCOMPARE(options->header("Allow"), QByteArray("OPTIONS, POST"));
    QCOMPARE(client.exchange("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n")->status, 204);
    QCOMPARE(client.exchange(get("/ws"))->status, 426);
}

void EndpointRequestTest::headHasNoBody()
{
    RawClient client(m_endpoint.port());
    client.send("HEAD /items/abc HTTP/1.1\r\nHost: h\r\n\r\n");
    const auto answer = client.answer(true);
    QCOMPARE(answer->status, 200);
    QCOMPARE(answer->header("Content-Length"), QByteArray("3"));
    QCOMPARE(client.exchange(get("/items/next"))->body, QByteArray("next"));
}

void EndpointRequestTest::keepsAliveAndCloses()
{
    RawClient modern(m_endpoint.port());
    QVERIFY(modern.exchange(get("/query"))->header("Connection").isEmpty());
    QCOMPARE(modern.exchange(get("/query", "Connection: close\r\n"))->header("Connection"),
             QByteArray("close"));
    QVERIFY(modern.isEnded());

    RawClient old(m_endpoint.port());
    QCOMPARE(old.exchange("GET /items/1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")->header("Connection"),
             QByteArray("keep-alive"));
    QCOMPARE(old.exchange("GET /items/1 HTTP/1.0\r\n\r\n")->body, QByteArray("1"));
    QVERIFY(old.isEnded());
}

void EndpointRequestTest::continuesWhenExpected()
{
    RawClient client(m_endpoint.port());
    client.send("POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n");
    QCOMPARE(client.answer()->status, 100);
    QCOMPARE(client.exchange("body")->body, QByteArray("body"));
    client.send(
        "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
    QCOMPARE(client.answer()->status, 100);
    QCOMPARE(client.exchange("2\r\nok\r\n0\r\n\r\n")->body, QByteArray("ok"));
    // The body is there already: nothing to announce.
    QCOMPARE(client.exchange(post("/echo", "body", "Expect: 100-continue\r\n"))->status, 200);
}

void EndpointRequestTest::abandonedResponderAnswers500()
{
    RawClient client(m_endpoint.port());
    const auto answer = client.exchange(post("/dropped", "x"));
    QCOMPARE(answer->status, 500);
    QVERIFY(client.isEnded());
}

void EndpointRequestTest::headersOfHandlersCannotBreakTheHead()
{
    RawClient client(m_endpoint.port());
    const auto answer = client.exchange(get("/bad-header"));
    QCOMPARE(answer->status, 500);
    QVERIFY(!answer->head.contains("Set-Cookie"));
}

void EndpointRequestTest::largeAnswersArriveWhole()
{
    RawClient client(m_endpoint.port());
    for (const int size : {100'000, 20'000'000, 0, 5}) {
        const auto answer = client.exchange(get("/large/" + QByteArray::number(size)));
        QVERIFY(answer);
        QCOMPARE(answer->body.size(), size);
    }
    const QByteArray body(1024 * 1024, 'b');
    QCOMPARE(client.exchange(post("/echo", body))->body, body);
}

void EndpointRequestTest::slowReadersGetTheLastAnswerWhole()
{
    RawClient client(m_endpoint.port());
    client.send(get("/large/20000000", "Connection: close\r\n"));
    QTest::qWait(2500); // longer than a closed connection may linger
    const auto answer = client.answer();
    QVERIFY(answer);
    QCOMPARE(answer->body.size(), 20'000'000);
    QVERIFY(client.isEnded());
}

void EndpointRequestTest::peerMayFinishSendingFirst()
{
    for (const QByteArray &path : {QByteArray("/echo"), QByteArray("/later")}) {
        RawClient client(m_endpoint.port());
        client.send(post(path, "last words"));
        client.finishSending();
        const auto answer = client.answer();
        QVERIFY(answer);
        QCOMPARE(answer->body, QByteArray("last words"));
        QVERIFY(client.isEnded());
    }
}

void EndpointRequestTest::mutatedRequestsDoNoHarm()
{
    const QByteArray valid = post("/echo", "body", "Expect: 100-continue\r\n") + get("/query?x")
        + "POST /later HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
        + "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: "
          "Upgrade\r\nSec-WebSocket-Version: 13\r\n"
          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        + clientFrame(1, "text") + clientFrame(2, "part", false) + clientFrame(9, "ping")
        + clientFrame(0, "rest") + closeFrame(1000, "bye");
    const quint32 seed = QRandomGenerator::global()->generate();
    qInfo("seed %u", seed);
    QRandomGenerator random(seed);
    for (int round = 0; round < 400; ++round) {
        QByteArray bytes = valid;
        for (int change = random.bounded(1, 4); change > 0; --change) {
            if (bytes.isEmpty())
                bytes = "x";
            const qsizetype at = random.bounded(bytes.size());
            switch (random.bounded(4)) {
            case 0:
                bytes[at] = char(random.bounded(256));
                break;
            case 1:
                bytes.remove(at, random.bounded(1, 20));
                break;
            case 2:
                bytes.insert(at, bytes.mid(random.bounded(bytes.size()), 30));
                break;
            case 3:
                bytes.truncate(qMax<qsizetype>(1, at));
                break;
            }
        }
        RawClient client(m_endpoint.port());
        const qsizetype split = random.bounded(bytes.size() + 1);
        client.send(bytes.first(split));
        client.send(bytes.sliced(split));
        client.finishSending();
        QVERIFY(client.readToEnd());
    }
    QTRY_COMPARE(m_endpoint.connectionCount(), 0);
    QCOMPARE(RawClient(m_endpoint.port()).exchange(get("/items/alive"))->body, QByteArray("alive"));
}

void EndpointRequestTest::countsInMetrics()
{
    const qint64 good = m_endpoint.metrics().answered("2xx");
    const qint64 bad = m_endpoint.metrics().answered("4xx");
    const qint64 malformed = m_endpoint.metrics().refused("malformed");
    RawClient client(m_endpoint.port());
    client.exchange(get("/query"));
    client.exchange(get("/nothing"));
    client.exchange("x\r\n\r\n");
    QCOMPARE(m_endpoint.metrics().answered("2xx"), good + 1);
    QCOMPARE(m_endpoint.metrics().answered("4xx"), bad + 2);
    QCOMPARE(m_endpoint.metrics().refused("malformed"), malformed + 1);
    client.close();
    QTRY_COMPARE(m_endpoint.metrics().connections(), 0);
}

QTEST_GUILESS_MAIN(EndpointRequestTest)
#include "endpoint_request_test.moc"
