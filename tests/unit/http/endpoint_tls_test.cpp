// SPDX-License-Identifier: GPL-3.0-or-later
#include "raw_client.h"
#include "running_endpoint.h"

#include <QProcess>
#include <QSslSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace hudhud;

class EndpointTlsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void answersRequests();
    void largeAnswersArriveWhole();
    void speaksWebSocket();
    void survivesPlainTextAndAbandonedHandshakes();
    void refusesBrokenFiles();

private:
    EndpointOptions options() const;
    void connectTo(QSslSocket &socket, quint16 port);
    static QByteArray readUntil(QSslSocket &socket, const std::function<bool(const QByteArray &)> &isWhole);

    QTemporaryDir m_directory;
};

void EndpointTlsTest::initTestCase()
{
    if (!QSslSocket::supportsSsl())
        QSKIP("this Qt has no TLS");
    QProcess openssl;
    openssl.setWorkingDirectory(m_directory.path());
    openssl.start(QStringLiteral("openssl"),
                  {QStringLiteral("req"), QStringLiteral("-x509"), QStringLiteral("-newkey"),
                   QStringLiteral("rsa:2048"), QStringLiteral("-nodes"), QStringLiteral("-keyout"),
                   QStringLiteral("key.pem"), QStringLiteral("-out"), QStringLiteral("cert.pem"),
                   QStringLiteral("-days"), QStringLiteral("2"), QStringLiteral("-subj"),
                   QStringLiteral("/CN=localhost")});
    QVERIFY2(openssl.waitForFinished(), "the openssl command is needed");
    QCOMPARE(openssl.exitCode(), 0);
}

EndpointOptions EndpointTlsTest::options() const
{
    EndpointOptions options;
    options.tlsCertificate = m_directory.filePath(QStringLiteral("cert.pem"));
    options.tlsKey = m_directory.filePath(QStringLiteral("key.pem"));
    return options;
}

void EndpointTlsTest::connectTo(QSslSocket &socket, quint16 port)
{
    socket.setPeerVerifyMode(QSslSocket::VerifyNone);
    socket.connectToHostEncrypted(QStringLiteral("127.0.0.1"), port);
    QVERIFY2(socket.waitForEncrypted(10'000), qPrintable(socket.errorString()));
}

QByteArray EndpointTlsTest::readUntil(QSslSocket &socket,
                                      const std::function<bool(const QByteArray &)> &isWhole)
{
    QByteArray bytes = socket.readAll();
    while (!isWhole(bytes) && socket.waitForReadyRead(10'000))
        bytes += socket.readAll();
    return bytes;
}

void EndpointTlsTest::answersRequests()
{
    RunningEndpoint endpoint(options());
    QVERIFY(!endpoint.error());
    QSslSocket socket;
    connectTo(socket, endpoint.port());
    for (const QByteArray &path : {QByteArray("/echo"), QByteArray("/later")}) {
        const QByteArray body = "over TLS to " + path;
        socket.write("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: "
                     + QByteArray::number(body.size()) + "\r\n\r\n" + body);
        const QByteArray answer
            = readUntil(socket, [&](const QByteArray &bytes) { return bytes.endsWith(body); });
        QVERIFY(answer.startsWith("HTTP/1.1 200 OK\r\n"));
        QVERIFY(answer.endsWith(body));
    }
    socket.write("bad\r\n\r\n");
    const QByteArray refusal = readUntil(socket, [](const QByteArray &bytes) { return bytes.endsWith('}'); });
    QVERIFY(refusal.startsWith("HTTP/1.1 400"));
    QVERIFY(socket.state() == QAbstractSocket::UnconnectedState || socket.waitForDisconnected(10'000));
    QTRY_COMPARE(endpoint.connectionCount(), 0);
}

void EndpointTlsTest::largeAnswersArriveWhole()
{
    RunningEndpoint endpoint(options());
    QSslSocket socket;
    connectTo(socket, endpoint.port());
    const QByteArray body(1024 * 1024, 'b');
    socket.write("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: " + QByteArray::number(body.size())
                 + "\r\n\r\n" + body);
    const QByteArray answer = readUntil(socket, [&](const QByteArray &bytes) {
        return bytes.size() > body.size() && bytes.endsWith(body.last(1000));
    });
    QVERIFY(answer.endsWith(body));
}

void EndpointTlsTest::speaksWebSocket()
{
    RunningEndpoint endpoint(options());
    QSslSocket socket;
    connectTo(socket, endpoint.port());
    socket.write("GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                 + clientFrame(1, "early"));
    const QByteArray answer
        = readUntil(socket, [](const QByteArray &bytes) { return bytes.endsWith("early"); });
    QVERIFY(answer.startsWith("HTTP/1.1 101"));
    QVERIFY(answer.endsWith("\x81\x05"
                            "early"));
    socket.write(closeFrame(1000));
    QVERIFY(
        readUntil(socket, [](const QByteArray &bytes) { return bytes.size() >= 4; }).startsWith("\x88\x02"));
    QTRY_COMPARE(endpoint.log().closedCount(), 1);
    QCOMPARE(endpoint.log().closed.front(), 1000);
}

void EndpointTlsTest::survivesPlainTextAndAbandonedHandshakes()
{
    EndpointOptions quick = options();
    quick.headTimeout = std::chrono::milliseconds(300);
    RunningEndpoint endpoint(quick);
    RawClient plain(endpoint.port());
    plain.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    plain.finishSending();
    RawClient silent(endpoint.port());
    QVERIFY(silent.isEnded());
    RawClient(endpoint.port()).reset();
    QTRY_COMPARE(endpoint.connectionCount(), 0);
    QSslSocket socket;
    connectTo(socket, endpoint.port());
}

void EndpointTlsTest::refusesBrokenFiles()
{
    EndpointOptions swapped = options();
    std::swap(swapped.tlsCertificate, swapped.tlsKey);
    const RunningEndpoint endpoint(swapped);
    QVERIFY(endpoint.error());
    QCOMPARE(endpoint.error()->field(), QStringLiteral("endpoints.public.tls_certificate"));
}

QTEST_GUILESS_MAIN(EndpointTlsTest)
#include "endpoint_tls_test.moc"
