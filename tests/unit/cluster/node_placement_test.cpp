// SPDX-License-Identifier: GPL-3.0-or-later
// What was decided or counted a moment ago is believed, and for how long: routing decisions and capacity.
#include "choosing_balancer.h"
#include "cluster/cluster_capacity.h"
#include "cluster/node_placement.h"
#include "delivery_fakes.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

class NodePlacementTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { set({testNode("a"), testNode("b"), testNode("c")}); }

    void aDecisionHoldsForFiveSeconds()
    {
        NodePlacement placement(parts());
        QCOMPARE(placement.elsewhere("1"), std::nullopt); // The first is this node.
        QCOMPARE(placement.elsewhere("2"), QByteArray("http://b"));
        m_clock.advance(4'999ms);
        QCOMPARE(placement.elsewhere("1"), std::nullopt);
        QCOMPARE(placement.elsewhere("2"), QByteArray("http://b"));
        QCOMPARE(m_balancer.asked, std::size_t(2));
        m_clock.advance(1ms); // Asking has not made it longer.
        QCOMPARE(placement.elsewhere("2"), QByteArray("http://c"));
        QCOMPARE(m_balancer.asked, std::size_t(3));
        QCOMPARE(m_metrics.count("hudhud_cluster_redirects_total"), 3);
    }

    void aDecisionEndsWithItsNode()
    {
        NodePlacement placement(parts());
        m_balancer.asked = 1;
        QCOMPARE(placement.elsewhere("1"), QByteArray("http://b"));
        placement.nodeGone("c");
        QCOMPARE(placement.elsewhere("1"), QByteArray("http://b"));
        placement.nodeGone("b");
        QCOMPARE(placement.elsewhere("1"), QByteArray("http://c"));
        // Before the news arrives the snapshot may know better.
        set({testNode("a"), testNode("b"), testNode("c", NodeStatus::Unhealthy)});
        m_balancer.asked = 1;
        QCOMPARE(placement.elsewhere("1"), QByteArray("http://b"));
    }

    void nobodyIsPlacedWherePhonesAreSentAway()
    {
        NodePlacement placement(parts());
        QCOMPARE(placement.elsewhere("1"), std::nullopt);
        placement.avoidOwn(3, 10s);
        for (const char *user : {"1", "2", "1", "2", "3"}) // Asking again does not count.
            QVERIFY(placement.elsewhere(user).has_value());
        m_balancer.asked = 0;
        QCOMPARE(placement.elsewhere("4"), std::nullopt); // Three have gone.
        placement.avoidOwn(3, 10s);
        set({testNode("a")}); // There is no other.
        QCOMPARE(placement.elsewhere("5"), std::nullopt);
        set({testNode("a"), testNode("b")});
        m_clock.advance(10s);
        QCOMPARE(placement.elsewhere("6"), std::nullopt);
    }

    void decisionsAreBounded()
    {
        RoutingDecisions decisions(m_clock, 3);
        for (int user = 0; user < 5; ++user)
            decisions.remember(QByteArray::number(user), "a");
        QCOMPARE(decisions.size(), std::size_t(3));
        QCOMPARE(decisions.find("1"), std::nullopt);
        QCOMPARE(decisions.find("4"), QByteArray("a"));
        for (int round = 0; round < 100; ++round)
            decisions.remember("4", "b"); // Made anew, it stays; the others give way.
        QCOMPARE(decisions.find("4"), QByteArray("b"));
        QVERIFY(decisions.size() <= 3);
        m_clock.advance(5s);
        decisions.remember("9", "a");
        QCOMPARE(decisions.size(), std::size_t(1));
    }

    void capacityIsCountedEveryThirtySecondsOrWhenANodeChanges()
    {
        ClusterCapacity capacity("a", [this] { return m_nodes; }, m_clock);
        QVERIFY(capacity.canHandleLoad(200)); // 100 each of the others.
        QVERIFY(!capacity.canHandleLoad(201));
        set({testNode("a"), testNode("b", NodeStatus::Unhealthy), testNode("c", NodeStatus::Offline)});
        m_clock.advance(29'999ms);
        QVERIFY(capacity.canHandleLoad(200));
        m_clock.advance(1ms);
        QVERIFY(!capacity.canHandleLoad(1));
        ProcessingNode busy = testNode("b", NodeStatus::Degraded);
        busy.currentActiveRequests = 90;
        set({testNode("a"), busy});
        QVERIFY(!capacity.canHandleLoad(1));
        capacity.invalidate();
        QVERIFY(capacity.canHandleLoad(10));
        QVERIFY(!capacity.canHandleLoad(11));
    }

private:
    void set(std::vector<ProcessingNode> nodes)
    {
        m_nodes = std::make_shared<const std::vector<ProcessingNode>>(std::move(nodes));
        m_balancer.asked = 0;
    }
    NodePlacement::Parts parts()
    {
        return {.ownId = "a", .balancer = m_balancer, .nodes = [this] { return m_nodes; }, .clock = m_clock, .metrics = m_metrics};
    }

    HeldClock m_clock;
    FakeMetrics m_metrics;
    ChoosingBalancer m_balancer;
    NodeSnapshot m_nodes;
};

QTEST_GUILESS_MAIN(NodePlacementTest)
#include "node_placement_test.moc"
