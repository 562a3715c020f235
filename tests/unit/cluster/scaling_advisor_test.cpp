// SPDX-License-Identifier: GPL-3.0-or-later
#include "cluster/scaling_advisor.h"
#include "stepped_clock.h"

#include <QTest>

#include <optional>

using namespace hudhud;
using namespace std::chrono_literals;

class ScalingAdvisorTest : public QObject
{
    Q_OBJECT

private:
    struct Load
    {
        double cpu = 0;
        qint64 connections = 0;
        qint64 messages = 0;
    };

    static std::vector<ProcessingNode> nodes(int count, const Load &each)
    {
        std::vector<ProcessingNode> all(static_cast<std::size_t>(count));
        for (ProcessingNode &node : all) {
            node.status = NodeStatus::Healthy;
            node.currentLoad.cpuUsage = each.cpu;
            node.currentLoad.activeConnections = each.connections;
            node.currentLoad.queueDepth = each.messages;
        }
        return all;
    }
    /// Advises every five seconds for so long; the last advice.
    ScalingAdvice during(std::chrono::milliseconds time, const std::vector<ProcessingNode> &all)
    {
        const auto end = m_clock.passed + time;
        ScalingAdvice advice = m_advisor->advise(all);
        while (m_clock.passed < end) {
            m_clock.passed += 5s;
            advice = m_advisor->advise(all);
        }
        return advice;
    }

    const ScalingOptions m_options{.minimumNodes = 2,
                                   .maximumNodes = 10,
                                   .targetUse = 0.5,
                                   .connectionsPerNode = 1'000,
                                   .messagesPerNode = 100,
                                   .outAfter = 30s,
                                   .inAfter = 10min};
    SteppedClock m_clock;
    std::optional<ScalingAdvisor> m_advisor;

private Q_SLOTS:
    void init()
    {
        m_clock.passed = 0s;
        m_advisor.emplace(m_options, m_clock);
    }

    void theScarcestMeanDecides_data()
    {
        QTest::addColumn<double>("cpu");
        QTest::addColumn<qint64>("connections");
        QTest::addColumn<qint64>("messages");
        QTest::addColumn<int>("desired");
        QTest::addColumn<QByteArray>("reason");
        QTest::newRow("idle") << 0.0 << qint64(0) << qint64(0) << 2 << QByteArray("minimum");
        QTest::newRow("cpu") << 0.9 << qint64(600) << qint64(60) << 6 << QByteArray("cpu"); // 3 * 0.9 / 0.5
        QTest::newRow("connections") << 0.6 << qint64(1'000) << qint64(60) << 6 << QByteArray("connections");
        QTest::newRow("messages") << 0.6 << qint64(600) << qint64(150) << 9 << QByteArray("messages");
        QTest::newRow("more than allowed") << 1.0 << qint64(0) << qint64(1'000) << 10 << QByteArray("messages");
        QTest::newRow("about right") << 0.54 << qint64(0) << qint64(0) << 3 << QByteArray("cpu");
    }
    void theScarcestMeanDecides()
    {
        QFETCH(const double, cpu);
        QFETCH(const qint64, connections);
        QFETCH(const qint64, messages);
        const ScalingAdvice advice = during(10min, nodes(3, {cpu, connections, messages}));
        QTEST(advice.desiredNodes, "desired");
        QTEST(advice.reason.toByteArray(), "reason");
        QCOMPARE(advice.currentNodes, 3);
        QCOMPARE(advice.neededNodes, advice.desiredNodes);
        QCOMPARE(advice.cpuUse, cpu);
        QCOMPARE(advice.connectionUse, double(connections) / 1'000);
        QCOMPARE(advice.messageUse, double(messages) / 100);
    }

    void asksForMoreOnlyAfterTheNeedHasLasted()
    {
        during(1min, nodes(3, {.cpu = 0.5}));
        const ScalingAdvice soon = during(25s, nodes(3, {.cpu = 1}));
        QCOMPARE(soon.neededNodes, 6);
        QCOMPARE(soon.desiredNodes, 3);
        QCOMPARE(during(5s, nodes(3, {.cpu = 1})).desiredNodes, 6);
        QCOMPARE(during(5s, nodes(3, {.cpu = 0.5})).desiredNodes, 3); // One calm moment, and it waits again.
    }

    void asksForFewerOnlyAfterALongCalm()
    {
        during(1min, nodes(8, {.cpu = 0.5}));
        QCOMPARE(during(10min, nodes(8, {.cpu = 0.1})).desiredNodes, 8);
        QCOMPARE(during(5s, nodes(8, {.cpu = 0.1})).desiredNodes, 2);
        QCOMPARE(during(5s, nodes(8, {.cpu = 0.48})).desiredNodes, 8);
        QCOMPARE(during(595s, nodes(8, {.cpu = 0.2})).desiredNodes, 8); // The peak is remembered for all of the time.
        QCOMPARE(during(10s, nodes(8, {.cpu = 0.2})).desiredNodes, 4);
    }

    void doesNotSwingWithALoadThatDoes()
    {
        during(10min, nodes(4, {.cpu = 0.5}));
        for (int i = 0; i < 100; ++i) {
            QCOMPARE(during(15s, nodes(4, {.cpu = 0.9})).desiredNodes, 4);
            QCOMPARE(during(15s, nodes(4, {.cpu = 0.1})).desiredNodes, 4);
        }
    }

    void nodesThatAreGoneCarryNothing()
    {
        auto all = nodes(4, {.cpu = 0.5});
        all[0].status = NodeStatus::Offline;
        all[1].status = NodeStatus::Unhealthy;
        QCOMPARE(m_advisor->advise(all).currentNodes, 3);
        QCOMPARE(m_advisor->advise({}).currentNodes, 1);
    }
};

QTEST_GUILESS_MAIN(ScalingAdvisorTest)
#include "scaling_advisor_test.moc"
