// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_connection.h"

#include "fakes.h"
#include "signalr/hub_connection_group.h"
#include "signalr/json_hub_protocol.h"

#include <QTest>

namespace hudhud {

using namespace std::chrono_literals;

namespace {

/// Notes what happens to it.
class NotingSession final : public HubSession
{
public:
    explicit NotingSession(QList<QByteArray> &notes)
        : m_notes(notes)
    {
    }
    void opened(HubConnection &connection) override
    {
        m_connection = &connection;
        m_notes.append("opened");
    }
    void congested() override { m_notes.append("congested"); }
    void drained() override { m_notes.append("drained"); }
    void closed() override { m_notes.append("closed"); }

    void echo(HubCall call, QByteArrayView text)
    {
        call.complete([text](HubValueWriter &writer) { writer.string(text); });
    }
    void mix(HubCall call, bool flag, qint64 number, double real, const std::vector<QByteArrayView> &texts)
    {
        m_notes.append(QByteArray::number(flag) + ' ' + QByteArray::number(number) + ' '
                       + QByteArray::number(real) + ' ' + QByteArray::number(static_cast<int>(texts.size())));
        call.complete();
    }
    void later(HubCall call) { waiting.push_back(std::move(call)); }
    void fails(HubCall call) { call.fail("m"); }
    void forgets(HubCall) {}

    std::vector<HubCall> waiting;

private:
    QList<QByteArray> &m_notes;
    HubConnection *m_connection = nullptr;
};

} // namespace

class HubConnectionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void answersTheHandshakeFirst();
    void readsAStreamCutAtEachByte();
    void refusesHandshakes_data();
    void refusesHandshakes();
    void handshakeTimesOut();
    void answersCalls_data();
    void answersCalls();
    void neverAnswersCallsWithoutAnId();
    void answersLater();
    void boundsWaitingCalls();
    void callMayOutliveItsConnection();
    void closesOnMalformedInput();
    void ignoresWhatItDoesNotKnow();
    void limitsTheMessageSize();
    void takesLongUnitsOfShortMessages();
    void pingsAfterSilence();
    void leavesSilenceToATransportThatNoticesIt();
    void refusesAFormatThatTheTransportCannotCarry();
    void closesASilentClient();
    void forgivesAStandstill();
    void gathersTheOutputOfATurn();
    void splitsLargeBatches();
    void pausesAndClosesASlowReader();
    void noticesThatASlowReaderCaughtUp();
    void clientLeaves();
    void closesAsTheCauseDemands();
    void transportIsLost();
    void groupEndsItsConnections();

private:
    void start();
    void receive(QByteArrayView text) { m_connection->receive(record(text)); }
    QByteArray output()
    {
        m_group->flush();
        return m_transport.take().join();
    }
    void pass(int seconds)
    {
        for (int i = 0; i < seconds; ++i) {
            m_clock.advance(1s);
            m_group->tick();
        }
    }

    FakeClock m_clock;
    std::unique_ptr<FakeMetrics> m_metrics;
    std::unique_ptr<Hub> m_hub;
    std::unique_ptr<HubConnectionGroup> m_group;
    FakeTransport m_transport;
    std::shared_ptr<HubConnection> m_connection;
    NotingSession *m_session = nullptr;
    QList<QByteArray> m_notes;
};

void HubConnectionTest::init()
{
    m_metrics = std::make_unique<FakeMetrics>();
    m_hub = std::make_unique<Hub>(HubCounters::create(*m_metrics, "test"));
    m_hub->addMethod("Echo", &NotingSession::echo);
    m_hub->addMethod("Mix", &NotingSession::mix);
    m_hub->addMethod("Later", &NotingSession::later);
    m_hub->addMethod("Fails", &NotingSession::fails);
    m_hub->addMethod("Forgets", &NotingSession::forgets);
    HubSettings settings;
    settings.maximumWaitingCalls = 2;
    settings.batchBytes = 100;
    settings.slowReaderBytes = 1000;
    settings.slowReaderTimeout = 5s;
    m_group = std::make_unique<HubConnectionGroup>(settings, m_clock);
    m_group->addProtocol(std::make_unique<JsonHubProtocol>());
    m_transport = FakeTransport();
    m_notes.clear();
    auto session = std::make_unique<NotingSession>(m_notes);
    m_session = session.get();
    m_connection = std::make_shared<HubConnection>(*m_group, *m_hub, std::move(session));
    m_connection->open(m_transport);
}

