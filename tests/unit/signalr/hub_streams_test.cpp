// SPDX-License-Identifier: GPL-3.0-or-later
// Streams in both directions, and results of client methods.
#include "hub_fixture.h"

#include <QTest>

namespace hudhud {

namespace {

using Taken = HubUploadReader::Taken;

/// Counts up to a limit; from `pauseAt` on it waits for `go`.
class CountingProducer final : public HubProducer
{
public:
    CountingProducer(qint64 limit, qint64 pauseAt, QList<QByteArray> &notes)
        : m_limit(limit)
        , m_pauseAt(pauseAt)
        , m_notes(notes)
    {
    }
    ~CountingProducer() override { m_notes.append("producer gone"); }

    HubStreamStep next() override
    {
        if (m_limit < 0)
            return HubStreamStep::failed("m");
        if (m_next == m_pauseAt)
            return HubStreamStep::wait();
        if (m_next == m_limit)
            return HubStreamStep::end();
        return HubStreamStep::next([value = m_next++](HubValueWriter &writer) { writer.integer(value); });
    }
    void go()
    {
        m_pauseAt = -1;
        wake();
    }

private:
    qint64 m_limit;
    qint64 m_pauseAt;
    qint64 m_next = 0;
    QList<QByteArray> &m_notes;
};

/// Adds up what comes; while `isSlow` it takes nothing.
class SummingReader final : public HubUploadReader
{
public:
    SummingReader(HubCall call, const bool &isSlow, QList<QByteArray> &notes)
        : m_call(std::move(call))
        , m_isSlow(isSlow)
        , m_notes(notes)
    {
    }
    Taken item(const HubValue &value) override
    {
        if (m_isSlow)
            return Taken::Later;
        m_sum += value.integer;
        return value.integer == 99 ? Taken::Enough : Taken::Yes;
    }
    void ended(QByteArrayView error) override
    {
        m_notes.append("ended " + error.toByteArray());
        if (error.isEmpty())
            m_call.complete([this](HubValueWriter &writer) { writer.integer(m_sum); });
        else
            m_call.fail(error);
    }

private:
    HubCall m_call;
    const bool &m_isSlow;
    QList<QByteArray> &m_notes;
    qint64 m_sum = 0;
};

class StreamingSession final : public QuietSession
{
public:
    using QuietSession::QuietSession;

    void count(HubCall call, qint64 limit, qint64 pauseAt)
    {
        auto producer = std::make_unique<CountingProducer>(limit, pauseAt, notes());
        lastProducer = producer.get();
        call.stream(std::move(producer));
    }
    void sum(HubCall call, QByteArrayView, HubUpload numbers)
    {
        numbers.read(std::make_unique<SummingReader>(std::move(call), isSlow, notes()));
        lastUpload.emplace(std::move(numbers));
    }
    void ignore(HubCall call, HubUpload) { call.complete(); }
    void plain(HubCall call) { call.complete(); }

    static inline CountingProducer *lastProducer = nullptr;
    static inline std::optional<HubUpload> lastUpload;
    static inline bool isSlow = false;
};

QByteArray item(int value)
{
    return "{\"type\":2,\"invocationId\":\"1\",\"item\":" + QByteArray::number(value) + '}';
}

} // namespace

class HubStreamsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void streamsToTheClient();
    void asksProducersOnlyWhileThereIsRoom();
    void givesEachProducerItsShare();
    void stopsWhenTheClientCancels();
    void producersMayWait();
    void tellsOfFailures();
    void endsStreamsWithTheConnection();
    void refusesWhatDoesNotFit_data();
    void refusesWhatDoesNotFit();
    void readsUploads();
    void uploadsThatFailOrAreNotRead();
    void holdsAFastClientBack();
    void closesAClientThatFloodsAHeldInput();
    void asksClientsForResults();
    void limitsAndEndsCallsOfClients();

private:
    void start(HubSettings settings = {});

    std::unique_ptr<HubFixture> m_fixture;
    std::unique_ptr<HubFixture::Client> m_client;
};

void HubStreamsTest::init()
{
    StreamingSession::isSlow = false;
    StreamingSession::lastUpload.reset();
}

void HubStreamsTest::cleanup()
{
    m_client.reset();
    m_fixture.reset();
}

