// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/request_head.h"

#include <QTest>

using namespace hudhud;

class RequestHeadTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsAnOrdinaryRequest();
    void readsAbsoluteFormAndServerWide();
    void decidesOnPersistence_data();
    void decidesOnPersistence();
    void refuses_data();
    void refuses();
    void acceptsRepeatedEqualLengths();
    void findsTheEndWhereverTheBytesAreSplit();
};

static int statusOf(const QByteArray &bytes)
{
    RequestHead head;
    const auto fault = parseRequestHead(bytes, head);
    return fault ? fault->status : 0;
}

void RequestHeadTest::readsAnOrdinaryRequest()
{
    const QByteArray bytes(
        "POST /a%20b/c?x=1&y HTTP/1.1\r\nHost: h:1\r\ncontent-LENGTH: 12 \r\nX-Empty:\r\n"
        "Connection: Upgrade, keep-alive\r\nUpgrade: WebSocket\r\nExpect: 100-Continue\r\n\r\n");
    RequestHead head;
    QVERIFY(!parseRequestHead(bytes, head));
    QCOMPARE(head.method, HttpMethod::Post);
    QCOMPARE(head.path.toByteArray(), QByteArray("/a%20b/c"));
    QCOMPARE(head.query.toByteArray(), QByteArray("x=1&y"));
    QCOMPARE(head.contentLength, 12);
    QCOMPARE(head.value("HOST").toByteArray(), QByteArray("h:1"));
    QVERIFY(head.value("x-empty").isEmpty());
    QVERIFY(head.expectsContinue);
    QVERIFY(head.isUpgradeToWebSocket);
    QVERIFY(head.keepsAlive);
}

void RequestHeadTest::readsAbsoluteFormAndServerWide()
{
    RequestHead head;
    QVERIFY(!parseRequestHead("GET http://host:80/path?q HTTP/1.1\r\nHost: host\r\n\r\n", head));
    QCOMPARE(head.path.toByteArray(), QByteArray("/path"));
    QCOMPARE(head.query.toByteArray(), QByteArray("q"));
    QVERIFY(!parseRequestHead("GET http://host HTTP/1.1\r\nHost: host\r\n\r\n", head));
    QCOMPARE(head.path.toByteArray(), QByteArray("/"));
    QVERIFY(!parseRequestHead("OPTIONS * HTTP/1.1\r\nHost: host\r\n\r\n", head));
    QVERIFY(head.isServerWide);
}

void RequestHeadTest::decidesOnPersistence_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<bool>("keepsAlive");
    QTest::newRow("1.1") << QByteArray("GET / HTTP/1.1\r\nHost: h\r\n\r\n") << true;
    QTest::newRow("1.1 close") << QByteArray("GET / HTTP/1.1\r\nHost: h\r\nConnection: Close\r\n\r\n")
                               << false;
    QTest::newRow("1.0") << QByteArray("GET / HTTP/1.0\r\n\r\n") << false;
    QTest::newRow("1.0 keep-alive") << QByteArray("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n") << true;
}

void RequestHeadTest::decidesOnPersistence()
{
    QFETCH(QByteArray, bytes);
    RequestHead head;
    QVERIFY(!parseRequestHead(bytes, head));
    QTEST(head.keepsAlive, "keepsAlive");
}

