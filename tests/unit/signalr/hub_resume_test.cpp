// SPDX-License-Identifier: GPL-3.0-or-later
// Stateful reconnect: nothing lost and nothing doubled when the link breaks.
#include "hub_fixture.h"

#include <QTest>

namespace hudhud {

using namespace std::chrono_literals;

namespace {

class EchoSession final : public QuietSession
{
public:
    using QuietSession::QuietSession;
    void echo(HubCall call, QByteArrayView text)
    {
        notes().append("echo " + text.toByteArray());
        call.complete([text](HubValueWriter &writer) { writer.string(text); });
    }
};

QByteArray call(const QByteArray &text)
{
    return "{\"type\":1,\"target\":\"Echo\",\"arguments\":[\"" + text + "\"],\"invocationId\":\"" + text + "\"}";
}

QByteArray answerTo(const QByteArray &text)
{
    return "{\"type\":3,\"invocationId\":\"" + text + "\",\"result\":\"" + text + "\"}";
}

QByteArray push(int number)
{
    return "{\"type\":1,\"target\":\"P\",\"arguments\":[" + QByteArray::number(number) + "]}";
}

} // namespace

class HubResumeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { start({}); }
    void cleanup();
    void countsAndConfirms();
    void keepsTheSessionForTheFirstMessage();
    void resumesAfterALoss();
    void replacesALinkThatStillLooksAlive();
    void tellsOperatorsWhereItStands();
    void versionOneCannotResume();
    void ofTooMuchUnconfirmedPushesWait();
    void waitsNotForEver();
    void endsForGoodWhenClosed();
    void refusesNumbersThatCannotBe();
    void closesWhenTheTokenExpires();

private:
    void start(HubSettings settings, int version = 2);
    void pushNumber(int number)
    {
        m_client->connection->invoke("P", 1, [number](HubValueWriter &writer) { writer.integer(number); });
    }
    void receive(const QByteArray &text) { m_fixture->receive(*m_client, text); }
    QList<QByteArray> output() { return m_fixture->output(*m_client); }
    QList<QByteArray> outputOf(FakeTransport &transport)
    {
        m_fixture->group->flush();
        QList<QByteArray> records = transport.take().join().split('\x1e');
        records.removeLast();
        return records;
    }

    std::unique_ptr<HubFixture> m_fixture;
    std::unique_ptr<HubFixture::Client> m_client;
    std::weak_ptr<int> m_hold;
    FakeTransport m_second;
};

void HubResumeTest::cleanup()
{
    m_client.reset();
    m_fixture.reset();
}

void HubResumeTest::start(HubSettings settings, int version)
{
    cleanup();
    m_second = FakeTransport();
    m_fixture = std::make_unique<HubFixture>(settings);
    m_fixture->hub.addMethod("Echo", &EchoSession::echo);
    m_client = std::make_unique<HubFixture::Client>();
    m_client->connection
        = std::make_shared<HubConnection>(*m_fixture->group, m_fixture->hub,
                                          std::make_unique<EchoSession>(m_client->notes), HubIdentity{"c", "u", {}});
    const auto hold = std::make_shared<int>(1);
    m_hold = hold;
    m_client->connection->makeResumable(hold);
    m_client->connection->open(*m_client->transport);
    receive("{\"protocol\":\"json\",\"version\":" + QByteArray::number(version) + '}');
    output();
}

void HubResumeTest::countsAndConfirms()
{
    receive(R"({"type":6})");
    pushNumber(1);
    receive(call("a"));
    QCOMPARE(output(), (QList<QByteArray>{push(1), answerTo("a")}));
    m_fixture->pass(1);
    QCOMPARE(output(), QList<QByteArray>{R"({"type":8,"sequenceId":1})"});
    m_fixture->pass(3);
    QVERIFY(output().isEmpty()); // Nothing new to confirm.
    receive(R"({"type":8,"sequenceId":1})");
    m_client->connection->transportLost();
    QVERIFY(m_client->connection->resume(m_second));
    QCOMPARE(outputOf(m_second), (QList<QByteArray>{R"({"type":9,"sequenceId":2})", answerTo("a")}));
}

