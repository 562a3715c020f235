// SPDX-License-Identifier: GPL-3.0-or-later
#include "raw_client.h"
#include "running_endpoint.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <limits>

#include <sys/resource.h>

using namespace hudhud;
using namespace std::chrono_literals;

class EndpointLoadTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void slowHeadersDoNotSlowOthersDown();
    void connectStormIsAccepted();

private:
    static int affordableConnections();
    static void dropAll(std::vector<RawClient> &clients);
    struct Load
    {
        double rate = 0; ///< Requests a second.
        double cost = 0; ///< Processor time of the endpoint's thread for one request, in microseconds.
    };
    static Load load(RunningEndpoint &endpoint, std::chrono::milliseconds time);
};

/// Both ends are in this process.
int EndpointLoadTest::affordableConnections()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    constexpr int Wanted = 1000;
#else
    constexpr int Wanted = 5000;
#endif
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return int(qMin<quint64>(Wanted, (limit.rlim_cur - 200) / 2));
}

/// With resets, which leave no port in TIME_WAIT behind.
void EndpointLoadTest::dropAll(std::vector<RawClient> &clients)
{
    for (RawClient &client : clients)
        client.reset();
    clients.clear();
}

/// Keeps the endpoint busy over eight connections with four requests under way each.
EndpointLoadTest::Load EndpointLoadTest::load(RunningEndpoint &endpoint, std::chrono::milliseconds time)
{
    static const QByteArray Batch
        = QByteArray("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody").repeated(4);
    std::vector<RawClient> clients;
    for (int i = 0; i < 8; ++i)
        clients.emplace_back(endpoint.port());
    QElapsedTimer timer;
    timer.start();
    const auto begin = endpoint.processorTime();
    int answers = 0;
    while (timer.elapsed() < time.count()) {
        for (RawClient &client : clients)
            client.send(Batch);
        for (RawClient &client : clients) {
            for (int i = 0; i < 4; ++i)
                answers += client.answer().has_value();
        }
    }
    const double elapsed = double(timer.elapsed());
    const std::chrono::duration<double, std::micro> used = endpoint.processorTime() - begin;
    return {.rate = answers * 1000.0 / elapsed, .cost = used.count() / std::max(answers, 1)};
}

void EndpointLoadTest::slowHeadersDoNotSlowOthersDown()
{
    EndpointOptions options;
    options.headTimeout = 120s;
    RunningEndpoint endpoint(options);
    load(endpoint, 300ms); // warms up
    const int count = affordableConnections();
    std::vector<RawClient> slow;
    slow.reserve(std::size_t(count));
    // A busy endpoint's rate is the inverse of what a request costs it. The cost is judged, because the rate also
    // falls whenever the machine has other work. Both are taken in turns, and the best of each counts.
    Load alone{.rate = 0, .cost = std::numeric_limits<double>::max()};
    Load beside = alone;
    const auto keepBest = [](Load &best, const Load &one) {
        best.rate = std::max(best.rate, one.rate);
        best.cost = std::min(best.cost, one.cost);
    };
    for (int round = 0; round < 5; ++round) {
        for (int part = 0; part < 4; ++part)
            keepBest(alone, load(endpoint, 200ms));
        for (int i = 0; i < count; ++i) {
            slow.emplace_back(endpoint.port());
            slow.back().send("POST /echo HTTP/1.1\r\nHost: h\r\nX-Slow: ");
        }
        QTRY_COMPARE(endpoint.connectionCount(), count);
        for (int part = 0; part < 4; ++part) {
            for (int i = part; i < count; i += 4)
                slow[std::size_t(i)].send("a");
            keepBest(beside, load(endpoint, 200ms));
        }
        dropAll(slow);
        QTRY_COMPARE(endpoint.connectionCount(), 0);
        if (0.8 * beside.cost <= alone.cost)
            break;
    }
    qInfo("%d slow connections: %.0f requests/s of %.1f us each, without them %.0f of %.1f us", count, beside.rate,
          beside.cost, alone.rate, alone.cost);
    QVERIFY(0.8 * beside.cost <= alone.cost);
}

void EndpointLoadTest::connectStormIsAccepted()
{
    EndpointOptions options;
    options.headTimeout = 120s;
    RunningEndpoint endpoint(options);
    const int count = affordableConnections() / 2;
    std::vector<RawClient> phones;
    phones.reserve(std::size_t(count));
    for (int i = 0; i < count; ++i)
        phones.emplace_back(endpoint.port());
    for (RawClient &phone : phones) {
        const auto answer = phone.upgrade();
        QVERIFY(answer);
        QCOMPARE(answer->status, 101);
    }
    QTRY_COMPARE(endpoint.metrics().webSockets(), count);
    endpoint.withWebSockets([](WebSocket &socket) { socket.send(WebSocketOpcode::Text, "all"); });
    for (RawClient &phone : phones)
        QCOMPARE(phone.frame()->payload, QByteArray("all"));
    dropAll(phones);
    QTRY_COMPARE(endpoint.connectionCount(), 0);
    QTRY_COMPARE(endpoint.log().closedCount(), count);
}

QTEST_GUILESS_MAIN(EndpointLoadTest)
#include "endpoint_load_test.moc"
