// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/handshake.h"

#include "fakes.h"

#include <QTest>

namespace hudhud {

class HandshakeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void accepts_data();
    void accepts();
    void refuses_data();
    void refuses();
    void answers();
};

void HandshakeTest::accepts_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("protocol");
    QTest::addColumn<int>("version");
    QTest::newRow("json") << QByteArray(R"({"protocol":"json","version":1})") << QByteArray("json") << 1;
    QTest::newRow("version 2") << QByteArray(R"({"protocol":"json","version":2})") << QByteArray("json") << 2;
    QTest::newRow("other order, unknown property")
        << QByteArray(R"({"version":1,"x":[],"protocol":"messagepack"})") << QByteArray("messagepack") << 1;
}

void HandshakeTest::accepts()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, protocol);
    QFETCH(const int, version);
    const auto request = parseHandshake(record(text));
    QVERIFY(request.has_value());
    QCOMPARE(request->protocol, protocol);
    QCOMPARE(request->version, version);
}

void HandshakeTest::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("error");
    const QByteArray malformed = "An unexpected error occurred during connection handshake.";
    QTest::newRow("empty") << QByteArray() << malformed;
    QTest::newRow("no object") << QByteArray("[]") << malformed;
    QTest::newRow("no JSON") << QByteArray("GET /") << malformed;
    QTest::newRow("no protocol") << QByteArray(R"({"version":1})") << malformed;
    QTest::newRow("no version") << QByteArray(R"({"protocol":"json"})") << malformed;
    QTest::newRow("version is text") << QByteArray(R"({"protocol":"json","version":"1"})") << malformed;
    QTest::newRow("version is no integer") << QByteArray(R"({"protocol":"json","version":1.5})") << malformed;
    QTest::newRow("protocol is a number") << QByteArray(R"({"protocol":1,"version":1})") << malformed;
    QTest::newRow("version 99") << QByteArray(R"({"protocol":"json","version":99})")
                                << QByteArray(
                                       "The server does not support version 99 of the 'json' protocol.");
    QTest::newRow("version 0") << QByteArray(R"({"protocol":"json","version":0})")
                               << QByteArray("The server does not support version 0 of the 'json' protocol.");
}

void HandshakeTest::refuses()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, error);
    const auto request = parseHandshake(record(text));
    QVERIFY(!request.has_value());
    QCOMPARE(request.error().text, error);
}

void HandshakeTest::answers()
{
    QCOMPARE(handshakeAccepted().toByteArray(), QByteArray("\x7b\x7d\x1e"));
    QCOMPARE(handshakeRefused(HandshakeError::unsupportedProtocol("x\"l")),
             record(R"({"error":"The protocol 'x\"l' is not supported."})"));
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::HandshakeTest)
#include "handshake_test.moc"