void HubConnectionTest::cleanup()
{
    m_connection.reset();
    m_group.reset();
    m_hub.reset();
    m_metrics.reset();
}

void HubConnectionTest::start()
{
    receive(R"({"protocol":"json","version":1})");
    QCOMPARE(output(), record("{}"));
    QCOMPARE(m_notes, QList<QByteArray>{"opened"});
}

void HubConnectionTest::answersTheHandshakeFirst()
{
    QCOMPARE(m_metrics->value("hudhud_signalr_connections/test"), 1);
    m_connection->send("early");
    m_connection->invoke("Early", 0, [](HubValueWriter &) {});
    QCOMPARE(output(), QByteArray());
    m_connection->receive(record(R"({"protocol":"json","version":1})")
                          + record(R"({"type":1,"target":"Echo","arguments":["a"],"invocationId":"0"})"));
    m_group->flush();
    // The handshake's answer alone, then the rest.
    QCOMPARE(m_transport.sent,
             (QList<QByteArray>{record("{}"), record(R"({"type":3,"invocationId":"0","result":"a"})")}));
    QCOMPARE(m_transport.lastFormat, TransferFormat::Text);
    QCOMPARE(m_metrics->value("hudhud_signalr_connects_total/test"), 1);
}

void HubConnectionTest::readsAStreamCutAtEachByte()
{
    const QByteArray stream = record(R"({"protocol":"json","version":1})")
        + record(R"({"type":1,"target":"Echo","arguments":["é😀"],"invocationId":"0"})")
        + record(R"({"type":6})");
    const QByteArray expected = record("{}") + record(R"({"type":3,"invocationId":"0","result":"é😀"})");
    for (qsizetype cut = 1; cut < stream.size(); ++cut) {
        cleanup();
        init();
        m_connection->receive(QByteArrayView(stream).first(cut));
        m_connection->receive(QByteArrayView(stream).sliced(cut));
        QCOMPARE(output(), expected);
    }
    cleanup();
    init();
    for (const char &byte : stream)
        m_connection->receive({&byte, 1});
    QCOMPARE(output(), expected);
}

void HubConnectionTest::refusesHandshakes_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("error");
    QTest::addColumn<QByteArray>("reason");
    QTest::newRow("protocol") << QByteArray(R"({"protocol":"xml","version":1})")
                              << QByteArray("The protocol 'xml' is not supported.")
                              << QByteArray("unsupported-protocol");
    QTest::newRow("version") << QByteArray(R"({"protocol":"json","version":3})")
                             << QByteArray("The server does not support version 3 of the 'json' protocol.")
                             << QByteArray("unsupported-version");
    QTest::newRow("malformed") << QByteArray("x")
                               << QByteArray("An unexpected error occurred during connection handshake.")
                               << QByteArray("malformed");
    QTest::newRow("too long") << QByteArray(32'768, ' ') << QByteArray("Handshake was canceled.")
                              << QByteArray("too-large");
}

void HubConnectionTest::refusesHandshakes()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, error);
    QFETCH(const QByteArray, reason);
    m_connection->receive(record(text) + record(R"({"protocol":"json","version":1})"));
    QCOMPARE(output(), record("{\"error\":\"" + error + "\"}"));
    QCOMPARE(m_transport.closeCount, 1);
    QVERIFY(m_notes.isEmpty());
    QCOMPARE(m_metrics->value("hudhud_signalr_handshake_failures_total/test/" + reason), 1);
    QCOMPARE(m_metrics->value("hudhud_signalr_closed_total/test/handshake-failed"), 1);
    QCOMPARE(m_metrics->value("hudhud_signalr_connections/test"), 0);
}

void HubConnectionTest::handshakeTimesOut()
{
    pass(15);
    QCOMPARE(output(), QByteArray());
    pass(1);
    QCOMPARE(output(), record(R"({"error":"Handshake was canceled."})"));
    QCOMPARE(m_transport.closeCount, 1);
    QCOMPARE(m_metrics->value("hudhud_signalr_handshake_failures_total/test/timeout"), 1);
}

