// SPDX-License-Identifier: GPL-3.0-or-later
// A link that is lost and resumed without the application noticing.
#include "client_fixture.h"

#include <QJsonObject>

namespace hudhud::client {

class StatefulReconnectTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void negotiates();
    void acknowledges();
    void resumes();
    void resumesMessagePack();
    void ignoresWhatComesBeforeTheSequence();
    void resumesAfterSilence();
    void triesOnceAndThenReconnects();
    void refusesGaps();
    void waitsForRoom();
    void doesNotResumeAfterAClose();

private:
    HubConnectionOptions options() const;
    void push(int number)
    {
        m_server->sendRecord(R"({"type":1,"target":"Push","arguments":[)" + QByteArray::number(number)
                             + "]}");
    }
    void listen(Client &client)
    {
        client.connection.on(QStringLiteral("Push"),
                             [this](const QJsonArray &arguments) { m_pushed.append(arguments[0].toInt()); });
    }
    /// Cuts the link, and waits until the client is back on a new one.
    void cutAndWait()
    {
        const int opened = m_server->opened;
        m_server->resumes = true;
        m_server->cut();
        QTRY_COMPARE(m_server->opened, opened + 1);
    }

    std::unique_ptr<FakeServer> m_server;
    QList<int> m_pushed;
};

void StatefulReconnectTest::init()
{
    m_server = std::make_unique<FakeServer>();
    m_server->negotiateAnswer.insert(QStringLiteral("useStatefulReconnect"), true);
    m_pushed.clear();
}

void StatefulReconnectTest::cleanup()
{
    m_server.reset();
}

HubConnectionOptions StatefulReconnectTest::options() const
{
    HubConnectionOptions options = persistent();
    options.useStatefulReconnect = true;
    options.acknowledgementInterval = 20ms;
    return options;
}

void StatefulReconnectTest::negotiates()
{
    Client client(*m_server, options());
    QVERIFY(client.start());
    QCOMPARE(m_server->requests.front().path, "/hub/negotiate?negotiateVersion=1&useStatefulReconnect=true");
    QCOMPARE(m_server->handshake, R"({"protocol":"json","version":2})");
    FakeServer plain; // Which does not offer it.
    Client other(plain, options());
    QVERIFY(other.start());
    QCOMPARE(plain.handshake, R"({"protocol":"json","version":1})");
}

void StatefulReconnectTest::acknowledges()
{
    Client client(*m_server, options());
    listen(client);
    QVERIFY(client.start());
    for (int i = 1; i <= 3; ++i)
        push(i);
    m_server->sendRecord(R"({"type":6})"); // Not counted.
    QCOMPARE(m_server->nextRecord(), R"({"sequenceId":3,"type":8})");
    push(4);
    QCOMPARE(m_server->nextRecord(), R"({"sequenceId":4,"type":8})");
}

void StatefulReconnectTest::resumes()
{
    Client client(*m_server, options());
    listen(client);
    QVERIFY(client.start());
    const auto first = client.connection.invoke(QStringLiteral("First"));
    const auto second = client.connection.invoke(QStringLiteral("Second"));
    QVERIFY(!m_server->nextRecord().isEmpty());
    QVERIFY(!m_server->nextRecord().isEmpty());
    m_server->sendRecord(R"({"type":8,"sequenceId":1})"); // The second is still to be acknowledged.
    push(1);
    push(2);
    QTRY_COMPARE(m_pushed.size(), 2);

    cutAndWait();
    m_server->sendRecord(R"({"type":9,"sequenceId":2})"); // The second push comes again.
    push(2);
    push(3);
    m_server->sendRecord(R"({"type":3,"invocationId":"0","result":"a"})");
    m_server->sendRecord(R"({"type":3,"invocationId":"1","result":"b"})");
    QCOMPARE(await(first).value_or(QJsonValue()), QJsonValue(QStringLiteral("a")));
    QCOMPARE(await(second).value_or(QJsonValue()), QJsonValue(QStringLiteral("b")));
    QCOMPARE(m_server->nextRecord(), R"({"sequenceId":2,"type":9})");
    QCOMPARE(m_server->nextRecord(), R"({"arguments":[],"invocationId":"1","target":"Second","type":1})");
    QCOMPARE(m_server->nextRecord(), R"({"sequenceId":5,"type":8})");
    QCOMPARE(m_pushed, (QList<int>{1, 2, 3}));
    QCOMPARE(m_server->requests.back().path, "/hub?id=secret-token");
    QCOMPARE(m_server->negotiations().size(), 1);
    QCOMPARE(client.states, (QList<State>{State::Connecting, State::Connected}));
}

