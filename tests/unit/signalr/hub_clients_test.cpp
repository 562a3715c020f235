// SPDX-License-Identifier: GPL-3.0-or-later
// Whom a hub reaches: connections, users, groups, on one thread and on all; and what it counts.
#include "signalr/hub_directory.h"
#include "signalr/hub_metrics.h"

#include "hub_fixture.h"

#include <QTest>

#include <ctime>
#include <thread>

namespace hudhud {

using namespace std::chrono_literals;

namespace {

HubPush text(const QByteArray &text)
{
    return HubPush("Say", 1, [text](HubValueWriter &writer) { writer.string(text); });
}

QByteArray said(const QByteArray &text)
{
    return "{\"type\":1,\"target\":\"Say\",\"arguments\":[\"" + text + "\"]}";
}

} // namespace

class HubClientsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void sendsToConnectionsUsersAndAll();
    void groupsAreSetsOfConnections();
    void limitsGroups();
    void encodesOncePerProtocol();
    void sendsBatches();
    void disconnectsAUser();
    void reachesAllThreads();
    void showsAndClosesForOperators();
    void looksThroughTenThousand();
    void measures();

private:
    std::unique_ptr<HubFixture::Client> connect(const QByteArray &id, const QByteArray &user)
    {
        return m_fixture->connect({.connectionId = id, .user = user, .expiresAt = {}});
    }
    QList<QByteArray> output(const std::unique_ptr<HubFixture::Client> &client) { return m_fixture->output(*client); }
    HubClients &clients() { return m_fixture->hub.clients(); }

    std::unique_ptr<HubFixture> m_fixture;
    std::unique_ptr<HubFixture::Client> m_first;
    std::unique_ptr<HubFixture::Client> m_second; ///< Of the same user.
    std::unique_ptr<HubFixture::Client> m_other;
};

void HubClientsTest::init()
{
    HubSettings settings;
    settings.maximumGroups = 2;
    m_fixture = std::make_unique<HubFixture>(settings);
    m_first = connect("c1", "ann");
    m_second = connect("c2", "ann");
    m_other = connect("c3", "bob");
}

void HubClientsTest::cleanup()
{
    for (auto *client : {&m_first, &m_second, &m_other})
        client->reset();
    m_fixture.reset();
}

void HubClientsTest::sendsToConnectionsUsersAndAll()
{
    HubPush toAll = text("all");
    clients().sendToAll(toAll);
    HubPush toOthers = text("others");
    clients().sendToAll(toOthers, m_first->connection.get());
    HubPush toAnn = text("ann");
    clients().sendToUser("ann", toAnn);
    HubPush toOne = text("one");
    QVERIFY(clients().sendToConnection("c2", toOne));
    QVERIFY(!clients().sendToConnection("c9", toOne));
    HubPush toNobody = text("nobody");
    clients().sendToUser("eve", toNobody);
    const std::vector<QByteArray> both{"ann", "bob"};
    HubPush toBoth = text("both");
    clients().sendToUsers(both, toBoth);
    QCOMPARE(output(m_first), (QList<QByteArray>{said("all"), said("ann"), said("both")}));
    QCOMPARE(output(m_second),
             (QList<QByteArray>{said("all"), said("others"), said("ann"), said("one"), said("both")}));
    QCOMPARE(output(m_other), (QList<QByteArray>{said("all"), said("others"), said("both")}));
    QVERIFY(clients().isUserConnected("ann"));
    QVERIFY(!clients().isUserConnected("eve"));
    QCOMPARE(clients().connectionCount(), 3);
    QCOMPARE(clients().connectionCount("ann"), 2);
    auto ids = clients().connectionIds("ann");
    std::ranges::sort(ids);
    QVERIFY(ids == (std::vector<QByteArray>{"c1", "c2"}));
    m_first->connection->transportClosed();
    QCOMPARE(clients().connectionCount("ann"), 1);
    m_second->connection->transportClosed();
    QVERIFY(!clients().isUserConnected("ann"));
}