void HubConnectionTest::answersCalls_data()
{
    QTest::addColumn<QByteArray>("call");
    QTest::addColumn<QByteArray>("answer");
    const auto row = [](const char *name, QByteArrayView call, const QByteArray &answer) {
        QTest::newRow(name) << call.toByteArray() << answer;
    };
    const auto error = [](const QByteArray &text) { return "\"error\":\"" + text + '"'; };
    row("result", R"("target":"Echo","arguments":["a\"b"],"type":1)", R"("result":"a\"b")");
    row("any letter case", R"("type":1,"target":"eCHO","arguments":["a"])", R"("result":"a")");
    row("void", R"("type":1,"target":"Mix","arguments":[true,7.0,2,["a","b"]])", "");
    row("unknown method", R"("type":1,"target":"__proto__","arguments":[])",
        error("Failed to invoke '__proto__' due to an error on the server. HubException: Method does not "
              "exist."));
    row("too few arguments", R"("type":1,"target":"Echo","arguments":[])",
        error("Failed to invoke 'Echo' due to an error on the server."));
    row("too many arguments", R"("type":1,"target":"Echo","arguments":["a","b"])",
        error("Failed to invoke 'Echo' due to an error on the server."));
    row("wrong type", R"("type":1,"target":"Echo","arguments":[1])",
        error("Failed to invoke 'Echo' due to an error on the server."));
    row("wrong type inside a list", R"("type":1,"target":"mix","arguments":[true,7,2,["a",null]])",
        error("Failed to invoke 'mix' due to an error on the server."));
    row("no whole number", R"("type":1,"target":"Mix","arguments":[true,7.5,2,[]])",
        error("Failed to invoke 'Mix' due to an error on the server."));
    row("method fails", R"("type":1,"target":"Fails","arguments":[])",
        error("An unexpected error occurred invoking 'Fails' on the server. HubException: m"));
    row("method forgets", R"("type":1,"target":"Forgets","arguments":[])",
        error("An unexpected error occurred invoking 'Forgets' on the server."));
    row("stream", R"("type":4,"target":"Echo","arguments":["a"])",
        error("The client attempted to invoke the non-streaming 'Echo' method with a streaming invocation."));
    row("upload", R"("type":1,"target":"Echo","arguments":["a"],"streamIds":["5"])",
        error("An unexpected error occurred invoking 'Echo' on the server. HubException: Client sent 1 "
              "stream(s), "
              "Hub method expects 0."));
}

void HubConnectionTest::answersCalls()
{
    QFETCH(const QByteArray, call);
    QFETCH(const QByteArray, answer);
    start();
    receive("{" + call + R"(,"invocationId":"x-1"})");
    QCOMPARE(output(),
             record(R"({"type":3,"invocationId":"x-1")" + (answer.isEmpty() ? "" : "," + answer) + "}"));
    QCOMPARE(m_metrics->value("hudhud_signalr_invocation_errors_total/test"),
             answer.startsWith("\"error") ? 1 : 0);
    QVERIFY(m_connection->isConnected());
}

void HubConnectionTest::neverAnswersCallsWithoutAnId()
{
    start();
    receive(R"({"type":1,"target":"Echo","arguments":["a"]})");
    receive(R"({"type":1,"target":"Echo","arguments":[]})");
    receive(R"({"type":1,"target":"None","arguments":[]})");
    receive(R"({"type":1,"target":"Fails","arguments":[],"invocationId":""})");
    QCOMPARE(output(), QByteArray());
    QCOMPARE(m_metrics->value("hudhud_signalr_invocation_errors_total/test"), 3);
}

void HubConnectionTest::answersLater()
{
    start();
    receive(R"({"type":1,"target":"Later","arguments":[],"invocationId":"1"})");
    receive(R"({"type":1,"target":"Later","arguments":[],"invocationId":"2"})");
    QCOMPARE(output(), QByteArray());
    m_session->waiting[1].complete();
    m_session->waiting[0].complete();
    m_session->waiting[0].fail("only the first answer counts");
    QCOMPARE(output(),
             record(R"({"type":3,"invocationId":"2"})") + record(R"({"type":3,"invocationId":"1"})"));
}

void HubConnectionTest::boundsWaitingCalls()
{
    start();
    for (const char *id : {"1", "2", "3"})
        receive(R"({"type":1,"target":"Later","arguments":[],"invocationId":")" + QByteArray(id) + "\"}");
    QCOMPARE(m_session->waiting.size(), std::size_t(2));
    QVERIFY(output().contains("HubException: More than 2 calls wait for their answer"));
    m_session->waiting[0].complete();
    receive(R"({"type":1,"target":"Later","arguments":[],"invocationId":"4"})");
    QCOMPARE(m_session->waiting.size(), std::size_t(3));
}

