// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <chrono>
#include <vector>

namespace hudhud {

struct LoadPlan
{
    quint16 port = 0;
    int idleConnections = 0;
    int busyConnections = 0;
    int connectWindow = 64; ///< Connections being made at a time.
    std::chrono::milliseconds duration{}; ///< Of the exchange.
    std::chrono::milliseconds connectLimit{}; ///< Gives up connecting after this.
};

struct LoadResult
{
    int connected = 0; ///< Connections whose server sent its greeting.
    double connectSeconds = 0;
    quint64 exchanges = 0;
    double exchangeSeconds = 0;
    double medianMicroseconds = 0; ///< Of one exchange.
    double p99Microseconds = 0;
    double serverMicroseconds
        = 0; ///< CPU time of the parent process per exchange; steadier than rates on a busy machine.
};

/// The load side: plain epoll, in a process of its own, so that each side may hold as many descriptors as the
/// limit allows and the measured loop shares nothing with it. Connects, waits for the greeting byte on each
/// connection, then keeps one 64-byte message on its way on each busy connection until the time is over.
class LoadProcess
{
public:
    /// Forks: call before there are threads.
    LoadProcess();
    ~LoadProcess();
    LoadProcess(const LoadProcess &) = delete;
    LoadProcess &operator=(const LoadProcess &) = delete;

    /// Blocks until the plan has run.
    LoadResult run(const LoadPlan &plan);

private:
    int m_channel = -1;
    int m_process = -1;
};

} // namespace hudhud