void HubClientsTest::groupsAreSetsOfConnections()
{
    QVERIFY(clients().join(*m_first->connection, "g"));
    QVERIFY(clients().join(*m_first->connection, "g"));
    QVERIFY(clients().join(*m_other->connection, "g"));
    QCOMPARE(clients().groupSize("g"), 2);
    HubPush push = text("x");
    clients().sendToGroup("g", push);
    HubPush toOthers = text("y");
    clients().sendToGroup("g", toOthers, m_first->connection.get());
    QCOMPARE(output(m_first), QList<QByteArray>{said("x")});
    QCOMPARE(output(m_second), QList<QByteArray>());
    QCOMPARE(output(m_other), (QList<QByteArray>{said("x"), said("y")}));
    clients().leave(*m_first->connection, "g");
    clients().leave(*m_first->connection, "g");
    QCOMPARE(clients().groupSize("g"), 1);
    m_other->connection->transportClosed();
    QCOMPARE(clients().groupSize("g"), 0);
    clients().sendToGroup("g", push);
}

void HubClientsTest::limitsGroups()
{
    QVERIFY(clients().join(*m_first->connection, "1"));
    QVERIFY(clients().join(*m_first->connection, "2"));
    QVERIFY(!clients().join(*m_first->connection, "3"));
    clients().leave(*m_first->connection, "1");
    QVERIFY(clients().join(*m_first->connection, "3"));
}

void HubClientsTest::encodesOncePerProtocol()
{
    std::vector<std::unique_ptr<HubFixture::Client>> more;
    for (int i = 0; i < 100; ++i)
        more.push_back(m_fixture->connect({}, i % 2 == 0 ? "json" : "messagepack"));
    int encodings = 0;
    HubPush push("Say", 1, [&encodings](HubValueWriter &writer) {
        ++encodings;
        writer.integer(1);
    });
    clients().sendToAll(push);
    QCOMPARE(encodings, 2);
    m_fixture->group->flush();
    QCOMPARE(more[2]->transport->take().join(), record(R"({"type":1,"target":"Say","arguments":[1]})"));
    QVERIFY(more[3]->transport->lastFormat == TransferFormat::Binary);
}

void HubClientsTest::sendsBatches()
{
    HubPush batch = text("1");
    batch.add("Say", 1, [](HubValueWriter &writer) { writer.string("2"); });
    QCOMPARE(batch.count(), 2);
    clients().sendToUser("bob", batch);
    QCOMPARE(output(m_other), (QList<QByteArray>{said("1"), said("2")}));
}

void HubClientsTest::disconnectsAUser()
{
    QCOMPARE(clients().disconnectUser("ann", HubCloseCause::Revoked), 2);
    const QByteArray closed = R"({"type":7,"error":"The access was revoked. Sign in again."})";
    QCOMPARE(output(m_first), QList<QByteArray>{closed});
    QCOMPARE(m_second->transport->take().join(), record(closed));
    QCOMPARE(clients().connectionCount(), 1);
    QCOMPARE(clients().disconnectUser("ann", HubCloseCause::Revoked), 0);
}

