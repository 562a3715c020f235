// SPDX-License-Identifier: GPL-3.0-or-later
#include "worker_fixture.h"

#include <QElapsedTimer>
#include <QTest>

namespace hudhud {

using namespace std::chrono_literals;

namespace {

const QByteArray Hub = "/online-mobile-user";
const QByteArray Handshake = record(R"({"protocol":"json","version":1})");
const QByteArray Accepted = record("{}");

QByteArray header(const HttpResponse &response, const QByteArray &name)
{
    for (const auto &[own, value] : response.headers) {
        if (own == name)
            return value;
    }
    return {};
}

/// A client that negotiated; its requests go to any of two workers, as if they were on I/O threads of their
/// own.
class Client
{
public:
    explicit Client(WorkerFixture &fixture)
        : m_fixture(fixture)
    {
        const HttpResponse response
            = fixture.request(HttpMethod::Post, Hub + "/negotiate", "negotiateVersion=1");
        const QJsonObject answer = QJsonDocument::fromJson(response.body).object();
        query = "id=" + answer.value(QLatin1String("connectionToken")).toString().toUtf8();
    }

    std::shared_ptr<KeepingSink> ask(HttpMethod method, const QByteArray &body = {},
                                     FakeRouteTable *through = nullptr)
    {
        return m_fixture.ask(method, Hub, query, authorization(), body, through);
    }
    std::shared_ptr<KeepingSink> poll(FakeRouteTable *through = nullptr)
    {
        return ask(HttpMethod::Get, {}, through);
    }
    int post(const QByteArray &body) { return ask(HttpMethod::Post, body)->kept.status; }

    /// Opens the connection and shakes hands.
    void open()
    {
        QVERIFY(poll()->isAnswered);
        QCOMPARE(post(Handshake), 200);
        QCOMPARE(poll()->kept.body, Accepted);
    }

    QByteArray query;

private:
    WorkerFixture &m_fixture;
};

/// A second worker of the fixture's transport.
struct SecondWorker
{
    explicit SecondWorker(WorkerFixture &fixture)
    {
        IoServices services = fixture.services();
        services.ioThread = 1;
        worker = fixture.transport.createWorker(services).value();
        isMounted = worker->mount("public", routes).has_value();
    }

    FakeRouteTable routes;
    std::unique_ptr<TransportWorker> worker;
    bool isMounted = false;
};

} // namespace

class LongPollingTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void opensWithTheFirstPoll();
    void answersTheWaitingPoll();
    void gathersBetweenPolls();
    void aNewerPollReplacesTheOlder();
    void keepsWhatALeavingClientDidNotTake();
    void endsOnDelete();
    void closesWithAMessageThen204Then404();
    void aWaitingPollHearsOfTheClose();
    void answersASilentPollInTime();
    void answersNoPollEmptyBeforeTheHandshake();
    void endsWithoutPolls();
    void doesNotEndWhilePolled();
    void neverPings();
    void limitsAPost();
    void takesNoMoreWhileTooMuchIsUnread();
    void refusesStrangers();
    void handsOverToTheOwner();
    void handsOverALeavingClient();
    void answersWhenTheOwnerHasStopped();
    void tellsPollsThatTheServerStops();
    void costsLittleWhenIdle();
};

void LongPollingTest::opensWithTheFirstPoll()
{
    WorkerFixture fixture;
    Client client(fixture);
    const auto first = client.poll();
    QVERIFY(first->isAnswered);
    QCOMPARE(first->kept.status, 200);
    QCOMPARE(first->kept.contentType, QByteArray("application/octet-stream"));
    QVERIFY(first->kept.body.isEmpty());
    QCOMPARE(header(first->kept, "Cache-Control"), QByteArray("no-cache, no-store"));
    QCOMPARE(client.post(Handshake.first(5)), 200); // Cut anywhere.
    QVERIFY(fixture.delivery.receivers.empty());
    QCOMPARE(client.post(Handshake.sliced(5)), 200);
    QCOMPARE(fixture.delivery.receivers.size(), std::size_t(1));
    QCOMPARE(client.poll()->kept.body, Accepted);
}

