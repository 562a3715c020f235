// SPDX-License-Identifier: GPL-3.0-or-later
#include "event_stream_transport.h"
#include "worker_fixture.h"

#include <QTest>

namespace hudhud {

using namespace std::chrono_literals;

namespace {

const QByteArray Hub = "/online-mobile-user";
const QByteArray Handshake = record(R"({"protocol":"json","version":1})");

QByteArray header(const HttpResponse &response, const QByteArray &name)
{
    for (const auto &[own, value] : response.headers) {
        if (own == name)
            return value;
    }
    return {};
}

QByteArray eventOf(const QByteArray &data)
{
    return "data: " + data + "\r\n\r\n";
}

Headers streamHeaders()
{
    Headers headers = authorization();
    headers.emplace_back("Accept", "text/html, text/event-stream;q=0.9");
    return headers;
}

QByteArray negotiate(WorkerFixture &fixture)
{
    const HttpResponse response = fixture.request(HttpMethod::Post, Hub + "/negotiate", "negotiateVersion=1");
    const QJsonObject answer = QJsonDocument::fromJson(response.body).object();
    return "id=" + answer.value(QLatin1String("connectionToken")).toString().toUtf8();
}

/// An open stream that has shaken hands.
struct OpenStream
{
    explicit OpenStream(WorkerFixture &opening)
        : fixture(opening)
        , query(negotiate(fixture))
        , sink(fixture.ask(HttpMethod::Get, Hub, query, streamHeaders()))
    {
        sink->streamHandler->opened(stream);
    }

    int post(const QByteArray &body)
    {
        return fixture.ask(HttpMethod::Post, Hub, query, authorization(), body)->kept.status;
    }
    void shakeHands()
    {
        QCOMPARE(post(Handshake), 200);
        QCOMPARE(stream.take(), eventOf(record("{}")));
    }

    WorkerFixture &fixture;
    QByteArray query;
    FakeStream stream;
    std::shared_ptr<KeepingSink> sink;
};

} // namespace

class EventStreamTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void framesLines_data();
    void framesLines();
    void opens();
    void sendsAnEvent();
    void pingsAndTimesOut();
    void refusesBinary();
    void endsWithItsLink();
    void closesWithAMessage();
    void holdsBackForASlowReader();
    void isTheOnlyTransport();
    void handsOverPosts();
    void diesUnopened();
    void outlivesItsWorker();
};

void EventStreamTest::framesLines_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("framed");
    QTest::newRow("one line") << QByteArray("a") << QByteArray("data: a\r\n\r\n");
    QTest::newRow("empty") << QByteArray() << QByteArray("data: \r\n\r\n");
    QTest::newRow("two lines") << QByteArray("a\nb") << QByteArray("data: a\r\ndata: b\r\n\r\n");
    QTest::newRow("carriage return") << QByteArray("a\r\nb") << QByteArray("data: a\r\ndata: b\r\n\r\n");
    QTest::newRow("newline at the end") << QByteArray("a\n") << QByteArray("data: a\r\ndata: \r\n\r\n");
    QTest::newRow("only newlines") << QByteArray("\n\n") << QByteArray("data: \r\ndata: \r\ndata: \r\n\r\n");
    QTest::newRow("record") << record("{}") << QByteArray("data: {}\x1e\r\n\r\n");
}

void EventStreamTest::framesLines()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, framed);
    QByteArray out;
    appendEvent(out, text);
    QCOMPARE(out, framed);
}

void EventStreamTest::opens()
{
    WorkerFixture fixture;
    const auto sink = fixture.ask(HttpMethod::Get, Hub, negotiate(fixture), streamHeaders());
    QVERIFY(sink->streamHandler);
    QCOMPARE(sink->kept.status, 200);
    QCOMPARE(sink->kept.contentType, QByteArray("text/event-stream"));
    QCOMPARE(sink->kept.body, QByteArray(":\r\n"));
    QCOMPARE(header(sink->kept, "Cache-Control"), QByteArray("no-cache, no-store"));
    QCOMPARE(header(sink->kept, "X-Accel-Buffering"), QByteArray("no"));
    QCOMPARE(header(sink->kept, "Content-Encoding"), QByteArray("identity"));
}

void EventStreamTest::sendsAnEvent()
{
    WorkerFixture fixture;
    OpenStream open(fixture);
    open.shakeHands();
    QCOMPARE(fixture.delivery.receivers.size(), std::size_t(1));
    const QByteArray call = record(R"({"type":1,"target":"NoSuch","arguments":[],"invocationId":"7"})");
    QCOMPARE(open.post(call + call), 200);
    QTRY_VERIFY(!open.stream.sent.isEmpty());
    QCOMPARE(open.stream.sent.count("data: "), 1); // Two messages, one event.
    QCOMPARE(open.stream.sent.count('\x1e'), 2);
    QVERIFY(open.stream.sent.endsWith("\x1e\r\n\r\n"));
}

