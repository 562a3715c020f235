// SPDX-License-Identifier: GPL-3.0-or-later
// Prints how Qt's own event dispatchers and ours serve the same QTcpServer.
#include "echo_server.h"
#include "load_client.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <sys/resource.h>
#include <vector>

using namespace hudhud;
using namespace std::chrono_literals;

namespace {

struct Case
{
    const char *name;
    int busy;
    int idle;
};

constexpr std::array Kinds{DispatcherKind::QtDefault, DispatcherKind::QtPoll, DispatcherKind::Epoll};

/// Descriptors each process may hold, apart from the few it needs itself.
int raiseDescriptorLimit()
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return int(std::min<rlim_t>(limit.rlim_cur, 1'000'000)) - 100;
}

int scaled(int connections, int limit)
{
    if (connections <= limit)
        return connections;
    std::printf("note: %d connections instead of %d, the hard limit of open files allows no more\n", limit,
                connections);
    return limit;
}

struct Row
{
    double rate;
    double median; ///< Microseconds; 0 for the accept case.
    double p99;
    double cpu; ///< Microseconds per exchange.
    int missing; ///< Connections not made in time.
};

Row measure(LoadProcess &load, DispatcherKind kind, LoadPlan plan)
{
    const EchoServer server(kind);
    plan.port = server.port();
    const LoadResult result = load.run(plan);
    const int missing = plan.busyConnections + plan.idleConnections - result.connected;
    if (plan.busyConnections == 0)
        return {result.connected / result.connectSeconds, 0, 0, 0, missing};
    const double rate = result.exchangeSeconds > 0 ? double(result.exchanges) / result.exchangeSeconds : 0;
    return {rate, result.medianMicroseconds, result.p99Microseconds, result.serverMicroseconds, missing};
}

void printCell(const Row &row, double baseline)
{
    std::printf(" %9.0f/s", row.rate);
    if (baseline > 0)
        std::printf(" %5.2fx", row.rate / baseline);
    else
        std::printf(" %6s", "-");
    std::printf(row.missing == 0 ? " " : "*");
    if (row.median > 0)
        std::printf(" %7.2f/%7.2f ms %6.1f us |", row.median / 1000, row.p99 / 1000, row.cpu);
    else
        std::printf(" %28s |", "");
    std::fflush(stdout);
}

void printHead()
{
    std::printf("%-28s", "case (TCP, QTcpServer)");
    for (const DispatcherKind kind : Kinds)
        std::printf(" %-48s |", EchoServer(kind).dispatcherName().constData());
    std::printf("\n%-28s", "");
    for (std::size_t i = 0; i < Kinds.size(); ++i)
        std::printf("%12s %6s  %18s %9s  |", "rate", "ratio", "p50/p99", "cpu");
    std::printf("\n");
}

void run(LoadProcess &load, const Case &workload, std::chrono::milliseconds duration)
{
    std::printf("%-28s", workload.name);
    double baseline = 0;
    for (const DispatcherKind kind : Kinds) {
        LoadPlan plan;
        plan.busyConnections = workload.busy;
        plan.idleConnections = workload.idle;
        plan.duration = duration;
        if (workload.busy > 0) {
            // How fast they come to be is the accept case's business: many at a time spare the slow loops
            // turns.
            plan.connectWindow = 2048;
            plan.connectLimit = 20s;
        } else {
            plan.connectLimit = duration * 3;
        }
        const Row row = measure(load, kind, plan);
        if (kind == DispatcherKind::QtDefault)
            baseline = row.rate;
        printCell(row, baseline);
    }
    std::printf("\n");
}

} // namespace

int main(int argc, char **argv)
{
    const bool isQuick = argc > 1 && std::strcmp(argv[1], "--quick") == 0;
    if (argc > 1 && !isQuick) {
        std::fprintf(stderr, "usage: %s [--quick]\n", argv[0]);
        return 2;
    }
    const int limit = raiseDescriptorLimit();
    LoadProcess load;
    const QCoreApplication application(argc, argv);

    const int idle = scaled(isQuick ? 4000 : 15000, limit - 16);
    const std::vector<Case> cases{
        {"64 busy", 64, 0},
        {isQuick ? "2,000 busy" : "8,000 busy", scaled(isQuick ? 2000 : 8000, limit), 0},
        {isQuick ? "16 busy + 4,000 idle" : "16 busy + 15,000 idle", 16, idle},
        {isQuick ? "accept 3,000" : "accept 10,000", 0, scaled(isQuick ? 3000 : 10000, limit)},
    };
    printHead();
    for (const Case &workload : cases)
        run(load, workload, isQuick ? 700ms : 2000ms);
    std::printf("ratio: to Qt's default in this run; cpu: of the server per exchange; *: not all connections "
                "were made in time\n");
    return 0;
}
