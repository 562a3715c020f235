// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/event_stream_parser.h"

#include <QTest>

namespace hudhud::client {

class EventStreamParserTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reads_data();
    void reads();
    void readsCutAnywhere();
    void refusesWhatIsTooLong();
};

void EventStreamParserTest::reads_data()
{
    QTest::addColumn<QByteArray>("stream");
    QTest::addColumn<QList<QByteArray>>("events");
    QTest::newRow("one") << QByteArray("data: a\r\n\r\n") << QList<QByteArray>{"a"};
    QTest::newRow("line feeds") << QByteArray("data: a\n\ndata: b\n\n") << QList<QByteArray>{"a", "b"};
    QTest::newRow("carriage returns") << QByteArray("data: a\r\rdata: b\r\r") << QList<QByteArray>{"a", "b"};
    QTest::newRow("no space") << QByteArray("data:a\n\n") << QList<QByteArray>{"a"};
    QTest::newRow("two spaces") << QByteArray("data:  a\n\n") << QList<QByteArray>{" a"};
    QTest::newRow("several lines") << QByteArray("data: a\ndata: b\n\n") << QList<QByteArray>{"a\nb"};
    QTest::newRow("comments") << QByteArray(":\r\n:x\r\ndata: a\r\n\r\n") << QList<QByteArray>{"a"};
    QTest::newRow("other fields") << QByteArray("event: x\nid: 1\ndata: a\nretry: 5\n\n")
                                  << QList<QByteArray>{"a"};
    QTest::newRow("no data") << QByteArray("event: x\n\n\n\n") << QList<QByteArray>{};
    QTest::newRow("not ended") << QByteArray("data: a\n") << QList<QByteArray>{};
}

void EventStreamParserTest::reads()
{
    QFETCH(QByteArray, stream);
    QFETCH(QList<QByteArray>, events);
    EventStreamParser parser(100);
    const auto found = parser.feed(stream);
    QVERIFY(found);
    QCOMPARE(*found, events);
}

void EventStreamParserTest::readsCutAnywhere()
{
    const QByteArray stream("data: first\r\n\r\n:\r\ndata: second\r\n\r\n");
    for (qsizetype cut = 0; cut <= stream.size(); ++cut) {
        EventStreamParser parser(100);
        const auto before = parser.feed(stream.first(cut));
        const auto after = parser.feed(stream.sliced(cut));
        QVERIFY(before && after);
        QCOMPARE(*before + *after, (QList<QByteArray>{"first", "second"}));
    }
}

void EventStreamParserTest::refusesWhatIsTooLong()
{
    EventStreamParser parser(10);
    QVERIFY(parser.feed("data: 1234"));
    QVERIFY(!parser.feed("5"));
    EventStreamParser lines(10);
    QVERIFY(!lines.feed("data: 123\ndata: 456\ndata: 789\n"));
}

} // namespace hudhud::client

QTEST_GUILESS_MAIN(hudhud::client::EventStreamParserTest)
#include "event_stream_parser_test.moc"
