// SPDX-License-Identifier: GPL-3.0-or-later
// How evenly the strategies spread phones over nodes, when what is known of the nodes is as old as a heartbeat makes it.
#include "strategies.h"

#include <QElapsedTimer>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace hudhud;

namespace {

/// Places phones, of which each stays. What the strategy sees is renewed every `Heartbeat` phones only.
class Cluster
{
public:
    static constexpr int Heartbeat = 100;
    static constexpr double PhonesOfAFullNode = 10'000;

    explicit Cluster(int nodes)
        : m_connections(static_cast<std::size_t>(nodes))
        , m_seen(healthyNodes(nodes))
    {
    }

    std::vector<qint64> &connections() { return m_connections; }
    std::vector<ProcessingNode> &seen() { return m_seen; }

    void place(LoadBalancer &strategy, int phones)
    {
        for (int i = 0; i < phones; ++i) {
            if (i % Heartbeat == 0)
                beat();
            if (const auto chosen = strategy.select(m_seen, phone(m_next++)))
                ++m_connections[*chosen];
        }
    }
    void beat()
    {
        for (std::size_t i = 0; i < m_seen.size(); ++i) {
            m_seen[i].currentLoad.activeConnections = m_connections[i];
            m_seen[i].currentLoad.cpuUsage = static_cast<double>(m_connections[i]) / PhonesOfAFullNode;
        }
    }

    double mean() const
    {
        return static_cast<double>(std::accumulate(m_connections.begin(), m_connections.end(), qint64(0)))
            / static_cast<double>(m_connections.size());
    }
    double highestOverMean() const { return static_cast<double>(std::ranges::max(m_connections)) / mean(); }
    /// Standard deviation over mean.
    double variation() const
    {
        double sum = 0;
        for (const qint64 count : m_connections)
            sum += (static_cast<double>(count) - mean()) * (static_cast<double>(count) - mean());
        return std::sqrt(sum / static_cast<double>(m_connections.size())) / mean();
    }

private:
    std::vector<qint64> m_connections;
    std::vector<ProcessingNode> m_seen;
    int m_next = 0;
};

void report(const char *scenario, const QByteArray &name, const Cluster &cluster)
{
    qInfo("RESULT balancer %s %s: variation %.3f, highest over mean %.3f", scenario, name.constData(), cluster.variation(),
          cluster.highestOverMean());
}

void strategies()
{
    QTest::addColumn<QByteArray>("name");
    for (const char *name : StrategyNames)
        QTest::newRow(name) << QByteArray(name);
}

} // namespace

class BalancerSimulationTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalNodes_data() { strategies(); }
    void equalNodes()
    {
        QFETCH(QByteArray, name);
        Cluster cluster(10);
        cluster.place(*createStrategy(name), 20'000);
        report("equal", name, cluster);
        // By lot the variation is sqrt(10 / 20,000), 0.022; a whole heartbeat to one node makes 100 of 2,000.
        QVERIFY(cluster.variation() < 0.08);
        if (name == "round-robin")
            QCOMPARE(cluster.variation(), 0.0);
    }

    /// One node begins with as many phones as the others will get: what looks at loads spares it, what does not cannot.
    void skewedBeginning_data() { strategies(); }
    void skewedBeginning()
    {
        QFETCH(QByteArray, name);
        Cluster cluster(10);
        cluster.connections()[3] = 1'800;
        cluster.place(*createStrategy(name), 18'000);
        report("skewed", name, cluster);
        const bool looksAtLoads = name == "least-loaded" || name == "power-of-two" || name == "consistent-hash";
        QVERIFY(looksAtLoads ? cluster.highestOverMean() < 1.3 : cluster.highestOverMean() > 1.5);
    }

    /// Takes ten times as long as the nine others: its fair part is one of 91.
    void slowNode()
    {
        Cluster cluster(10);
        cluster.seen()[5].currentLoad.averageResponseTime = std::chrono::milliseconds(100);
        cluster.place(*createStrategy("weighted-response-time"), 20'000);
        report("slow-node", "weighted-response-time", cluster);
        const double part = static_cast<double>(cluster.connections()[5]) / 20'000;
        QVERIFY2(part > 0.006 && part < 0.017, qPrintable(QString::number(part)));
    }

    /// Away for every second heartbeat: it gets nothing then, and with a hash only its own keys move, and come back.
    void flappingNode_data() { strategies(); }
    void flappingNode()
    {
        QFETCH(QByteArray, name);
        const auto strategy = createStrategy(name);
        Cluster cluster(10);
        for (int beat = 0; beat < 100; ++beat) {
            cluster.seen()[7].status = beat % 2 == 0 ? NodeStatus::Healthy : NodeStatus::Offline;
            const qint64 before = cluster.connections()[7];
            cluster.place(*strategy, Cluster::Heartbeat);
            if (beat % 2 == 1)
                QCOMPARE(cluster.connections()[7], before);
        }
        report("flapping", name, cluster);
        QVERIFY(cluster.highestOverMean() < 1.5);
    }

    void keysMoveOnlyWhereTheyMust()
    {
        const auto strategy = createStrategy("consistent-hash");
        constexpr int Phones = 10'000;
        auto nodes = healthyNodes(10);
        std::vector<std::size_t> before;
        for (int i = 0; i < Phones; ++i)
            before.push_back(*strategy->select(nodes, phone(i)));
        nodes[4].status = NodeStatus::Offline;
        int moved = 0;
        for (int i = 0; i < Phones; ++i) {
            const std::size_t now = *strategy->select(nodes, phone(i));
            QVERIFY(before[static_cast<std::size_t>(i)] == 4 || before[static_cast<std::size_t>(i)] == now);
            moved += before[static_cast<std::size_t>(i)] == now ? 0 : 1;
        }
        nodes[4].status = NodeStatus::Healthy;
        for (int i = 0; i < Phones; ++i)
            QCOMPARE(*strategy->select(nodes, phone(i)), before[static_cast<std::size_t>(i)]);
        qInfo("RESULT balancer leaving consistent-hash: %.3f of the keys moved", moved / double(Phones));
        QVERIFY(moved > Phones / 10 * 0.8 && moved < Phones / 10 * 1.2);
    }

    void thousandNodes_data() { strategies(); }
    void thousandNodes()
    {
        QFETCH(QByteArray, name);
        const auto strategy = createStrategy(name);
        Cluster cluster(1'000);
        QElapsedTimer timer;
        timer.start();
        constexpr int Phones = 10'000;
        cluster.place(*strategy, Phones);
        const double microseconds = static_cast<double>(timer.nsecsElapsed()) / 1'000 / Phones;
        report("thousand", name, cluster);
        qInfo("RESULT balancer thousand %s: %.1f us for each choice", name.constData(), microseconds);
        // By lot the fullest of 1,000 nodes with a mean of 10 has about 22; a heartbeat's 100 phones that all run to one
        // node are ten times the mean.
        QVERIFY(cluster.highestOverMean() < (name == "least-loaded" ? 13.0 : 3.5));
    }
};

QTEST_GUILESS_MAIN(BalancerSimulationTest)
#include "balancer_simulation_test.moc"
