// SPDX-License-Identifier: GPL-3.0-or-later
#include "choosing_balancer.h"
#include "cluster/phone_redistribution.h"
#include "delivery_fakes.h"

#include <QTest>

using namespace hudhud;
using namespace std::chrono_literals;

class PhoneRedistributionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_options = {};
        m_options.redirectsPhones = true;
        m_options.heartbeatInterval = 1s;
        m_sent.clear();
        m_phones = 1'000;
        m_others = {testNode("b", NodeStatus::Healthy, 0)};
    }

    void sendsTheSurplusAwayInStepsUntilItIsEven()
    {
        PhoneRedistribution redistribution(parts());
        int steps = 0;
        for (int second = 0; second < 60; ++second, m_clock.advance(1s)) {
            redistribution.check();
            if (m_sent.empty())
                continue;
            QVERIFY(second >= PhoneRedistribution::StableHeartbeats);
            QVERIFY(m_sent.size() == 1);
            move(m_sent.front());
            m_sent.clear();
            ++steps;
        }
        QCOMPARE(steps, 1); // 500 phones at 50 a second.
        QCOMPARE(m_phones, 500);
        QCOMPARE(m_metrics.count("hudhud_cluster_redistributed_phones_total"), 500);
    }

    void neverMoreThanTheRateAllows()
    {
        m_options.redistributionRate = 10;
        PhoneRedistribution redistribution(parts());
        m_clock.advance(3s);
        redistribution.check();
        m_clock.advance(3s);
        redistribution.check();
        QCOMPARE(m_sent.size(), std::size_t(1));
        QCOMPARE(m_sent[0].phones, 100);
        QCOMPARE(m_sent[0].within, 10'000ms);
        m_clock.advance(12'999ms); // The step takes 10 s, and the others' announcements 3 heartbeats.
        redistribution.check();
        QCOMPARE(m_sent.size(), std::size_t(1));
        m_clock.advance(1ms);
        redistribution.check();
        QCOMPARE(m_sent.size(), std::size_t(2));
    }

    void waitsUntilTheJoinerIsStable()
    {
        PhoneRedistribution redistribution(parts());
        for (int second = 0; second < 20; ++second, m_clock.advance(1s)) {
            m_others[0].status = second % 3 == 2 ? NodeStatus::Unhealthy : NodeStatus::Healthy;
            redistribution.check();
        }
        QVERIFY(m_sent.empty());
    }

    void withinTheToleranceNobodyMoves()
    {
        m_phones = 1'090;
        m_others[0].currentLoad.activeConnections = 910;
        PhoneRedistribution redistribution(parts());
        redistribution.check();
        m_clock.advance(10s);
        redistribution.check();
        QVERIFY(m_sent.empty());
        m_phones = 1'120;
        redistribution.check();
        QCOMPARE(m_sent.size(), std::size_t(1));
        QCOMPARE(m_sent[0].phones, 105);
        // Once begun, half of the tolerance is enough to go on, and less is not.
        m_phones = 1'070;
        m_others[0].currentLoad.activeConnections = 950;
        m_clock.advance(10s);
        redistribution.check();
        QCOMPARE(m_sent.size(), std::size_t(2));
        m_phones = 1'040;
        m_others[0].currentLoad.activeConnections = 980;
        m_clock.advance(10s);
        redistribution.check();
        m_phones = 1'070;
        m_others[0].currentLoad.activeConnections = 950;
        m_clock.advance(10s);
        redistribution.check();
        QCOMPARE(m_sent.size(), std::size_t(2));
    }

    void aHandfulIsNotWorthIt()
    {
        m_phones = 18; // 9 too many.
        PhoneRedistribution redistribution(parts());
        redistribution.check();
        m_clock.advance(10s);
        redistribution.check();
        QVERIFY(m_sent.empty());
        QCOMPARE(redistribution.begin()->phones, 9); // For an operator it is.
    }

    void unhealthyNodesDoNotCount()
    {
        m_others.push_back(testNode("c", NodeStatus::Offline));
        m_others[0].currentLoad.activeConnections = 1'000;
        PhoneRedistribution redistribution(parts());
        redistribution.check();
        m_clock.advance(10s);
        redistribution.check();
        QVERIFY(m_sent.empty());
        m_ownStatus = NodeStatus::Unhealthy; // It drains.
        m_others[0].currentLoad.activeConnections = 0;
        redistribution.check();
        m_clock.advance(10s);
        redistribution.check();
        QVERIFY(m_sent.empty());
        m_ownStatus = NodeStatus::Healthy;
    }

    void anOperatorNeedNotWait()
    {
        m_options.redistributionRate = 0;
        PhoneRedistribution redistribution(parts());
        redistribution.check();
        m_clock.advance(1h);
        redistribution.check();
        QVERIFY(m_sent.empty());
        const auto plan = redistribution.begin();
        QVERIFY(plan.has_value());
        QCOMPARE(plan->phones, 500);
        QCOMPARE(plan->within, 10'000ms);
        QCOMPARE(m_sent.size(), std::size_t(1));
        m_others[0].currentLoad.activeConnections = 1'000;
        QCOMPARE(redistribution.begin()->phones, 0);
        m_options.redirectsPhones = false;
        QCOMPARE(redistribution.begin().error().code(), ErrorCode::Conflict);
        QCOMPARE(m_sent.size(), std::size_t(1));
    }

private:
    void move(const PhoneRedistribution::Plan &sent)
    {
        m_phones -= sent.phones;
        m_others[0].currentLoad.activeConnections += sent.phones;
    }
    NodeSnapshot snapshot() const
    {
        std::vector<ProcessingNode> nodes{testNode("a", m_ownStatus, 7)}; // An older figure, which must not matter.
        nodes.insert(nodes.end(), m_others.begin(), m_others.end());
        return std::make_shared<const std::vector<ProcessingNode>>(std::move(nodes));
    }
    PhoneRedistribution::Parts parts()
    {
        return {.options = m_options,
                .ownId = "a",
                .nodes = [this] { return snapshot(); },
                .clock = m_clock,
                .metrics = m_clusterMetrics,
                .connections = [this] { return m_phones; },
                .sendAway = [this](const PhoneRedistribution::Plan &plan) {
                    QCOMPARE(std::llround(plan.share * double(m_phones)), plan.phones);
                    m_sent.push_back(plan);
                }};
    }

    ClusterOptions m_options;
    HeldClock m_clock;
    FakeMetrics m_metrics;
    ClusterMetrics m_clusterMetrics{m_metrics};
    NodeStatus m_ownStatus = NodeStatus::Healthy;
    qint64 m_phones = 0;
    std::vector<ProcessingNode> m_others;
    std::vector<PhoneRedistribution::Plan> m_sent;
};

QTEST_GUILESS_MAIN(PhoneRedistributionTest)
#include "phone_redistribution_test.moc"
