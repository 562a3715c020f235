// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/web_socket_frame.h"

#include <QTest>

using namespace hudhud;

/// A masked frame, written independently of the code under test.
static QByteArray frame(int firstByte, const QByteArray &payload)
{
    QByteArray bytes(1, char(firstByte));
    if (payload.size() < 126) {
        bytes.append(char(0x80 | payload.size()));
    } else {
        const int lengthBytes = payload.size() < 65536 ? 2 : 8;
        bytes.append(char(0x80 | (lengthBytes == 2 ? 126 : 127)));
        for (int i = lengthBytes - 1; i >= 0; --i)
            bytes.append(char(quint64(payload.size()) >> (8 * i) & 0xFF));
    }
    const QByteArray mask("\x37\xfa\x21\x3d");
    bytes.append(mask);
    for (qsizetype i = 0; i < payload.size(); ++i)
        bytes.append(char(payload[i] ^ mask[i % 4]));
    return bytes;
}

namespace {

struct Seen
{
    QList<QByteArray> events; ///< "text:…", "binary:…", "ping:…", "close 1000:…", "failure 1002".
};

/// Feeds the bytes in pieces of `step`.
Seen readAll(const QByteArray &bytes, qsizetype step, qint64 maximum = 1 << 20)
{
    WebSocketReader reader(maximum);
    Seen seen;
    QByteArray pending;
    for (qsizetype at = 0; at < bytes.size(); at += step) {
        pending.append(bytes.mid(at, step));
        while (true) {
            qsizetype used = 0;
            const WebSocketEvent event = reader.next({pending.data(), std::size_t(pending.size())}, used);
            const QByteArray payload = event.payload.toByteArray();
            using Kind = WebSocketEvent::Kind;
            if (event.kind == Kind::Message)
                seen.events += (event.opcode == WebSocketOpcode::Text ? "text:" : "binary:") + payload;
            else if (event.kind == Kind::Ping)
                seen.events += "ping:" + payload;
            else if (event.kind == Kind::Close)
                seen.events += "close " + QByteArray::number(event.code) + ':' + payload;
            else if (event.kind == Kind::Failure)
                seen.events += "failure " + QByteArray::number(event.code);
            pending.remove(0, used);
            if (event.kind == Kind::Failure || event.kind == Kind::Close)
                return seen;
            if (event.kind == Kind::NeedMore)
                break;
        }
    }
    return seen;
}

} // namespace

class WebSocketFrameTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
    void utf8_data();
    void utf8();
    void limitsMessages();
    void doesNotWaitForAPayloadThatIsTooLarge();
    void writesFrames();
};

void WebSocketFrameTest::reads_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QList<QByteArray>>("events");
    const auto row = [](const char *name, const QByteArray &bytes, const QList<QByteArray> &events) {
        QTest::newRow(name) << bytes << events;
    };
    for (const int size : {0, 1, 7, 125, 126, 127, 128, 65535, 65536, 70001}) {
        const QByteArray payload(size, 'x');
        row(qPrintable(QStringLiteral("text of %1").arg(size)), frame(0x81, payload), {"text:" + payload});
    }
    row("binary", frame(0x82, QByteArray("\0\xff\x80", 3)), {"binary:" + QByteArray("\0\xff\x80", 3)});
    row("two messages", frame(0x81, "a") + frame(0x81, "b"), {"text:a", "text:b"});
    row("fragments", frame(0x01, "a") + frame(0x00, "b") + frame(0x80, "c"), {"text:abc"});
    row("empty fragments", frame(0x02, "") + frame(0x00, "") + frame(0x80, ""), {"binary:"});
    row("ping between fragments", frame(0x01, "a") + frame(0x89, "p") + frame(0x80, "c"),
        {"ping:p", "text:ac"});
    row("two fragmented messages", frame(0x01, "a") + frame(0x80, "b") + frame(0x01, "c") + frame(0x80, "d"),
        {"text:ab", "text:cd"});
    row("pong is dropped", frame(0x8A, "x") + frame(0x81, "y"), {"text:y"});
    row("ping of 125", frame(0x89, QByteArray(125, 'x')), {"ping:" + QByteArray(125, 'x')});
    row("ping of 126", frame(0x89, QByteArray(126, 'x')), {"failure 1002"});
    row("fragmented ping", frame(0x09, "x"), {"failure 1002"});
    row("continuation of nothing", frame(0x80, "x"), {"failure 1002"});
    row("continuation after a whole message", frame(0x81, "a") + frame(0x80, "x"),
        {"text:a", "failure 1002"});
    row("message in a message", frame(0x01, "a") + frame(0x81, "x"), {"failure 1002"});
    for (const int reserved : {0x10, 0x20, 0x40})
        row(qPrintable(QStringLiteral("reserved bit %1").arg(reserved)), frame(0x81 | reserved, "x"),
            {"failure 1002"});
    for (const int opcode : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15})
        row(qPrintable(QStringLiteral("opcode %1").arg(opcode)), frame(0x80 | opcode, "x"), {"failure 1002"});
    row("unmasked", QByteArray("\x81\x01x"), {"failure 1002"});
    row("length not in shortest form", QByteArray("\x81\xfe\x00\x01\x00\x00\x00\x00x", 9), {"failure 1002"});
    row("negative length", QByteArray("\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00", 10), {"failure 1002"});
    row("close",
        frame(0x88,
              QByteArray("\x03\xe8"
                         "bye")),
        {"close 1000:bye"});
    row("close without a code", frame(0x88, ""), {"close 1005:"});
    row("close of one byte", frame(0x88, "x"), {"failure 1002"});
    row("close with bad UTF-8", frame(0x88, QByteArray("\x03\xe8\xff")), {"failure 1007"});
    for (const int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999}) {
        const char bytes[] = {char(code >> 8), char(code & 0xFF)};
        row(qPrintable(QStringLiteral("close code %1").arg(code)), frame(0x88, QByteArray(bytes, 2)),
            {"close " + QByteArray::number(code) + ':'});
    }
    for (const int code : {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535}) {
        const char bytes[] = {char(code >> 8), char(code & 0xFF)};
        row(qPrintable(QStringLiteral("bad close code %1").arg(code)), frame(0x88, QByteArray(bytes, 2)),
            {"failure 1002"});
    }
}