void HubClientsTest::reachesAllThreads()
{
    HubDirectory directory;
    HubFixture here;
    directory.join(here.hub.clients(), here.group->port());
    directory.join(clients(), m_fixture->group->port());
    const auto ann = here.connect({.connectionId = "c4", .user = "ann", .expiresAt = {}});
    const auto eve = connect("c5", "eve");
    QVERIFY(directory.isUserConnected("ann"));
    QCOMPARE(directory.connectionCount("eve"), 1);
    QCOMPARE(directory.connectionCount(), 2); // Those that came after its hub had joined.
    here.hub.clients().join(*ann->connection, "g");
    clients().join(*eve->connection, "g");
    std::thread([&directory] {
        directory.sendToAll(text("all"));
        directory.sendToUser("ann", text("ann"));
        directory.sendToUsers({"eve", "nobody"}, text("eve"));
        directory.sendToGroup("g", text("group"));
    }).join();
    QCoreApplication::processEvents();
    QCOMPARE(here.output(*ann), (QList<QByteArray>{said("all"), said("ann"), said("group")}));
    QCOMPARE(output(eve), (QList<QByteArray>{said("all"), said("eve"), said("group")}));
    std::thread([&directory] { QCOMPARE(directory.disconnectUser("eve"), 1); }).join();
    QCoreApplication::processEvents();
    QVERIFY(!directory.isUserConnected("eve"));
    QCOMPARE(eve->transport->closeCount, 1);
    m_fixture->group.reset(); // A thread that has gone is not reached, and no error.
    directory.sendToAll(text("late"));
    QCoreApplication::processEvents();
    cleanup();
}

void HubClientsTest::showsAndClosesForOperators()
{
    ConnectionQuery query;
    query.filter.user = "ann";
    ConnectionSelection found = clients().inspect(query, "test");
    QCOMPARE(found.total, 3);
    QCOMPARE(found.matching, 2);
    QCOMPARE(found.rows.at(0).connectionId, QByteArray("c2")); // At equal times the id decides.
    QCOMPARE(found.rows.at(0).hub, QByteArray("test"));
    query.filter.connectionId = "c1";
    query.isClosing = true;
    QCOMPARE(clients().inspect(query, "test").matching, 1);
    m_fixture->group->flush();
    QVERIFY(!m_first->connection->isConnected() && m_second->connection->isConnected());
}

/// What an I/O thread pays for a list, in its own time; shown, and judged generously.
void HubClientsTest::looksThroughTenThousand()
{
    constexpr int count = 10'000;
    std::vector<std::unique_ptr<HubFixture::Client>> many;
    many.reserve(count);
    for (int i = 0; i < count; ++i)
        many.push_back(connect("m" + QByteArray::number(i), QByteArray::number(967700000000 + i)));
    const ConnectionQuery query;
    const std::clock_t begin = std::clock();
    const ConnectionSelection found = clients().inspect(query, "test");
    const double milliseconds = 1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    qInfo("looking through %d connections took %.1f ms of the processor", count, milliseconds);
    QCOMPARE(found.matching, count + 3);
    QCOMPARE(std::ssize(found.rows), query.limit);
    QVERIFY(milliseconds < 300);
}

void HubClientsTest::measures()
{
    DurationHistogram latency;
    HubMeter meter(m_fixture->hub.counters(), &latency, m_fixture->clock, 10);
    HubPush push = text("x");
    for (int i = 0; i < 20; ++i)
        clients().sendToAll(push);
    latency.record(2ms);
    latency.record(4ms);
    m_fixture->pass(2);
    m_first->connection->transportClosed();
    m_first->connection->send("late");
    const auto fourth = connect("c4", "x");
    const HubMetrics hub = meter.hubMetrics();
    QCOMPARE(hub.activeConnections, 3);
    QCOMPARE(hub.messagesPerSecond, 30.0);
    QVERIFY(hub.averageDeliveryLatency == 3ms);
    QCOMPARE(hub.failedDeliveries, 1);
    QVERIFY(hub.lastUpdated == m_fixture->clock.now());
    const ConnectionMetrics connections = meter.connectionMetrics();
    QCOMPARE(connections.totalActiveConnections, 3);
    QCOMPARE(connections.maxConcurrentConnections, 10);
    QCOMPARE(connections.connectionUtilization, 0.3);
    QVERIFY(connections.averageConnectionDuration == 2s);
    QCOMPARE(connections.connectionsPerSecond, 0.5);
    m_fixture->pass(1);
    QCOMPARE(meter.hubMetrics().messagesPerSecond, 0.0);
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::HubClientsTest)
#include "hub_clients_test.moc"