void RequestHeadTest::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const QByteArray line("POST / HTTP/1.1\r\nHost: h\r\n");
    const auto row = [](const char *name, const QByteArray &bytes, int status) {
        QTest::newRow(name) << bytes << status;
    };
    row("no version", "GET /\r\n\r\n", 400);
    row("two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("space in target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("trailing space", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 400);
    row("lower-case version", "GET / http/1.1\r\nHost: h\r\n\r\n", 400);
    row("version 2", "GET / HTTP/2.0\r\nHost: h\r\n\r\n", 505);
    row("version 1.10", "GET / HTTP/1.10\r\nHost: h\r\n\r\n", 400);
    row("unknown method", "BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 501);
    row("lower-case method", "get / HTTP/1.1\r\nHost: h\r\n\r\n", 501);
    row("CONNECT", "CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", 501);
    row("TRACE", "TRACE / HTTP/1.1\r\nHost: h\r\n\r\n", 501);
    row("method with a control character", QByteArray("G\0T / HTTP/1.1\r\nHost: h\r\n\r\n", 27), 400);
    row("relative target", "GET index.html HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("other scheme", "GET ftp://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("asterisk with GET", "GET * HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("fragment", "GET /a#b HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("raw non-ASCII target", "GET /\xC3\xA4 HTTP/1.1\r\nHost: h\r\n\r\n", 400);
    row("NUL in target", QByteArray("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", 28), 400);
    row("no Host", "GET / HTTP/1.1\r\n\r\n", 400);
    row("two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400);
    row("bad Host", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400);
    row("bare LF after the request line", "GET / HTTP/1.1\nHost: h\r\n\r\n", 400);
    row("bare LF after a field", "GET / HTTP/1.1\r\nHost: h\n\r\n", 400);
    row("bare LF at the end", "GET / HTTP/1.1\r\nHost: h\r\n\n", 400);
    row("bare CR in a value", line + "X: a\rb\r\n\r\n", 400);
    row("NUL in a value", line + QByteArray("X: a\0b\r\n\r\n", 10), 400);
    row("control character in a value",
        line
            + "X: a\x01"
              "b\r\n\r\n",
        400);
    row("no colon", line + "X\r\n\r\n", 400);
    row("empty name", line + ": a\r\n\r\n", 400);
    row("space before the colon", line + "Content-Length : 1\r\n\r\n", 400);
    row("space in the name", line + "X Y: 1\r\n\r\n", 400);
    row("folded", line + "X: a\r\n b\r\n\r\n", 400);
    row("blank before the first field", "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400);
    row("length with a sign", line + "Content-Length: +1\r\n\r\n", 400);
    row("negative length", line + "Content-Length: -1\r\n\r\n", 400);
    row("empty length", line + "Content-Length:\r\n\r\n", 400);
    row("hexadecimal length", line + "Content-Length: 0x10\r\n\r\n", 400);
    row("length list", line + "Content-Length: 5, 5\r\n\r\n", 400);
    row("inner blank in the length", line + "Content-Length: 1 2\r\n\r\n", 400);
    row("huge length", line + "Content-Length: 99999999999999999999999\r\n\r\n", 413);
    row("differing lengths", line + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400);
    row("length and chunked", line + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
    row("chunked and length", line + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400);
    row("chunked twice", line + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
    row("chunked, chunked", line + "Transfer-Encoding: chunked, chunked\r\n\r\n", 501);
    row("gzip, chunked", line + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501);
    row("identity", line + "Transfer-Encoding: identity\r\n\r\n", 501);
    row("xchunked", line + "Transfer-Encoding: xchunked\r\n\r\n", 501);
    row("vertical tab before chunked",
        line
            + "Transfer-Encoding: \x0b"
              "chunked\r\n\r\n",
        400);
    row("chunked in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
    row("other expectation", line + "Expect: 200-ok\r\n\r\n", 417);
}

void RequestHeadTest::refuses()
{
    QFETCH(QByteArray, bytes);
    QTEST(statusOf(bytes), "status");
}

void RequestHeadTest::acceptsRepeatedEqualLengths()
{
    RequestHead head;
    QVERIFY(!parseRequestHead("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 7\r\nContent-Length: 7\r\n\r\n",
                              head));
    QCOMPARE(head.contentLength, 7);
}

void RequestHeadTest::findsTheEndWhereverTheBytesAreSplit()
{
    const QByteArray bytes("GET / HTTP/1.1\r\nHost: h\r\n\r\nrest\n\n");
    const qsizetype end = bytes.indexOf("rest");
    for (qsizetype split = 0; split < bytes.size(); ++split) {
        qsizetype found = findHeadEnd(bytes.first(split), 0);
        if (found < 0)
            found = findHeadEnd(bytes, split);
        QCOMPARE(found, end);
    }
    QCOMPARE(findHeadEnd("a\n\nb", 0), 3);
}

QTEST_APPLESS_MAIN(RequestHeadTest)
#include "request_head_test.moc"