void HubStreamsTest::start(HubSettings settings)
{
    m_client.reset();
    m_fixture = std::make_unique<HubFixture>(settings);
    m_fixture->hub.addStreamMethod("Count", &StreamingSession::count);
    m_fixture->hub.addMethod("Sum", &StreamingSession::sum);
    m_fixture->hub.addMethod("Ignore", &StreamingSession::ignore);
    m_fixture->hub.addMethod("Plain", &StreamingSession::plain);
    m_client = m_fixture->connect<StreamingSession>();
    m_client->notes.clear();
}

void HubStreamsTest::streamsToTheClient()
{
    start();
    m_fixture->receive(*m_client, R"({"type":4,"target":"Count","arguments":[2,-1],"invocationId":"1"})");
    QCOMPARE(m_fixture->output(*m_client),
             (QList<QByteArray>{item(0), item(1), R"({"type":3,"invocationId":"1"})"}));
    QCOMPARE(m_client->notes, QList<QByteArray>{"producer gone"});
    // The id is free again.
    m_fixture->receive(*m_client, R"({"type":4,"target":"Count","arguments":[1,-1],"invocationId":"1"})");
    QCOMPARE(m_fixture->output(*m_client).size(), 2);
}

void HubStreamsTest::asksProducersOnlyWhileThereIsRoom()
{
    HubSettings settings;
    settings.slowReaderBytes = 1000;
    start(settings);
    m_client->transport->unsent = 600; // More than half.
    m_fixture->receive(*m_client, R"({"type":4,"target":"Count","arguments":[3,-1],"invocationId":"1"})");
    QVERIFY(m_fixture->output(*m_client).isEmpty());
    m_client->transport->unsent = 0;
    m_client->connection->drained();
    QCOMPARE(m_fixture->output(*m_client).size(), 4);
    QCOMPARE(m_client->notes, QList<QByteArray>{"producer gone"}); // Pushes were not held back.
}

void HubStreamsTest::givesEachProducerItsShare()
{
    start();
    m_fixture->receive(*m_client, R"({"type":4,"target":"Count","arguments":[1000,-1],"invocationId":"1"})");
    m_fixture->receive(*m_client, R"({"type":4,"target":"Count","arguments":[3,-1],"invocationId":"2"})");
    QCOMPARE(m_fixture->output(*m_client).size(), 10 + 4);
    QCOMPARE(m_fixture->output(*m_client).size(), 10);
}

void HubStreamsTest::stopsWhenTheClientCancels()
{
    start();
    m_fixture->receive(*m_client, R"({"type":4,"target":"Count","arguments":[1000,-1],"invocationId":"1"})");
    QCOMPARE(m_fixture->output(*m_client).size(), 10);
    m_fixture->receive(*m_client, R"({"type":5,"invocationId":"1"})");
    QCOMPARE(m_client->notes, QList<QByteArray>{"producer gone"});
    QCOMPARE(m_fixture->output(*m_client), QList<QByteArray>{R"({"type":3,"invocationId":"1"})"});
    m_fixture->receive(*m_client, R"({"type":5,"invocationId":"1"})"); // Nothing there any more.
    QVERIFY(m_fixture->output(*m_client).isEmpty());
}

void HubStreamsTest::producersMayWait()
{
    start();
    m_fixture->receive(*m_client, R"({"type":4,"target":"Count","arguments":[2,1],"invocationId":"1"})");
    QCOMPARE(m_fixture->output(*m_client, 3), QList<QByteArray>{item(0)});
    StreamingSession::lastProducer->go();
    QCOMPARE(m_fixture->output(*m_client), (QList<QByteArray>{item(1), R"({"type":3,"invocationId":"1"})"}));
}

void HubStreamsTest::tellsOfFailures()
{
    start();
    m_fixture->receive(*m_client, R"({"type":4,"target":"Count","arguments":[-1,-1],"invocationId":"1"})");
    QCOMPARE(m_fixture->output(*m_client),
             QList<QByteArray>{R"({"type":3,"invocationId":"1","error":"An error occurred on the server while )"
                               R"(streaming results. HubException: m"})"});
}

void HubStreamsTest::endsStreamsWithTheConnection()
{
    start();
    m_fixture->receive(*m_client, R"({"type":4,"target":"Count","arguments":[2,0],"invocationId":"1"})");
    m_fixture->receive(*m_client,
                       R"({"type":1,"target":"Sum","arguments":["a"],"invocationId":"2","streamIds":["1"]})");
    m_client->connection->transportClosed();
    QCOMPARE(m_client->notes, (QList<QByteArray>{"ended The connection ended.", "producer gone", "closed"}));
}

