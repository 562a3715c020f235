// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/chunked_decoder.h"

#include <QTest>

using namespace hudhud;

class ChunkedDecoderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decodesByteByByte();
    void leavesWhatFollows();
    void refuses_data();
    void refuses();
};

static const QByteArray
    Encoded("4\r\nWiki\r\n6;name=\"v\"\r\npedia \r\n00E\r\nin \r\n\r\nchunks.\r\n0\r\nTrailer: x\r\n\r\n");

void ChunkedDecoderTest::decodesByteByByte()
{
    ChunkedDecoder decoder(1000, 1000);
    QByteArray pending;
    for (const char byte : Encoded) {
        QVERIFY(!decoder.isDone());
        pending.append(byte);
        pending.remove(0, decoder.feed(pending));
        QVERIFY(!decoder.fault());
    }
    QVERIFY(decoder.isDone());
    QVERIFY(pending.isEmpty());
    QCOMPARE(decoder.takeBody(), QByteArray("Wikipedia in \r\n\r\nchunks."));
}

void ChunkedDecoderTest::leavesWhatFollows()
{
    ChunkedDecoder decoder(1000, 1000);
    QCOMPARE(decoder.feed(Encoded + "GET /"), Encoded.size());
    QVERIFY(decoder.isDone());
}

void ChunkedDecoderTest::refuses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const QByteArray &bytes, int status) {
        QTest::newRow(name) << bytes << status;
    };
    row("no size", "\r\n", 400);
    row("no hexadecimal number", "g\r\n", 400);
    row("negative", "-1\r\n", 400);
    row("prefix", "0x4\r\n", 400);
    row("leading blank", " 4\r\n", 400);
    row("junk behind the size", "4 4\r\n", 400);
    row("overflow", "FFFFFFFFFFFFFFFF1\r\n", 400);
    row("bare LF", "4\nWiki\r\n", 400);
    row("chunk longer than its size", "4\r\nWikix\r\n", 400);
    row("LF behind the chunk", "4\r\nWiki\n0\r\n", 400);
    row("control character in an extension", QByteArray("4;\x01\r\n"), 400);
    row("endless size line", QByteArray("4;") + QByteArray(300, 'x'), 400);
    row("trailer too long", "0\r\n" + QByteArray(100, 'x') + ": 1\r\n", 400);
    row("one chunk too large", "33\r\n", 413);
    row("sum too large", "30\r\n" + QByteArray(48, 'x') + "\r\n3\r\n", 413);
}

void ChunkedDecoderTest::refuses()
{
    QFETCH(QByteArray, bytes);
    ChunkedDecoder decoder(50, 80);
    decoder.feed(bytes);
    QVERIFY(decoder.fault());
    QTEST(decoder.fault()->status, "status");
}

QTEST_APPLESS_MAIN(ChunkedDecoderTest)
#include "chunked_decoder_test.moc"
