// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/negotiation.h"

#include <QTest>

namespace hudhud::client {

using namespace std::chrono_literals;
using Kind = HubError::Kind;

class NegotiationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void makesAddresses_data();
    void makesAddresses();
    void namesTheConnection();
    void readsTheAnswer();
    void readsVersionZero();
    void readsARedirection();
    void refuses_data();
    void refuses();
    void waitsAsThePolicySays();
};

void NegotiationTest::makesAddresses_data()
{
    QTest::addColumn<QString>("hub");
    QTest::addColumn<bool>("isStateful");
    QTest::addColumn<QString>("address");
    const QString hub = QStringLiteral("http://h/hub");
    QTest::newRow("plain") << hub << false << QStringLiteral("http://h/hub/negotiate?negotiateVersion=1");
    QTest::newRow("slash") << QStringLiteral("http://h/hub/") << false
                           << QStringLiteral("http://h/hub/negotiate?negotiateVersion=1");
    QTest::newRow("query") << QStringLiteral("http://h/hub?a=1") << false
                           << QStringLiteral("http://h/hub/negotiate?a=1&negotiateVersion=1");
    QTest::newRow("stateful") << hub << true
                              << QStringLiteral(
                                     "http://h/hub/negotiate?negotiateVersion=1&useStatefulReconnect=true");
}

void NegotiationTest::makesAddresses()
{
    QFETCH(QString, hub);
    QFETCH(bool, isStateful);
    QFETCH(QString, address);
    QCOMPARE(negotiateUrl(QUrl(hub), isStateful).toString(), address);
}

void NegotiationTest::namesTheConnection()
{
    QCOMPARE(connectionUrl(QUrl(QStringLiteral("http://h/hub?a=1")), QStringLiteral("x-_.~")).toString(),
             QStringLiteral("http://h/hub?a=1&id=x-_.~"));
    // Other servers use all of base64.
    QCOMPARE(connectionUrl(QUrl(QStringLiteral("http://h/hub")), QStringLiteral("a+/=&")).toEncoded(),
             "http://h/hub?id=a%2B%2F%3D%26");
}

void NegotiationTest::readsTheAnswer()
{
    const auto answer = parseNegotiateAnswer(
        R"({"negotiateVersion":1,"connectionId":"i","connectionToken":"t","useStatefulReconnect":true,
        "availableTransports":[{"transport":"Pigeons","transferFormats":["Text"]},{"transport":"ServerSentEvents","transferFormats":["Text"]},
        {"transport":"WebSockets","transferFormats":["Text","Binary"]}]})");
    QVERIFY(answer);
    QCOMPARE(answer->connectionId, QStringLiteral("i"));
    QCOMPARE(answer->connectionToken, QStringLiteral("t"));
    QVERIFY(answer->isStateful);
    QCOMPARE(answer->transports.size(), 2);
    QCOMPARE(answer->transports[0].kind, TransportKind::ServerSentEvents);
    QVERIFY(!answer->transports[0].carriesBinary);
    QVERIFY(answer->transports[1].carriesText && answer->transports[1].carriesBinary);
}

void NegotiationTest::readsVersionZero()
{
    const auto answer = parseNegotiateAnswer(R"({"connectionId":"i","connectionToken":"ignored"})");
    QVERIFY(answer);
    QCOMPARE(answer->connectionToken, QStringLiteral("i"));
}

void NegotiationTest::readsARedirection()
{
    const auto answer = parseNegotiateAnswer(R"({"url":"https://other/hub?x=1","accessToken":"new"})");
    QVERIFY(answer);
    QCOMPARE(answer->redirect, QUrl(QStringLiteral("https://other/hub?x=1")));
    QCOMPARE(answer->redirectToken, "new");
}

void NegotiationTest::refuses_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("kind");
    QTest::newRow("empty") << QByteArray() << int(Kind::Protocol);
    QTest::newRow("a page") << QByteArray("<html>") << int(Kind::Protocol);
    QTest::newRow("an array") << QByteArray("[]") << int(Kind::Protocol);
    QTest::newRow("no connection") << QByteArray("{}") << int(Kind::Protocol);
    QTest::newRow("the old protocol") << QByteArray(R"({"ProtocolVersion":"2.1"})") << int(Kind::Protocol);
    QTest::newRow("an error") << QByteArray(R"({"error":"Not today."})") << int(Kind::Refused);
}

void NegotiationTest::refuses()
{
    QFETCH(QByteArray, body);
    QFETCH(int, kind);
    const auto answer = parseNegotiateAnswer(body);
    QVERIFY(!answer);
    QCOMPARE(int(answer.error().kind), kind);
}

void NegotiationTest::waitsAsThePolicySays()
{
    const ReconnectPolicy usual = reconnectAfter(usualReconnectDelays());
    QCOMPARE(usual({.previousAttempts = 0, .elapsed = {}, .reason = {}}), 0ms);
    QCOMPARE(usual({.previousAttempts = 1, .elapsed = {}, .reason = {}}), 2s);
    QCOMPARE(usual({.previousAttempts = 3, .elapsed = {}, .reason = {}}), 30s);
    QVERIFY(!usual({.previousAttempts = 4, .elapsed = {}, .reason = {}}));
    const ReconnectPolicy persistent = reconnectForever({0ms, 10s});
    QCOMPARE(persistent({.previousAttempts = 0, .elapsed = {}, .reason = {}}), 0ms);
    for (int i = 0; i < 100; ++i) {
        const auto delay = persistent({.previousAttempts = 1000, .elapsed = {}, .reason = {}});
        QVERIFY(delay && *delay > 7500ms && *delay <= 10s);
    }
}

} // namespace hudhud::client

QTEST_GUILESS_MAIN(hudhud::client::NegotiationTest)
#include "negotiation_test.moc"
