// SPDX-License-Identifier: GPL-3.0-or-later
#include "raw_client.h"
#include "running_endpoint.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>

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
    static double rate(quint16 port, std::chrono::milliseconds time);
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

/// Requests a second over eight connections with four requests under way each.
double EndpointLoadTest::rate(quint16 port, std::chrono::milliseconds time)
{
    static const QByteArray Batch
        = QByteArray("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody").repeated(4);
    std::vector<RawClient> clients;
    for (int i = 0; i < 8; ++i)
        clients.emplace_back(port);
    QElapsedTimer timer;
    timer.start();
    int answers = 0;
    while (timer.elapsed() < time.count()) {
        for (RawClient &client : clients)
            client.send(Batch);
        for (RawClient &client : clients) {
            for (int i = 0; i < 4; ++i)
                answers += client.answer().has_value();
        }
    }
    return answers * 1000.0 / double(timer.elapsed());
}

void EndpointLoadTest::slowHeadersDoNotSlowOthersDown()
{
    EndpointOptions options;
    options.headTimeout = 120s;
    RunningEndpoint endpoint(options);
    rate(endpoint.port(), 300ms); // warms up
    const int count = affordableConnections();
    std::vector<RawClient> slow;
    slow.reserve(std::size_t(count));
    // Machines change their pace: both rates are taken in turns, and the best of each counts.
    double alone = 0;
    double beside = 0;
    for (int round = 0; round < 5; ++round) {
        for (int part = 0; part < 4; ++part)
            alone = std::max(alone, rate(endpoint.port(), 200ms));
        for (int i = 0; i < count; ++i) {
            slow.emplace_back(endpoint.port());
            slow.back().send("POST /echo HTTP/1.1\r\nHost: h\r\nX-Slow: ");
        }
        QTRY_COMPARE(endpoint.connectionCount(), count);
        for (int part = 0; part < 4; ++part) {
            for (int i = part; i < count; i += 4)
                slow[std::size_t(i)].send("a");
            beside = std::max(beside, rate(endpoint.port(), 200ms));
        }
        dropAll(slow);
        QTRY_COMPARE(endpoint.connectionCount(), 0);
        if (beside >= 0.8 * alone)
            break;
    }
    qInfo("%d slow connections: %.0f requests/s, without them %.0f", count, beside, alone);
    QVERIFY(beside >= 0.8 * alone);
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