void HubStreamsTest::refusesWhatDoesNotFit_data()
{
    QTest::addColumn<QByteArray>("call");
    QTest::addColumn<QByteArray>("error");
    const QByteArray prefix("An unexpected error occurred invoking ");
    QTest::newRow("plain call of a stream")
        << QByteArray(R"("type":1,"target":"count","arguments":[1,-1])")
        << QByteArray("The client attempted to invoke the streaming 'count' method with a non-streaming invocation.");
    QTest::newRow("stream call of a plain one")
        << QByteArray(R"("type":4,"target":"Plain","arguments":[])")
        << QByteArray("The client attempted to invoke the non-streaming 'Plain' method with a streaming invocation.");
    QTest::newRow("no upload") << QByteArray(R"("type":1,"target":"Sum","arguments":["a"])")
                               << prefix + "'Sum' on the server. HubException: Client sent 0 stream(s), Hub method "
                                           "expects 1.";
    QTest::newRow("too many uploads")
        << QByteArray(R"("type":1,"target":"Sum","arguments":["a"],"streamIds":["5","6"])")
        << prefix + "'Sum' on the server. HubException: Client sent 2 stream(s), Hub method expects 1.";
    QTest::newRow("stream in use")
        << QByteArray(R"("type":1,"target":"Sum","arguments":["a"],"streamIds":["in use"])")
        << QByteArray("Invocation ID 'in use' is already in use.");
    QTest::newRow("id in use") << QByteArray(R"("type":4,"target":"Count","arguments":[1,0])")
                               << QByteArray("Invocation ID 'x' is already in use.");
    QTest::newRow("binding") << QByteArray(R"("type":1,"target":"Sum","arguments":[1],"streamIds":["5"])")
                             << QByteArray("Failed to invoke 'Sum' due to an error on the server.");
}

void HubStreamsTest::refusesWhatDoesNotFit()
{
    QFETCH(const QByteArray, call);
    QFETCH(const QByteArray, error);
    start();
    m_fixture->receive(*m_client, R"({"type":4,"target":"Count","arguments":[2,0],"invocationId":"x"})");
    m_fixture->receive(*m_client,
                       R"({"type":1,"target":"Sum","arguments":["a"],"invocationId":"2","streamIds":["in use"]})");
    m_fixture->receive(*m_client, "{" + call + R"(,"invocationId":"x"})");
    QCOMPARE(m_fixture->output(*m_client),
             QList<QByteArray>{"{\"type\":3,\"invocationId\":\"x\",\"error\":\"" + error + "\"}"});
    QVERIFY(m_client->connection->isConnected());
}

void HubStreamsTest::readsUploads()
{
    start();
    m_fixture->receive(*m_client,
                       R"({"type":1,"target":"Sum","arguments":["a"],"invocationId":"2","streamIds":["1"]})");
    m_fixture->receive(*m_client, item(3));
    m_fixture->receive(*m_client, item(4));
    QVERIFY(m_fixture->output(*m_client).isEmpty());
    m_fixture->receive(*m_client, R"({"type":3,"invocationId":"1"})");
    QCOMPARE(m_fixture->output(*m_client), QList<QByteArray>{R"({"type":3,"invocationId":"2","result":7})"});
    m_fixture->receive(*m_client, item(5)); // Late: no such stream.
    QVERIFY(m_client->connection->isConnected());
}

void HubStreamsTest::uploadsThatFailOrAreNotRead()
{
    start();
    m_fixture->receive(*m_client,
                       R"({"type":1,"target":"Sum","arguments":["a"],"invocationId":"2","streamIds":["1"]})");
    m_fixture->receive(*m_client, R"({"type":3,"invocationId":"1","error":"broken"})");
    QCOMPARE(m_fixture->output(*m_client),
             QList<QByteArray>{R"({"type":3,"invocationId":"2","error":"An unexpected error occurred invoking )"
                               R"('Sum' on the server. HubException: broken"})"});
    m_fixture->receive(*m_client, R"({"type":1,"target":"Ignore","arguments":[],"invocationId":"3","streamIds":["1"]})");
    m_fixture->receive(*m_client, item(1));
    QCOMPARE(m_fixture->output(*m_client), QList<QByteArray>{R"({"type":3,"invocationId":"3"})"});
    // A reader that had enough: the call ends with it, and the id is free.
    m_fixture->receive(*m_client,
                       R"({"type":1,"target":"Sum","arguments":["a"],"invocationId":"4","streamIds":["1"]})");
    m_fixture->receive(*m_client, item(99));
    QCOMPARE(m_fixture->output(*m_client),
             QList<QByteArray>{R"({"type":3,"invocationId":"4","error":"An unexpected error occurred invoking )"
                               R"('Sum' on the server."})"});
}

