// SPDX-License-Identifier: GPL-3.0-or-later
#include "raw_client.h"
#include "running_endpoint.h"

#include <QTest>

#include <atomic>

using namespace hudhud;
using namespace std::chrono_literals;

class EndpointLimitsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void slowHeadGets408();
    void slowBodyGets408();
    void idleConnectionsAreClosed();
    void handlersHaveTheTimeTheyNeed();
    void connectionsPerEndpoint();
    void connectionsPerAddress();
    void limitsHoldOverAllInstances();
    void instancesShareThePort();
    void listenErrorsNameKeyAndRemedy_data();
    void listenErrorsNameKeyAndRemedy();
    void drainFinishesAnswersAndClosesTheRest();
    void drainDropsWhatIsLeftAtTheDeadline();
};

static const QByteArray Get("GET /items/1 HTTP/1.1\r\nHost: h\r\n\r\n");

void EndpointLimitsTest::slowHeadGets408()
{
    EndpointOptions options;
    options.headTimeout = 300ms;
    RunningEndpoint endpoint(options);
    RawClient silent(endpoint.port());
    RawClient slow(endpoint.port());
    slow.send(Get + "GET /items/2 HTTP/1.1\r\nX-");
    QCOMPARE(slow.answer()->body, QByteArray("1"));
    for (int i = 0; i < 3; ++i) {
        QTest::qWait(50);
        slow.send("a"); // pieces do not extend the time
    }
    QCOMPARE(slow.answer()->status, 408);
    QVERIFY(slow.isEnded());
    QVERIFY(silent.isEnded());
    QCOMPARE(endpoint.metrics().refused("timeout"), 1);
}

void EndpointLimitsTest::slowBodyGets408()
{
    EndpointOptions options;
    options.bodyTimeout = 300ms;
    RunningEndpoint endpoint(options);
    for (const QByteArray &field : {QByteArray("Content-Length: 10\r\n\r\nabc"),
                                    QByteArray("Transfer-Encoding: chunked\r\n\r\n5\r\nabc")}) {
        RawClient client(endpoint.port());
        const auto answer = client.exchange("POST /echo HTTP/1.1\r\nHost: h\r\n" + field);
        QVERIFY(answer);
        QCOMPARE(answer->status, 408);
        QVERIFY(client.isEnded());
    }
}

void EndpointLimitsTest::idleConnectionsAreClosed()
{
    EndpointOptions options;
    options.idleTimeout = 200ms;
    RunningEndpoint endpoint(options);
    RawClient client(endpoint.port());
    QVERIFY(client.exchange(Get));
    QVERIFY(client.isEnded());
    QTRY_COMPARE(endpoint.metrics().connections(), 0);
}

void EndpointLimitsTest::handlersHaveTheTimeTheyNeed()
{
    EndpointOptions options;
    options.idleTimeout = options.headTimeout = options.bodyTimeout = 150ms;
    RunningEndpoint endpoint(options);
    RawClient client(endpoint.port());
    client.send("POST /held HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok");
    QTRY_COMPARE(endpoint.heldCount(), 1);
    QTest::qWait(500); // several times every limit
    endpoint.release();
    const auto answer = client.answer();
    QVERIFY(answer);
    QCOMPARE(answer->body, QByteArray("ok"));
}

void EndpointLimitsTest::connectionsPerEndpoint()
{
    EndpointOptions options;
    options.maximumConnections = 2;
    RunningEndpoint endpoint(options);
    RawClient first(endpoint.port());
    RawClient second(endpoint.port());
    QVERIFY(first.exchange(Get));
    QVERIFY(second.exchange(Get));
    RawClient third(endpoint.port());
    const auto refusal = third.answer();
    QVERIFY(refusal);
    QCOMPARE(refusal->status, 503);
    QVERIFY(!refusal->header("Retry-After").isEmpty());
    QCOMPARE(endpoint.metrics().refused("endpoint-full"), 1);
    first.close();
    QTRY_COMPARE(endpoint.connectionCount(), 1);
    QVERIFY(RawClient(endpoint.port()).exchange(Get));
}

void EndpointLimitsTest::connectionsPerAddress()
{
    EndpointOptions options;
    options.maximumConnectionsPerAddress = 1;
    RunningEndpoint endpoint(options);
    RawClient first(endpoint.port(), 1);
    QVERIFY(first.exchange(Get));
    QCOMPARE(RawClient(endpoint.port(), 1).answer()->status, 503);
    QCOMPARE(endpoint.metrics().refused("address-full"), 1);
    QCOMPARE(RawClient(endpoint.port(), 2).exchange(Get)->status, 200);
    first.close();
    QTRY_COMPARE(endpoint.connectionCount(), 0);
    QCOMPARE(RawClient(endpoint.port(), 1).exchange(Get)->status, 200);
}