void HubConnectionTest::callMayOutliveItsConnection()
{
    start();
    receive(R"({"type":1,"target":"Later","arguments":[],"invocationId":"1"})");
    std::vector<HubCall> calls = std::move(m_session->waiting);
    m_connection->transportClosed();
    m_connection.reset();
    calls[0].complete();
    QCOMPARE(output(), QByteArray());
}

void HubConnectionTest::closesOnMalformedInput()
{
    start();
    m_connection->receive(record("{]")
                          + record(R"({"type":1,"target":"Echo","arguments":["a"],"invocationId":"1"})"));
    QCOMPARE(output(),
             record(R"({"type":7,"error":"Connection closed with an error.","allowReconnect":true})"));
    QCOMPARE(m_transport.closeCount, 1);
    QCOMPARE(m_notes, (QList<QByteArray>{"opened", "closed"}));
    QCOMPARE(m_metrics->value("hudhud_signalr_closed_total/test/protocol-error"), 1);
}

void HubConnectionTest::ignoresWhatItDoesNotKnow()
{
    start();
    receive(R"({"type":42})");
    receive(R"({"type":2,"invocationId":"9","item":1})");
    receive(R"({"type":3,"invocationId":"9"})");
    receive(R"({"type":5,"invocationId":"9"})");
    receive(R"({"type":8,"sequenceId":1})");
    receive(R"({"type":6})");
    QCOMPARE(output(), QByteArray());
    QVERIFY(m_connection->isConnected());
}

