// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/node_announcement.h"
#include "cluster/node_registry.h"
#include "stepped_clock.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

ProcessingNode node(const QByteArray &id, Timestamp heartbeat, NodeStatus status = NodeStatus::Healthy)
{
    ProcessingNode node;
    node.id = id;
    node.status = status;
    node.lastHeartbeat = heartbeat;
    return node;
}

using enum NodeStatus;

} // namespace

class NodeRegistryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSilentNodeIsUnhealthyThenOfflineThenForgotten()
    {
        SteppedClock clock;
        NodeRegistry registry("a", clock);
        registry.heard(node("a", clock.now()));
        QVERIFY(!registry.heard(node("b", clock.now()))[0].before);
        QCOMPARE(registry.peers(), std::vector<QByteArray>{"b"});

        clock.passed = NodeRegistry::UnhealthyAfter - 1ms;
        QVERIFY(registry.check().empty());
        registry.heard(node("a", clock.now())); // This one goes on.
        clock.passed = NodeRegistry::UnhealthyAfter;
        const auto unhealthy = registry.check();
        QCOMPARE(unhealthy.size(), std::size_t(1));
        QCOMPARE(unhealthy[0].id, QByteArray("b"));
        QVERIFY(unhealthy[0].before == Healthy && unhealthy[0].now == Unhealthy);
        QCOMPARE(registry.peers(), std::vector<QByteArray>{"b"}); // It may live: it is still sent hints.

        clock.passed = NodeRegistry::OfflineAfter;
        registry.heard(node("a", clock.now()));
        QVERIFY(registry.check()[0].now == Offline);
        QVERIFY(registry.peers().empty());
        QCOMPARE(registry.count(Offline), 1);

        clock.passed = NodeRegistry::ForgottenAfter;
        registry.heard(node("a", clock.now()));
        QVERIFY(!registry.check()[0].now);
        QCOMPARE(registry.nodes().size(), std::size_t(1));
    }

    void aHeartbeatBringsItBack()
    {
        SteppedClock clock;
        NodeRegistry registry("a", clock);
        registry.heard(node("b", clock.now()));
        clock.passed = NodeRegistry::OfflineAfter;
        registry.check();
        const auto back = registry.heard(node("b", clock.now()));
        QVERIFY(back[0].before == Offline && back[0].now == Healthy);
        QVERIFY(registry.check().empty());
    }

    void theSameHeartbeatAgainIsNoSignOfLife()
    {
        SteppedClock clock;
        NodeRegistry registry("a", clock);
        const ProcessingNode last = node("b", clock.now());
        registry.heard(last);
        clock.passed = NodeRegistry::UnhealthyAfter;
        QVERIFY(registry.heard(last).empty());
        QCOMPARE(registry.silentPeers(NodeRegistry::UnhealthyAfter - 1ms), std::vector<QByteArray>{"b"});
        QVERIFY(registry.check()[0].now == Unhealthy);
    }

    void aNodeWhoseClockIsWrongLives()
    {
        SteppedClock clock;
        NodeRegistry registry("a", clock);
        registry.heard(node("b", clock.now() - 24h));
        clock.passed = 10s;
        registry.heard(node("b", clock.now() - 24h));
        clock.passed = 20s;
        QVERIFY(registry.check().empty());
        QCOMPARE(registry.count(Healthy), 1);
    }

    void aNodeThatLeavesIsGoneAtOnce()
    {
        SteppedClock clock;
        NodeRegistry registry("a", clock);
        registry.heard(node("b", clock.now(), Degraded));
        const auto changes = registry.left("b");
        QVERIFY(changes[0].before == Degraded && !changes[0].now);
        QVERIFY(registry.nodes().empty());
        QVERIFY(registry.left("b").empty());
    }

    void announcementsSurviveTheBus()
    {
        NodeAnnouncement announcement{NodeAnnouncement::Kind::Joined, node("a", Timestamp(5ms), Degraded)};
        announcement.node.endpoint = "https://a.example.com";
        announcement.node.maxConcurrentRequests = 7;
        announcement.node.currentActiveRequests = 3;
        announcement.node.capabilities = {{QStringLiteral("version"), QStringLiteral("1.0")}};
        announcement.node.currentLoad = {0.25, 0.5, 11, 12, 13.5, 14us, Timestamp(15ms)};
        const auto read = decodeAnnouncement(encodeAnnouncement(announcement));
        QVERIFY(read && read->kind == NodeAnnouncement::Kind::Joined);
        QCOMPARE(encodeAnnouncement(*read), encodeAnnouncement(announcement));
        QCOMPARE(read->node.currentLoad.averageResponseTime, 14us);
        QCOMPARE(read->node.endpoint, announcement.node.endpoint);
        for (const char *wrong : {"", "[]", "{}", R"({"kind":"joined","id":"a","status":4})",
                                  R"({"kind":"other","id":"a","status":0})", R"({"kind":"left","id":"","status":0})"})
            QVERIFY2(!decodeAnnouncement(wrong), wrong);
    }
};

QTEST_GUILESS_MAIN(NodeRegistryTest)
#include "node_registry_test.moc"