void StatefulReconnectTest::resumesMessagePack()
{
    HubConnectionOptions messagePack = options();
    messagePack.protocol = ProtocolKind::MessagePack;
    Client client(*m_server, messagePack);
    QVERIFY(client.start());
    QVERIFY(client.connection.send(QStringLiteral("A")));
    QTRY_VERIFY(m_server->received.contains(QByteArray::fromHex("08960180c0a1419090")));
    cutAndWait();
    QTRY_COMPARE(m_server->received.toHex(),
                 "03920901"
                 "08960180c0a1419090");
    m_server->send(QByteArray::fromHex("03920901"));
    QVERIFY(client.connection.send(QStringLiteral("B")));
    QTRY_VERIFY(m_server->received.endsWith(QByteArray::fromHex("08960180c0a1429090")));
}

void StatefulReconnectTest::ignoresWhatComesBeforeTheSequence()
{
    Client client(*m_server, options());
    listen(client);
    QVERIFY(client.start());
    push(1);
    QTRY_COMPARE(m_pushed.size(), 1);
    cutAndWait();
    push(77);
    m_server->sendRecord(R"({"type":9,"sequenceId":2})");
    push(2);
    QTRY_COMPARE(m_pushed, (QList<int>{1, 2}));
}

void StatefulReconnectTest::resumesAfterSilence()
{
    HubConnectionOptions impatient = options();
    impatient.serverTimeout = 100ms;
    Client client(*m_server, impatient);
    QVERIFY(client.start());
    m_server->resumes = true;
    QTRY_COMPARE(m_server->opened, 2);
    m_server->sendRecord(R"({"type":9,"sequenceId":1})");
    QCOMPARE(m_server->nextRecord(), R"({"sequenceId":1,"type":9})");
    QCOMPARE(client.connection.state(), State::Connected);
}

void StatefulReconnectTest::triesOnceAndThenReconnects()
{
    Client client(*m_server, options());
    QVERIFY(client.start());
    const auto lost = client.connection.invoke(QStringLiteral("Lost"));
    QVERIFY(!m_server->nextRecord().isEmpty());
    m_server->vanish();
    QTRY_COMPARE(client.connection.state(), State::Reconnecting);
    QCOMPARE(await(lost).error().kind, Kind::ConnectionLost);
    m_server->comeBack();
    QTRY_COMPARE(client.reconnections, 1);
    QCOMPARE(m_server->handshake, R"({"protocol":"json","version":2})");
}

void StatefulReconnectTest::refusesGaps()
{
    Client client(*m_server, options());
    listen(client);
    QVERIFY(client.start());
    push(1);
    QTRY_COMPARE(m_pushed.size(), 1);
    cutAndWait();
    m_server->resumes = false;
    m_server->sendRecord(R"({"type":9,"sequenceId":5})");
    QTRY_COMPARE(client.reconnections, 1);
    QCOMPARE(client.losses.front().kind, Kind::Protocol);
    m_server->sendRecord(R"({"type":8,"sequenceId":5})"); // Nothing was sent at all.
    QTRY_COMPARE(client.reconnections, 2);
}

void StatefulReconnectTest::waitsForRoom()
{
    HubConnectionOptions small = options();
    small.statefulBufferSize = 100;
    small.maximumUnsentBytes = 200;
    Client client(*m_server, small);
    QVERIFY(client.start());
    Result<void> sent;
    int count = 0;
    while ((sent = client.connection.send(QStringLiteral("Log"), {count})))
        ++count;
    QCOMPARE(sent.error().kind, Kind::QueueFull);
    QList<QByteArray> records;
    for (int acknowledged = 0; records.size() < count; acknowledged = records.size()) {
        if (acknowledged > 0)
            m_server->sendRecord(R"({"type":8,"sequenceId":)" + QByteArray::number(acknowledged) + '}');
        records.append(m_server->nextRecord());
        QVERIFY(!records.back().isEmpty());
        records += m_server->takeRecords();
    }
    for (int i = 0; i < count; ++i)
        QCOMPARE(records[i], R"({"arguments":[)" + QByteArray::number(i) + R"(],"target":"Log","type":1})");
}

void StatefulReconnectTest::doesNotResumeAfterAClose()
{
    Client client(*m_server, options());
    QVERIFY(client.start());
    m_server->sendRecord(R"({"type":7})");
    QTRY_COMPARE(client.ends.size(), 1);
    QCOMPARE(m_server->opened, 1);
    QVERIFY(client.start());
    QVERIFY(client.stop());
    QCOMPARE(m_server->opened, 2);
}

} // namespace hudhud::client

QTEST_GUILESS_MAIN(hudhud::client::StatefulReconnectTest)
#include "stateful_reconnect_test.moc"