void WebSocketFrameTest::reads()
{
    QFETCH(QByteArray, bytes);
    QFETCH(QList<QByteArray>, events);
    QCOMPARE(readAll(bytes, bytes.size()).events, events);
    QCOMPARE(readAll(bytes, 7).events, events);
    if (bytes.size() < 1000)
        QCOMPARE(readAll(bytes, 1).events, events);
}

void WebSocketFrameTest::utf8_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("isValid");
    const auto row = [](const char *name, const QByteArray &text, bool isValid) {
        QTest::newRow(name) << text << isValid;
    };
    row("two bytes", "\xC2\x80\xDF\xBF", true);
    row("three bytes", "\xE0\xA0\x80\xEF\xBF\xBF", true);
    row("four bytes", "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF", true);
    row("Greek among ASCII", "abcdefgh \xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5 abcdefgh", true);
    row("before the surrogates", "\xED\x9F\xBF\xEE\x80\x80", true);
    row("noncharacters", "\xEF\xBF\xBE", true);
    row("overlong slash", "\xC0\xAF", false);
    row("overlong C1", "\xC1\xBF", false);
    row("overlong of three", "\xE0\x9F\xBF", false);
    row("overlong of four", "\xF0\x8F\xBF\xBF", false);
    row("surrogate", "\xED\xA0\x80", false);
    row("above Unicode", "\xF4\x90\x80\x80", false);
    row("F5", "\xF5\x80\x80\x80", false);
    row("lone continuation", "abcdefgh\x80", false);
    row("cut character", "abcdefgh\xE2\x82", false);
    row("continuation missing",
        "\xE2\x82"
        "a",
        false);
    row("FF", "\xFF", false);
}

void WebSocketFrameTest::utf8()
{
    QFETCH(QByteArray, text);
    QFETCH(bool, isValid);
    const QList<QByteArray> expected{isValid ? "text:" + text : QByteArray("failure 1007")};
    QCOMPARE(readAll(frame(0x81, text), 1000).events, expected);
    QByteArray fragments = frame(0x01, "");
    for (const char byte : text)
        fragments += frame(0x00, QByteArray(1, byte));
    QCOMPARE(readAll(fragments + frame(0x80, ""), 1000).events, expected);
}

void WebSocketFrameTest::limitsMessages()
{
    QCOMPARE(readAll(frame(0x81, QByteArray(100, 'x')), 1000, 100).events.size(), 1);
    QCOMPARE(readAll(frame(0x81, QByteArray(101, 'x')), 1000, 100).events, QList<QByteArray>{"failure 1009"});
    const QByteArray sixty(60, 'x');
    QCOMPARE(readAll(frame(0x01, sixty) + frame(0x80, sixty), 1000, 100).events,
             QList<QByteArray>{"failure 1009"});
    QCOMPARE(readAll(frame(0x81, sixty) + frame(0x81, sixty), 1000, 100).events.size(), 2);
}

void WebSocketFrameTest::doesNotWaitForAPayloadThatIsTooLarge()
{
    QCOMPARE(readAll(QByteArray("\x82\xff\x00\x00\x00\x7f\x00\x00\x00\x00", 10), 10).events,
             QList<QByteArray>{"failure 1009"});
}

void WebSocketFrameTest::writesFrames()
{
    QByteArray out;
    appendWebSocketFrame(out, WebSocketOpcode::Text, "Hello");
    QCOMPARE(out, QByteArray("\x81\x05Hello"));
    out.clear();
    appendWebSocketFrame(out, WebSocketOpcode::Binary, QByteArray(256, 'x'));
    QCOMPARE(out.first(4), QByteArray("\x82\x7e\x01\x00", 4));
    QCOMPARE(out.size(), 260);
    out.clear();
    appendWebSocketFrame(out, WebSocketOpcode::Binary, QByteArray(65536, 'x'));
    QCOMPARE(out.first(10), QByteArray("\x82\x7f\0\0\0\0\0\x01\0\0", 10));
    out.clear();
    appendWebSocketClose(out, 1000, "bye");
    QCOMPARE(out,
             QByteArray("\x88\x05\x03\xe8"
                        "bye"));
    out.clear();
    appendWebSocketClose(out, 1005, "ignored");
    QCOMPARE(out, QByteArray("\x88\x00", 2));
    out.clear();
    appendWebSocketClose(out, 1000, QByteArray(122, 'x') + "\xC3\xA4");
    QCOMPARE(out.size(), 2 + 2 + 122); // the character that does not fit is left out whole
}

QTEST_APPLESS_MAIN(WebSocketFrameTest)
#include "web_socket_frame_test.moc"