void HubConnectionTest::limitsTheMessageSize()
{
    start();
    const QByteArray call = R"({"type":1,"target":"Echo","arguments":[""]})";
    QByteArray longest = call;
    longest.insert(longest.indexOf("\"\"") + 1, QByteArray(32'767 - call.size(), 'x'));
    QCOMPARE(record(longest).size(), 32'768);
    receive(longest);
    m_connection->receive(longest.first(32'767)); // One byte is missing, and may still come.
    QVERIFY(m_connection->isConnected());
    m_connection->receive("\x1e");
    QVERIFY(m_connection->isConnected());
    m_connection->receive(QByteArray(32'768, ' ')); // The end cannot come in time any more.
    QCOMPARE(output(),
             record(R"({"type":7,"error":"Connection closed with an error.","allowReconnect":true})"));
    QCOMPARE(m_metrics->value("hudhud_signalr_closed_total/test/message-too-large"), 1);
}

void HubConnectionTest::takesLongUnitsOfShortMessages()
{
    start();
    m_connection->receive(record(R"({"type":6})").repeated(10'000));
    QVERIFY(m_connection->isConnected());
}

void HubConnectionTest::pingsAfterSilence()
{
    start();
    pass(10);
    m_connection->send(record("x"));
    QCOMPARE(output(), record("x"));
    for (int round = 0; round < 3; ++round) {
        receive(R"({"type":6})");
        pass(14);
        QCOMPARE(output(), QByteArray());
        pass(1);
        QCOMPARE(output(), record(R"({"type":6})"));
    }
}

void HubConnectionTest::leavesSilenceToATransportThatNoticesIt()
{
    start();
    m_transport.isWatchful = true;
    pass(120);
    QCOMPARE(output(), QByteArray());
    QVERIFY(m_connection->isConnected());
}

void HubConnectionTest::refusesAFormatThatTheTransportCannotCarry()
{
    m_transport.refusedFormat = TransferFormat::Text;
    m_connection->receive(record(R"({"protocol":"json","version":1})"));
    m_group->flush();
    QVERIFY(output().startsWith(R"({"error":"Cannot use the 'json' protocol on the current transport.)"));
    QCOMPARE(m_transport.closeCount, 1);
    QCOMPARE(m_notes, QList<QByteArray>());
}

void HubConnectionTest::closesASilentClient()
{
    start();
    pass(20);
    m_connection->receive("{\"type\":"); // Not whole: does not count.
    pass(10);
    QVERIFY(m_connection->isConnected());
    output();
    pass(1);
    QCOMPARE(output(),
             record(R"({"type":7,"error":"Connection closed with an error.","allowReconnect":true})"));
    QCOMPARE(m_transport.closeCount, 1);
    QCOMPARE(m_notes, (QList<QByteArray>{"opened", "closed"}));
    QCOMPARE(m_metrics->value("hudhud_signalr_closed_total/test/client-timeout"), 1);
}

void HubConnectionTest::forgivesAStandstill()
{
    start();
    m_clock.advance(1h);
    m_group->tick();
    QVERIFY(m_connection->isConnected());
}

void HubConnectionTest::gathersTheOutputOfATurn()
{
    start();
    m_connection->send(record("1"));
    m_connection->send(record("2"));
    m_connection->invoke("T", 0, [](HubValueWriter &) {});
    QVERIFY(m_transport.sent.isEmpty());
    QTRY_COMPARE(m_transport.sent.size(), 1); // The event loop flushes by itself.
    QCOMPARE(m_transport.sent[0],
             record("1") + record("2") + record(R"({"type":1,"target":"T","arguments":[]})"));
}

void HubConnectionTest::splitsLargeBatches()
{
    start();
    const QByteArray message = record(QByteArray(60, 'x'));
    for (int i = 0; i < 3; ++i)
        m_connection->send(message);
    m_group->flush();
    QCOMPARE(m_transport.sent, (QList<QByteArray>{message, message, message}));
}

void HubConnectionTest::pausesAndClosesASlowReader()
{
    start();
    m_transport.unsent = 1001;
    m_connection->send(record("x"));
    m_group->flush();
    QCOMPARE(m_notes, (QList<QByteArray>{"opened", "congested"}));
    m_connection->drained();
    QCOMPARE(m_notes, (QList<QByteArray>{"opened", "congested", "drained"}));
    m_connection->drained();
    QCOMPARE(m_notes.size(), 3);
    m_connection->send(record("x"));
    m_group->flush();
    pass(5);
    QVERIFY(m_connection->isConnected());
    pass(1);
    QCOMPARE(m_notes.last(), QByteArray("closed"));
    QCOMPARE(m_transport.closeCount, 1);
    QCOMPARE(m_metrics->value("hudhud_signalr_closed_total/test/slow-reader"), 1);
}

void HubConnectionTest::noticesThatASlowReaderCaughtUp()
{
    start();
    m_transport.unsent = 1001;
    m_connection->send(record("x"));
    m_group->flush();
    m_transport.unsent = 0;
    pass(1);
    QCOMPARE(m_notes, (QList<QByteArray>{"opened", "congested", "drained"}));
}

void HubConnectionTest::clientLeaves()
{
    start();
    receive(R"({"type":7})");
    QCOMPARE(output(), QByteArray());
    QCOMPARE(m_transport.closeCount, 1);
    QCOMPARE(m_notes, (QList<QByteArray>{"opened", "closed"}));
    m_connection->transportClosed();
    QCOMPARE(m_notes.size(), 2);
    QCOMPARE(m_metrics->value("hudhud_signalr_closed_total/test/client-left"), 1);
    QCOMPARE(m_metrics->value("hudhud_signalr_connections/test"), 0);
}

void HubConnectionTest::closesAsTheCauseDemands()
{
    start();
    m_connection->close(HubCloseCause::Revoked);
    QCOMPARE(m_notes.size(), 1); // The session hears of it at the end of the turn.
    QCOMPARE(output(), record(R"({"type":7,"error":"The access was revoked. Sign in again."})"));
    cleanup();
    init();
    start();
    m_group->closeAll(HubCloseCause::ServerStopping);
    QCOMPARE(m_transport.take().join(), record(R"({"type":7,"allowReconnect":true})"));
    QCOMPARE(m_transport.closeCount, 1);
}

void HubConnectionTest::transportIsLost()
{
    start();
    m_connection->send(record("x"));
    m_connection->transportClosed();
    QCOMPARE(m_notes, (QList<QByteArray>{"opened", "closed"}));
    QCOMPARE(output(), QByteArray());
    m_connection->receive("more");
    QCOMPARE(m_metrics->value("hudhud_signalr_closed_total/test/transport-lost"), 1);
}

void HubConnectionTest::groupEndsItsConnections()
{
    start();
    m_group.reset();
    QCOMPARE(m_notes, (QList<QByteArray>{"opened", "closed"}));
    m_connection->receive("more");
    m_connection->send("more");
    m_connection->drained();
    m_connection->transportClosed();
    QCOMPARE(m_notes.size(), 2);
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::HubConnectionTest)
#include "hub_connection_test.moc"