void EventStreamTest::pingsAndTimesOut()
{
    WorkerFixture fixture;
    OpenStream open(fixture);
    open.shakeHands();
    // A loop that stood still is given at most five seconds at a time.
    for (int i = 0; i < 4 && open.stream.sent.isEmpty(); ++i) {
        fixture.clock.advance(5s);
        QTest::qWait(1'100);
    }
    QCOMPARE(open.stream.take(), eventOf(record(R"({"type":6})")));
    for (int i = 0; i < 6 && !open.stream.isClosed; ++i) {
        fixture.clock.advance(5s);
        QTest::qWait(1'100);
    }
    QVERIFY(open.stream.isClosed);
    QVERIFY(open.stream.sent.contains(R"("type":7)"));
}

void EventStreamTest::refusesBinary()
{
    WorkerFixture fixture;
    OpenStream open(fixture);
    QCOMPARE(open.post(record(R"({"protocol":"messagepack","version":1})")), 200);
    QTRY_VERIFY(open.stream.isClosed);
    QVERIFY(open.stream.sent.contains("Cannot use the 'messagepack' protocol on the current transport."));
    QVERIFY(fixture.delivery.receivers.empty());
}

void EventStreamTest::endsWithItsLink()
{
    WorkerFixture fixture;
    OpenStream open(fixture);
    open.shakeHands();
    open.sink->streamHandler->closed();
    QCOMPARE(fixture.delivery.detached, 1);
    QCOMPARE(open.post(record(R"({"type":6})")), 404);
    open.sink->streamHandler.reset();
    QCOMPARE(fixture.delivery.detached, 1);
}

void EventStreamTest::closesWithAMessage()
{
    WorkerFixture fixture;
    OpenStream open(fixture);
    open.shakeHands();
    fixture.worker->drain();
    QVERIFY(open.stream.sent.contains(R"("allowReconnect":true)"));
    QVERIFY(open.stream.isClosed);
    QCOMPARE(open.post(record(R"({"type":6})")), 404); // Before the link is gone.
    open.sink->streamHandler->closed();
    QCOMPARE(fixture.delivery.detached, 1);
}

void EventStreamTest::holdsBackForASlowReader()
{
    WorkerFixture fixture;
    OpenStream open(fixture);
    open.shakeHands();
    open.stream.unsent = 262'145;
    QCOMPARE(open.post(record(R"({"type":1,"target":"NoSuch","arguments":[],"invocationId":"7"})")), 200);
    QTRY_COMPARE(fixture.delivery.pauses, QList<bool>{true});
    open.stream.unsent = 0;
    open.sink->streamHandler->drained();
    QCOMPARE(fixture.delivery.pauses, (QList<bool>{true, false}));
}

void EventStreamTest::isTheOnlyTransport()
{
    WorkerFixture fixture;
    OpenStream open(fixture);
    QCOMPARE(fixture.request(HttpMethod::Get, Hub, open.query, streamHeaders()).status, 409);
    QCOMPARE(fixture.request(HttpMethod::Get, Hub, open.query).status, 400);
    QCOMPARE(fixture.request(HttpMethod::Delete, Hub, open.query).status, 400);
    QCOMPARE(std::get<HttpResponse>(fixture.upgrade(open.query)).status, 400);
    Headers stranger = authorization("967770000000");
    QCOMPARE(fixture.request(HttpMethod::Post, Hub, open.query, stranger).status, 403);
    stranger.emplace_back("Accept", "text/event-stream");
    QCOMPARE(fixture.request(HttpMethod::Get, Hub, open.query, stranger).status, 403);
    open.shakeHands(); // None of it did harm.
}

void EventStreamTest::handsOverPosts()
{
    WorkerFixture fixture;
    IoServices services = fixture.services();
    services.ioThread = 1;
    const auto other = fixture.transport.createWorker(services).value();
    FakeRouteTable routes;
    QVERIFY(other->mount("public", routes).has_value());
    OpenStream open(fixture);
    const auto sent = fixture.ask(HttpMethod::Post, Hub, open.query, authorization(), Handshake, &routes);
    QTRY_VERIFY(sent->isAnswered);
    QCOMPARE(sent->kept.status, 200);
    QCOMPARE(open.stream.take(), eventOf(record("{}")));
}

void EventStreamTest::diesUnopened()
{
    WorkerFixture fixture;
    const QByteArray query = negotiate(fixture);
    const auto sink = fixture.ask(HttpMethod::Get, Hub, query, streamHeaders());
    sink->streamHandler.reset(); // The peer left before the stream began.
    QCOMPARE(fixture.request(HttpMethod::Get, Hub, query, streamHeaders()).status, 404);
}

void EventStreamTest::outlivesItsWorker()
{
    WorkerFixture fixture;
    OpenStream open(fixture);
    open.shakeHands();
    fixture.worker.reset();
    QCOMPARE(fixture.delivery.detached, 1);
    open.sink->streamHandler->closed();
    open.sink->streamHandler.reset();
    QCOMPARE(fixture.delivery.detached, 1);
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::EventStreamTest)
#include "event_stream_test.moc"