void HubStreamsTest::holdsAFastClientBack()
{
    HubSettings settings;
    settings.streamBufferCapacity = 2;
    start(settings);
    StreamingSession::isSlow = true;
    m_fixture->receive(*m_client,
                       R"({"type":1,"target":"Sum","arguments":["a"],"invocationId":"2","streamIds":["1"]})");
    QByteArray flood;
    for (int i = 1; i <= 10; ++i)
        flood += record(item(i));
    m_client->connection->receive(flood + record(R"({"type":3,"invocationId":"1"})")
                                  + record(R"({"type":1,"target":"Plain","arguments":[],"invocationId":"3"})"));
    QVERIFY(m_client->transport->isInputHeld);
    QVERIFY(m_fixture->output(*m_client).isEmpty());
    m_fixture->pass(60); // Its silence is ours: no time-out.
    QVERIFY(m_client->connection->isConnected());
    m_fixture->output(*m_client);
    StreamingSession::isSlow = false;
    StreamingSession::lastUpload->resume();
    QCOMPARE(m_fixture->output(*m_client),
             (QList<QByteArray>{R"({"type":3,"invocationId":"2","result":55})", R"({"type":3,"invocationId":"3"})"}));
    QVERIFY(!m_client->transport->isInputHeld);
}

void HubStreamsTest::closesAClientThatFloodsAHeldInput()
{
    HubSettings settings;
    settings.streamBufferCapacity = 1;
    settings.heldInputBytes = 100;
    start(settings);
    StreamingSession::isSlow = true;
    m_fixture->receive(*m_client,
                       R"({"type":1,"target":"Sum","arguments":["a"],"invocationId":"2","streamIds":["1"]})");
    for (int i = 0; i < 10; ++i)
        m_fixture->receive(*m_client, item(i));
    m_fixture->output(*m_client);
    QCOMPARE(m_client->transport->closeCount, 1);
    QCOMPARE(m_fixture->metrics.value("hudhud_signalr_closed_total/test/input-overflow"), 1);
}

void HubStreamsTest::asksClientsForResults()
{
    start();
    QList<QByteArray> results;
    const auto reply = [&results](const HubResult &result) {
        const auto text = bindResult<QByteArrayView>(result);
        results.append(text ? text->toByteArray() : "error: " + text.error().text);
    };
    const auto arguments = [](HubValueWriter &writer) { writer.integer(7); };
    for (int i = 0; i < 4; ++i)
        m_client->connection->request("Ask", 1, arguments, reply);
    QCOMPARE(m_fixture->output(*m_client).first(),
             QByteArray(R"({"type":1,"invocationId":"s1","target":"Ask","arguments":[7]})"));
    m_fixture->receive(*m_client, R"({"type":3,"invocationId":"s2","result":"yes"})");
    m_fixture->receive(*m_client, R"({"type":3,"invocationId":"s1","error":"no"})");
    m_fixture->receive(*m_client, R"({"type":3,"invocationId":"s3","result":5})");
    m_fixture->receive(*m_client, R"({"type":3,"invocationId":"s1","result":"again"})");
    m_client->connection->cancelRequest("s4");
    QCOMPARE(results,
             (QList<QByteArray>{"yes", "error: no", "error: The client's result is of another type.",
                                "error: The call was cancelled."}));
}

void HubStreamsTest::limitsAndEndsCallsOfClients()
{
    HubSettings settings;
    settings.maximumClientCalls = 2;
    settings.clientResultTimeout = std::chrono::seconds(5);
    start(settings);
    QList<HubCallError::Reason> reasons;
    const auto ask = [this, &reasons] {
        m_client->connection->request("Ask", 0, [](HubValueWriter &) {},
                                      [&reasons](const HubResult &result) { reasons.append(result.error().reason); });
    };
    ask();
    ask();
    ask();
    QCOMPARE(reasons, QList{HubCallError::Reason::TooMany});
    m_fixture->pass(5);
    QCOMPARE(reasons.size(), 1);
    m_fixture->pass(1);
    QCOMPARE(reasons.size(), 3);
    QCOMPARE(reasons.last(), HubCallError::Reason::TimedOut);
    ask();
    m_client->connection->transportClosed();
    QCOMPARE(reasons.last(), HubCallError::Reason::ConnectionEnded);
    ask();
    QCOMPARE(reasons.last(), HubCallError::Reason::NotConnected);
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::HubStreamsTest)
#include "hub_streams_test.moc"