void HubResumeTest::keepsTheSessionForTheFirstMessage()
{
    QVERIFY(m_client->notes.isEmpty());
    receive(R"({"type":6})");
    QCOMPARE(m_client->notes, QList<QByteArray>{"opened"});
    start({});
    m_fixture->pass(2); // The client says nothing by itself.
    QCOMPARE(m_client->notes, QList<QByteArray>{"opened"});
}

void HubResumeTest::resumesAfterALoss()
{
    receive(R"({"type":6})");
    pushNumber(1);
    pushNumber(2);
    output();
    receive(call("a")); // Arrives; its answer is lost.
    std::weak_ptr<HubConnection> connection = m_client->connection;
    m_client->connection->receive("{\"type\":1,\"targ"); // Half a message.
    m_client->connection->transportLost();
    m_client->connection.reset(); // The transport goes; the connection waits by itself.
    m_client->connection = connection.lock();
    QVERIFY(m_client->connection);
    QVERIFY(m_client->connection->isConnected());
    QCOMPARE(m_client->notes, (QList<QByteArray>{"opened", "echo a", "congested"}));
    QVERIFY(m_fixture->hub.clients().isUserConnected("u"));
    pushNumber(3);
    QVERIFY(m_client->connection->resume(m_second));
    QCOMPARE(outputOf(m_second),
             (QList<QByteArray>{R"({"type":9,"sequenceId":1})", push(1), push(2), answerTo("a"), push(3)}));
    QCOMPARE(m_client->notes, (QList<QByteArray>{"opened", "echo a", "congested", "resumed", "drained"}));
    // The client sends again what it has no confirmation for; only what is new counts.
    receive(R"({"type":9,"sequenceId":1})");
    receive(call("a"));
    receive(call("b"));
    QCOMPARE(outputOf(m_second), QList<QByteArray>{answerTo("b")});
    QCOMPARE(m_client->notes.last(), QByteArray("echo b"));
    m_fixture->pass(1);
    QCOMPARE(outputOf(m_second), QList<QByteArray>{R"({"type":8,"sequenceId":2})"});
    QCOMPARE(m_fixture->metrics.value("hudhud_signalr_resumes_total/test"), 1);
}

void HubResumeTest::replacesALinkThatStillLooksAlive()
{
    receive(R"({"type":6})");
    pushNumber(1);
    QVERIFY(m_client->connection->resume(m_second));
    QCOMPARE(m_client->transport->abandonCount, 1);
    QCOMPARE(outputOf(m_second), (QList<QByteArray>{R"({"type":9,"sequenceId":1})", push(1)}));
    QCOMPARE(m_client->notes, (QList<QByteArray>{"opened", "resumed"}));
}

void HubResumeTest::tellsOperatorsWhereItStands()
{
    receive(R"({"type":6})");
    const auto status = [this] { return m_client->connection->describe().status; };
    const ConnectionInfo fresh = m_client->connection->describe();
    QVERIFY(fresh.status == ConnectionStatus::Connected);
    QCOMPARE(fresh.protocol, QByteArray("json"));
    QVERIFY(fresh.connectedAt == fresh.lastActivity);
    for (int i = 0; i < 6; ++i) {
        QVERIFY(status() == ConnectionStatus::Connected);
        m_fixture->pass(10);
        receive(R"({"type":6})"); // A ping is no activity.
    }
    QVERIFY(status() == ConnectionStatus::Idle);
    pushNumber(1);
    QVERIFY(status() == ConnectionStatus::Connected);
    QVERIFY(m_client->connection->describe().lastActivity == fresh.connectedAt + 60s);
    QVERIFY(m_client->connection->describe().unsentBytes > 0);
    m_client->connection->transportLost();
    QVERIFY(status() == ConnectionStatus::Reconnecting);
    m_client->connection->close(HubCloseCause::Revoked);
    QVERIFY(status() == ConnectionStatus::Disconnected);
}