void LongPollingTest::answersTheWaitingPoll()
{
    WorkerFixture fixture;
    Client client(fixture);
    client.open();
    const auto poll = client.poll();
    QVERIFY(!poll->isAnswered);
    QCOMPARE(client.post(record(R"({"type":1,"target":"NoSuch","arguments":[],"invocationId":"7"})")), 200);
    QTRY_VERIFY(poll->isAnswered);
    QVERIFY(poll->kept.body.contains(R"("invocationId":"7")"));
    QVERIFY(poll->kept.body.endsWith('\x1e'));
}

void LongPollingTest::gathersBetweenPolls()
{
    WorkerFixture fixture;
    Client client(fixture);
    client.open();
    const QByteArray call = record(R"({"type":1,"target":"NoSuch","arguments":[],"invocationId":"7"})");
    QCOMPARE(client.post(call + call), 200);
    QCoreApplication::processEvents();
    QCOMPARE(client.post(call), 200);
    QCoreApplication::processEvents();
    const auto poll = client.poll();
    QVERIFY(poll->isAnswered);
    QCOMPARE(poll->kept.body.count('\x1e'), 3);
    QVERIFY(!client.poll()->isAnswered);
}

void LongPollingTest::aNewerPollReplacesTheOlder()
{
    WorkerFixture fixture;
    Client client(fixture);
    client.open();
    const auto older = client.poll();
    const auto newer = client.poll();
    QVERIFY(older->isAnswered);
    QCOMPARE(older->kept.status, 204);
    QVERIFY(!newer->isAnswered);
    QCOMPARE(client.post(record(R"({"type":1,"target":"NoSuch","arguments":[],"invocationId":"7"})")), 200);
    QTRY_VERIFY(newer->isAnswered);
    QCOMPARE(newer->kept.status, 200);
}

void LongPollingTest::keepsWhatALeavingClientDidNotTake()
{
    WorkerFixture fixture;
    Client client(fixture);
    client.open();
    const auto left = client.poll();
    QVERIFY(left->peerGone);
    left->peerGone();
    QCOMPARE(client.post(record(R"({"type":1,"target":"NoSuch","arguments":[],"invocationId":"7"})")), 200);
    QCoreApplication::processEvents();
    const auto next = client.poll();
    QVERIFY(next->kept.body.contains(R"("invocationId":"7")"));
}

void LongPollingTest::endsOnDelete()
{
    WorkerFixture fixture;
    Client client(fixture);
    client.open();
    const auto poll = client.poll();
    QCOMPARE(client.ask(HttpMethod::Delete)->kept.status, 202);
    QVERIFY(poll->isAnswered);
    QCOMPARE(poll->kept.status, 204);
    QCOMPARE(fixture.delivery.detached, 1);
    for (const HttpMethod method : {HttpMethod::Get, HttpMethod::Post, HttpMethod::Delete})
        QCOMPARE(client.ask(method)->kept.status, 404);
}

void LongPollingTest::closesWithAMessageThen204Then404()
{
    WorkerFixture fixture;
    Client client(fixture);
    client.open();
    QCOMPARE(client.post(record("nonsense")), 200);
    QTRY_COMPARE(fixture.delivery.detached, 1);
    QCOMPARE(client.post(record(R"({"type":6})")), 404);
    QVERIFY(client.poll()->kept.body.contains(R"("type":7)"));
    QCOMPARE(client.poll()->kept.status, 204);
    QCOMPARE(client.poll()->kept.status, 404);
}

void LongPollingTest::aWaitingPollHearsOfTheClose()
{
    WorkerFixture fixture;
    Client client(fixture);
    client.open();
    const auto poll = client.poll();
    QCOMPARE(client.post(record(R"({"type":7})")),
             200); // The client leaves, so there is no Close message back.
    QTRY_VERIFY(poll->isAnswered);
    QCOMPARE(poll->kept.status, 204);
    QCOMPARE(client.poll()->kept.status, 404);
}