void EndpointLimitsTest::limitsHoldOverAllInstances()
{
    ConnectionLimits limits(3, 2);
    const QHostAddress a(QStringLiteral("10.0.0.1"));
    const QHostAddress b(QStringLiteral("10.0.0.2"));
    using Admission = ConnectionLimits::Admission;
    QCOMPARE(limits.admit(a), Admission::Admitted);
    QCOMPARE(limits.admit(a), Admission::Admitted);
    QCOMPARE(limits.admit(a), Admission::AddressFull);
    QCOMPARE(limits.admit(b), Admission::Admitted);
    QCOMPARE(limits.admit(b), Admission::EndpointFull);
    limits.release(a);
    QCOMPARE(limits.admit(b), Admission::Admitted);
    QCOMPARE(limits.count(), 3);
}

void EndpointLimitsTest::instancesShareThePort()
{
    EndpointOptions options;
    options.listen = QStringLiteral("127.0.0.1:0");
    TestMetrics metrics;
    const auto limits = Endpoint::makeLimits(options);
    Endpoint first("public", options, limits, metrics);
    Endpoint second("public", options, limits, metrics);
    const auto port = first.listen();
    QVERIFY(port);
    QVERIFY(*port > 0);
    const auto joined = second.listen(*port);
    QVERIFY(joined);
    QCOMPARE(*joined, *port);
}

void EndpointLimitsTest::listenErrorsNameKeyAndRemedy_data()
{
    QTest::addColumn<QString>("listen");
    QTest::addColumn<QString>("certificate");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("field");
    const QString good = QStringLiteral("127.0.0.1:0");
    QTest::newRow("no port") << QStringLiteral("127.0.0.1") << QString() << QString()
                             << QStringLiteral("endpoints.public.listen");
    QTest::newRow("no address") << QStringLiteral("here:80") << QString() << QString()
                                << QStringLiteral("endpoints.public.listen");
    QTest::newRow("foreign address") << QStringLiteral("192.0.2.1:0") << QString() << QString()
                                     << QStringLiteral("endpoints.public.listen");
    QTest::newRow("no key") << good << QStringLiteral("/nowhere.pem") << QString()
                            << QStringLiteral("endpoints.public.tls_key");
    QTest::newRow("no certificate file")
        << good << QStringLiteral("/nowhere.pem") << QStringLiteral("/nowhere.key")
        << QStringLiteral("endpoints.public.tls_certificate");
}

void EndpointLimitsTest::listenErrorsNameKeyAndRemedy()
{
    EndpointOptions options;
    QFETCH(QString, listen);
    options.listen = listen;
    QFETCH(QString, certificate);
    options.tlsCertificate = certificate;
    QFETCH(QString, key);
    options.tlsKey = key;
    const RunningEndpoint endpoint(options);
    QVERIFY(endpoint.error());
    QTEST(endpoint.error()->field(), "field");
    QVERIFY(endpoint.error()->message().contains(QLatin1Char(';')));
}

void EndpointLimitsTest::drainFinishesAnswersAndClosesTheRest()
{
    RunningEndpoint endpoint;
    RawClient idle(endpoint.port());
    QVERIFY(idle.exchange(Get));
    RawClient busy(endpoint.port());
    busy.send("POST /held HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok");
    QTRY_COMPARE(endpoint.heldCount(), 1);
    RawClient phone(endpoint.port());
    QCOMPARE(phone.upgrade()->status, 101);
    std::atomic<bool> isDone = false;
    endpoint.drain(20s, [&] { isDone = true; });
    QVERIFY(idle.isEnded());
    const auto goodbye = phone.frame();
    QVERIFY(goodbye);
    QCOMPARE(goodbye->closeCode(), 1001);
    phone.send(closeFrame(1001));
    QVERIFY(phone.isEnded());
    phone.close();
    idle.close();
    QVERIFY(!isDone);
    endpoint.release();
    const auto answer = busy.answer();
    QVERIFY(answer);
    QCOMPARE(answer->body, QByteArray("ok"));
    QCOMPARE(answer->header("Connection"), QByteArray("close"));
    busy.close();
    QTRY_VERIFY(isDone);
    QCOMPARE(endpoint.connectionCount(), 0);
    QVERIFY(!RawClient(endpoint.port()).exchange(Get));
}

void EndpointLimitsTest::drainDropsWhatIsLeftAtTheDeadline()
{
    RunningEndpoint endpoint;
    RawClient busy(endpoint.port());
    busy.send("POST /held HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nok");
    RawClient phone(endpoint.port());
    QCOMPARE(phone.upgrade()->status, 101);
    QTRY_COMPARE(endpoint.heldCount(), 1);
    std::atomic<bool> isDone = false;
    endpoint.drain(200ms, [&] { isDone = true; });
    QTRY_VERIFY(isDone);
    QCOMPARE(endpoint.connectionCount(), 0);
    QCOMPARE(endpoint.metrics().connections(), 0);
    endpoint.release();
}

QTEST_GUILESS_MAIN(EndpointLimitsTest)
#include "endpoint_limits_test.moc"