void HubResumeTest::versionOneCannotResume()
{
    start({}, 1);
    QCOMPARE(m_client->notes, QList<QByteArray>{"opened"}); // At once.
    receive(call("a"));
    m_fixture->pass(2);
    QCOMPARE(output(), QList<QByteArray>{answerTo("a")}); // No Ack.
    QVERIFY(!m_client->connection->resume(m_second));
    m_client->connection->transportLost();
    QCOMPARE(m_client->notes.last(), QByteArray("closed"));
}

void HubResumeTest::ofTooMuchUnconfirmedPushesWait()
{
    HubSettings settings;
    settings.replayBytes = 100;
    settings.slowReaderTimeout = 5s;
    start(settings);
    receive(R"({"type":6})");
    for (int i = 0; i < 3; ++i)
        pushNumber(i);
    output();
    QCOMPARE(m_client->notes, (QList<QByteArray>{"opened", "congested"}));
    receive(R"({"type":8,"sequenceId":3})");
    QCOMPARE(m_client->notes.last(), QByteArray("drained"));
    for (int i = 0; i < 3; ++i)
        pushNumber(i);
    output();
    m_fixture->pass(7); // Never confirmed.
    output();
    QCOMPARE(m_fixture->metrics.value("hudhud_signalr_closed_total/test/slow-reader"), 1);
}

void HubResumeTest::waitsNotForEver()
{
    receive(R"({"type":6})");
    m_client->connection->transportLost();
    std::weak_ptr<HubConnection> connection = m_client->connection;
    m_client->connection.reset();
    m_fixture->pass(15);
    QVERIFY(!m_hold.expired());
    m_fixture->pass(2);
    QVERIFY(m_hold.expired());
    QVERIFY(connection.expired());
    QCOMPARE(m_client->notes.last(), QByteArray("closed"));
    QCOMPARE(m_fixture->hub.clients().connectionCount(), 0);
    QCOMPARE(m_fixture->metrics.value("hudhud_signalr_closed_total/test/transport-lost"), 1);
}

void HubResumeTest::endsForGoodWhenClosed()
{
    receive(R"({"type":6})");
    m_client->connection->close(HubCloseCause::Revoked);
    QVERIFY(m_hold.expired()); // Before the client hears of it.
    QVERIFY(!m_client->connection->resume(m_second));
    output();
    start({});
    receive(R"({"type":6})");
    m_client->connection->transportLost();
    m_fixture->group->closeAll(HubCloseCause::ServerStopping);
    QCOMPARE(m_client->notes.last(), QByteArray("closed"));
}

void HubResumeTest::refusesNumbersThatCannotBe()
{
    for (const char *text : {R"({"type":8,"sequenceId":2})", R"({"type":9,"sequenceId":2})",
                             R"({"type":9,"sequenceId":0})"}) {
        start({});
        receive(R"({"type":6})");
        pushNumber(1);
        output();
        receive(text);
        QCOMPARE(output(), QList<QByteArray>{
                               R"({"type":7,"error":"Connection closed with an error.","allowReconnect":true})"});
    }
}

void HubResumeTest::closesWhenTheTokenExpires()
{
    HubSettings settings;
    settings.closeOnExpiry = true;
    HubFixture fixture(settings);
    const auto client = fixture.connect({.connectionId = {}, .user = "u", .expiresAt = fixture.clock.now() + 10s});
    const auto other = fixture.connect({.connectionId = {}, .user = "u", .expiresAt = fixture.clock.now() + 10s});
    const auto endless = fixture.connect({.connectionId = {}, .user = "u", .expiresAt = {}});
    fixture.pass(9);
    QVERIFY(client->connection->isConnected());
    other->connection->renew(fixture.clock.now() + 10s);
    fixture.pass(2);
    QCOMPARE(fixture.output(*client), QList<QByteArray>{R"({"type":7,"allowReconnect":true})"});
    QVERIFY(other->connection->isConnected());
    QVERIFY(endless->connection->isConnected());
    QCOMPARE(fixture.metrics.value("hudhud_signalr_closed_total/test/token-expired"), 1);
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::HubResumeTest)
#include "hub_resume_test.moc"
