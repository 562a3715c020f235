// SPDX-License-Identifier: GPL-3.0-or-later
// What every strategy promises, each row one plugin.
#include "strategies.h"

#include <QThread>

#include <algorithm>
#include <atomic>
#include <cmath>

using namespace hudhud;

class BalancerConformanceTest : public QObject
{
    Q_OBJECT

private:
    static void strategies()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char *name : StrategyNames)
            QTest::newRow(name) << QByteArray(name);
    }

    /// How often each node gets one of `count` keys.
    static std::vector<int> draws(LoadBalancer &strategy, const std::vector<ProcessingNode> &nodes, int count)
    {
        std::vector<int> counts(nodes.size());
        for (int i = 0; i < count; ++i) {
            if (const auto chosen = strategy.select(nodes, phone(i)))
                ++counts.at(*chosen);
        }
        return counts;
    }

private Q_SLOTS:
    void nobodyIsChosenWhereNobodyCan_data() { strategies(); }
    void nobodyIsChosenWhereNobodyCan()
    {
        QFETCH(QByteArray, name);
        const auto strategy = createStrategy(name);
        QVERIFY(strategy);
        QVERIFY(!strategy->select({}, "key"));
        auto nodes = healthyNodes(3);
        nodes[0].status = NodeStatus::Offline;
        nodes[1].status = NodeStatus::Unhealthy;
        nodes[2].currentActiveRequests = nodes[2].maxConcurrentRequests;
        QVERIFY(!strategy->select(nodes, "key"));
        QVERIFY(!strategy->select(nodes, {}));
    }

    void onlyNodesThatCanAreChosen_data() { strategies(); }
    void onlyNodesThatCanAreChosen()
    {
        QFETCH(QByteArray, name);
        const auto strategy = createStrategy(name);
        auto nodes = healthyNodes(6);
        nodes[0].status = NodeStatus::Offline;
        nodes[1].status = NodeStatus::Unhealthy;
        nodes[2].status = NodeStatus::Degraded;
        nodes[3].currentActiveRequests = nodes[3].maxConcurrentRequests;
        const auto counts = draws(*strategy, nodes, 1'000);
        QCOMPARE(counts[0] + counts[1] + counts[2] + counts[3], 0);
        QVERIFY(counts[4] > 0 && counts[5] > 0);
        QCOMPARE(counts[4] + counts[5], 1'000);
    }

    void degradedOnesTakeWhatNobodyElseCan_data() { strategies(); }
    void degradedOnesTakeWhatNobodyElseCan()
    {
        QFETCH(QByteArray, name);
        const auto strategy = createStrategy(name);
        auto nodes = healthyNodes(3);
        nodes[0].status = NodeStatus::Unhealthy;
        nodes[1].status = NodeStatus::Degraded;
        nodes[2].currentActiveRequests = nodes[2].maxConcurrentRequests;
        QCOMPARE(strategy->select(nodes, "key"), std::optional<std::size_t>(1));
    }

    /// A limit of 0 is none.
    void nodesWithoutALimitAreNeverFull_data() { strategies(); }
    void nodesWithoutALimitAreNeverFull()
    {
        QFETCH(QByteArray, name);
        const auto strategy = createStrategy(name);
        auto nodes = healthyNodes(1);
        nodes[0].maxConcurrentRequests = 0;
        nodes[0].currentActiveRequests = 1'000;
        QCOMPARE(strategy->select(nodes, "key"), std::optional<std::size_t>(0));
    }

    /// Equal nodes get equal parts, wherever they stand in the snapshot: within six standard deviations of drawing by lot.
    void equalNodesGetEqualParts_data() { strategies(); }
    void equalNodesGetEqualParts()
    {
        QFETCH(QByteArray, name);
        const auto strategy = createStrategy(name);
        constexpr int Count = 20'000;
        constexpr int Nodes = 5;
        const auto nodes = healthyNodes(Nodes);
        const double deviation = std::sqrt(Count * (1.0 / Nodes) * (1 - 1.0 / Nodes));
        for (const int count : draws(*strategy, nodes, Count))
            QVERIFY2(std::abs(count - Count / Nodes) < 6 * deviation, qPrintable(QString::number(count)));
    }

    void anyThreadMayAsk_data() { strategies(); }
    void anyThreadMayAsk()
    {
        QFETCH(QByteArray, name);
        const auto strategy = createStrategy(name);
        const auto nodes = healthyNodes(8);
        std::atomic<int> wrong = 0;
        std::vector<std::unique_ptr<QThread>> threads;
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back(QThread::create([&] {
                for (int n = 0; n < 2'000; ++n) {
                    const auto chosen = strategy->select(nodes, phone(n));
                    if (!chosen || *chosen >= nodes.size())
                        ++wrong;
                }
            }));
            threads.back()->start();
        }
        for (const auto &thread : threads)
            thread->wait();
        QCOMPARE(wrong.load(), 0);
    }

    void stopIsIdempotent_data() { strategies(); }
    void stopIsIdempotent()
    {
        QFETCH(QByteArray, name);
        const auto strategy = createStrategy(name);
        strategy->stop(std::chrono::milliseconds(10));
        strategy->stop(std::chrono::milliseconds(10));
    }

    void roundRobinTakesTurns()
    {
        const auto strategy = createStrategy("round-robin");
        const auto nodes = healthyNodes(3);
        std::vector<std::size_t> chosen;
        for (int i = 0; i < 6; ++i)
            chosen.push_back(*strategy->select(nodes, {}));
        QCOMPARE(chosen, (std::vector<std::size_t>{0, 1, 2, 0, 1, 2}));
    }

    void leastLoadedWeighsEachPart()
    {
        const auto strategy = createStrategy("least-loaded");
        const auto lighter = [&](auto &&burden) {
            auto nodes = healthyNodes(2);
            burden(nodes[0]);
            return strategy->select(nodes, {});
        };
        using Choice = std::optional<std::size_t>;
        QCOMPARE(lighter([](ProcessingNode &node) { node.currentLoad.cpuUsage = 0.1; }), Choice(1));
        QCOMPARE(lighter([](ProcessingNode &node) { node.currentLoad.memoryUsage = 0.1; }), Choice(1));
        QCOMPARE(lighter([](ProcessingNode &node) { node.currentActiveRequests = 100'000; }), Choice(1));
        QCOMPARE(lighter([](ProcessingNode &node) { node.currentLoad.queueDepth = 1; }), Choice(1));
        QCOMPARE(lighter([](ProcessingNode &node) { node.currentLoad.activeConnections = 1; }), Choice(1));
    }

    void leastLoadedNeedsAWeight()
    {
        QPluginLoader loader(QStringLiteral(HUDHUD_PLUGIN_DIR "/hudhud-balancer-least-loaded"));
        auto *factory = qobject_cast<LoadBalancerFactory *>(loader.instance());
        QVERIFY(factory);
        const auto configured = factory->create()->configure({{QStringLiteral("cpu_weight"), 0}}, {});
        QVERIFY(!configured);
        QCOMPARE(configured.error().field(), QStringLiteral("cpu_weight"));
    }

    void powerOfTwoNeverTakesTheMostLoaded()
    {
        const auto strategy = createStrategy("power-of-two");
        auto nodes = healthyNodes(4);
        nodes[2].currentLoad.cpuUsage = 0.9;
        QCOMPARE(draws(*strategy, nodes, 2'000)[2], 0);
    }

    void equalKeysMeetAtEqualNodes()
    {
        const auto strategy = createStrategy("consistent-hash");
        const auto other = createStrategy("consistent-hash");
        const auto nodes = healthyNodes(7);
        auto turned = nodes;
        std::ranges::reverse(turned);
        for (int i = 0; i < 500; ++i) {
            const auto chosen = strategy->select(nodes, phone(i));
            QCOMPARE(strategy->select(nodes, phone(i)), chosen);
            QCOMPARE(turned[*other->select(turned, phone(i))].id, nodes[*chosen].id);
        }
    }
};

QTEST_GUILESS_MAIN(BalancerConformanceTest)
#include "balancer_conformance_test.moc"