void LongPollingTest::answersASilentPollInTime()
{
    WorkerFixture fixture;
    Client client(fixture);
    client.open();
    const auto poll = client.poll();
    fixture.clock.advance(89'999ms);
    QTest::qWait(1'200);
    QVERIFY(!poll->isAnswered);
    fixture.clock.advance(1ms);
    QTRY_VERIFY(poll->isAnswered);
    QCOMPARE(poll->kept.status, 200);
    QVERIFY(poll->kept.body.isEmpty());
    QVERIFY(!client.poll()->isAnswered); // It goes on.
}

void LongPollingTest::answersNoPollEmptyBeforeTheHandshake()
{
    QJsonObject settings = WorkerFixture::defaultSettings();
    settings.insert(QLatin1String("poll_timeout"), 1'000);
    WorkerFixture fixture(settings);
    Client client(fixture);
    QVERIFY(client.poll()->isAnswered);
    const auto poll = client.poll();
    fixture.clock.advance(3s);
    QTest::qWait(1'200);
    QVERIFY(!poll->isAnswered);
    QCOMPARE(client.post(Handshake), 200);
    QTRY_COMPARE(poll->kept.body, Accepted);
}

void LongPollingTest::endsWithoutPolls()
{
    WorkerFixture fixture;
    Client client(fixture);
    client.open();
    fixture.clock.advance(14'999ms);
    QTest::qWait(1'200);
    QCOMPARE(fixture.delivery.detached, 0);
    fixture.clock.advance(1ms);
    QTRY_COMPARE(fixture.delivery.detached, 1);
    QCOMPARE(client.poll()->kept.status, 404);
}

void LongPollingTest::doesNotEndWhilePolled()
{
    WorkerFixture fixture;
    Client client(fixture);
    client.open();
    const auto poll = client.poll();
    fixture.clock.advance(60s);
    QTest::qWait(1'200);
    QCOMPARE(fixture.delivery.detached, 0);
    poll->peerGone();
    fixture.clock.advance(14s);
    QTest::qWait(1'200);
    QCOMPARE(fixture.delivery.detached, 0);
    fixture.clock.advance(1s);
    QTRY_COMPARE(fixture.delivery.detached, 1);
}

void LongPollingTest::neverPings()
{
    WorkerFixture fixture;
    Client client(fixture);
    client.open();
    const auto poll = client.poll();
    for (int i = 0; i < 3; ++i) {
        fixture.clock.advance(
            20s); // Longer than the keep-alive interval, in all longer than a client may be silent.
        QTest::qWait(1'100);
    }
    QVERIFY(!poll->isAnswered);
    QCOMPARE(fixture.delivery.detached, 0);
}

void LongPollingTest::limitsAPost()
{
    QJsonObject settings = WorkerFixture::defaultSettings();
    settings.insert(QLatin1String("maximum_post_size"), 100'000);
    WorkerFixture fixture(settings);
    Client client(fixture);
    client.open();
    const QByteArray ping = record(R"({"type":6})");
    QCOMPARE(client.post(ping.repeated(100'000 / ping.size())), 200);
    QCOMPARE(client.post(QByteArray(100'001, ' ')), 413);
    QCOMPARE(client.post(ping), 200); // The connection stays.
    QCOMPARE(client.post(QByteArray(32'768, ' ')), 200); // One message that is too long does not.
    QTRY_COMPARE(fixture.delivery.detached, 1);
}

void LongPollingTest::takesNoMoreWhileTooMuchIsUnread()
{
    WorkerFixture fixture;
    Client client(fixture);
    client.open();
    const QByteArray calls
        = record(R"({"type":1,"target":"NoSuch","arguments":[],"invocationId":"7"})").repeated(1'000);
    int taken = 0;
    while (taken < 100 && client.post(calls) == 200) {
        ++taken;
        QCoreApplication::processEvents();
    }
    QVERIFY(taken > 10 && taken < 100);
    QCOMPARE(client.ask(HttpMethod::Post, calls)->kept.status, 503);
    QCOMPARE(client.poll()->kept.body.count('\x1e'), taken * 1'000);
    QCOMPARE(client.post(calls), 200);
}

void LongPollingTest::refusesStrangers()
{
    WorkerFixture fixture;
    Client client(fixture);
    client.open();
    const auto poll = client.poll();
    for (const HttpMethod method : {HttpMethod::Get, HttpMethod::Post, HttpMethod::Delete}) {
        QCOMPARE(fixture.ask(method, Hub, client.query, authorization("967770000000"))->kept.status, 403);
        QCOMPARE(fixture.ask(method, Hub, client.query, {})->kept.status, 401);
    }
    QVERIFY(!poll->isAnswered);
    Headers stream = authorization();
    stream.emplace_back("Accept", "text/event-stream");
    QCOMPARE(fixture.ask(HttpMethod::Get, Hub, client.query, stream)->kept.status, 400);
    QCOMPARE(std::get<HttpResponse>(fixture.upgrade(client.query)).status, 400);
}

void LongPollingTest::handsOverToTheOwner()
{
    WorkerFixture fixture;
    SecondWorker other(fixture);
    QVERIFY(other.isMounted);
    Client client(fixture);
    QVERIFY(client.poll()->isAnswered); // The fixture's worker owns the connection.
    const auto sent = client.ask(HttpMethod::Post, Handshake, &other.routes);
    QVERIFY(!sent->isAnswered); // It travels.
    QTRY_VERIFY(sent->isAnswered);
    QCOMPARE(sent->kept.status, 200);
    const auto polled = client.poll(&other.routes);
    QTRY_VERIFY(polled->isAnswered);
    QCOMPARE(polled->kept.body, Accepted);

    const auto waiting = client.poll(&other.routes);
    QCOMPARE(client.post(record(R"({"type":1,"target":"NoSuch","arguments":[],"invocationId":"7"})")), 200);
    QTRY_VERIFY(waiting->isAnswered);
    QVERIFY(waiting->kept.body.contains(R"("invocationId":"7")"));

    const auto last = client.poll();
    const auto ended = client.ask(HttpMethod::Delete, {}, &other.routes);
    QTRY_VERIFY(ended->isAnswered);
    QCOMPARE(ended->kept.status, 202);
    QCOMPARE(last->kept.status, 204);
    QCOMPARE(fixture.metrics.value("hudhud_signalr_handed_over_total"), 4);
}

void LongPollingTest::handsOverALeavingClient()
{
    WorkerFixture fixture;
    SecondWorker other(fixture);
    Client client(fixture);
    client.open();
    const auto left = client.poll(&other.routes);
    QCoreApplication::processEvents();
    left->peerGone();
    QCoreApplication::processEvents();
    QCOMPARE(client.post(record(R"({"type":1,"target":"NoSuch","arguments":[],"invocationId":"7"})")), 200);
    QTest::qWait(50);
    QVERIFY(!left->isAnswered || left->kept.status == 500); // Nobody read it.
    QVERIFY(client.poll()->kept.body.contains(R"("invocationId":"7")"));
}

void LongPollingTest::answersWhenTheOwnerHasStopped()
{
    WorkerFixture fixture;
    SecondWorker other(fixture);
    Client client(fixture);
    QVERIFY(client.poll()->isAnswered);
    fixture.worker.reset();
    const auto sent = client.ask(HttpMethod::Post, Handshake, &other.routes);
    QVERIFY(sent->isAnswered);
    QCOMPARE(sent->kept.status, 404);
}

void LongPollingTest::tellsPollsThatTheServerStops()
{
    WorkerFixture fixture;
    Client polling(fixture);
    polling.open();
    Client between(fixture);
    between.open();
    const auto poll = polling.poll();
    fixture.worker->drain();
    QVERIFY(poll->isAnswered);
    QVERIFY(poll->kept.body.contains(R"("allowReconnect":true)"));
    QVERIFY(between.poll()->kept.body.contains(R"("allowReconnect":true)"));
    QCOMPARE(fixture.delivery.detached, 2);
    Client late(fixture);
    QCOMPARE(late.poll()->kept.status, 404); // Its negotiate was refused.
}

void LongPollingTest::costsLittleWhenIdle()
{
    WorkerFixture fixture;
    constexpr int count = 2'000;
    std::vector<std::shared_ptr<KeepingSink>> polls;
    for (int i = 0; i < count; ++i) {
        Client client(fixture);
        client.open();
        polls.push_back(client.poll());
    }
    // Every connection's next second of silence: one look at two lists, whatever their length.
    QElapsedTimer timer;
    timer.start();
    for (int second = 0; second < 3; ++second) {
        fixture.clock.advance(1s);
        QTest::qWait(1'000);
    }
    QVERIFY(std::ranges::none_of(polls, [](const auto &poll) { return poll->isAnswered; }));
    fixture.clock.advance(90s);
    QTRY_VERIFY(std::ranges::all_of(polls, [](const auto &poll) { return poll->isAnswered; }));
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::LongPollingTest)
#include "long_polling_test.moc"
