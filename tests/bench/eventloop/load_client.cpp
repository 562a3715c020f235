// SPDX-License-Identifier: GPL-3.0-or-later
#include "load_client.h"

#include <algorithm>
#include <array>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ctime>

namespace hudhud {

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t MessageSize = 64;

double secondsSince(Steady::time_point start)
{
    return std::chrono::duration<double>(Steady::now() - start).count();
}

/// CPU time the parent process has used, in microseconds.
double parentMicroseconds()
{
    clockid_t clock{};
    timespec used{};
    if (::clock_getcpuclockid(::getppid(), &clock) != 0 || ::clock_gettime(clock, &used) != 0)
        return 0;
    return double(used.tv_sec) * 1e6 + double(used.tv_nsec) / 1e3;
}

class LoadRun
{
public:
    explicit LoadRun(const LoadPlan &plan)
        : m_plan(plan)
        , m_epoll(::epoll_create1(EPOLL_CLOEXEC))
    {
    }
    ~LoadRun();

    LoadResult run();

private:
    struct Connection
    {
        int descriptor = -1;
        std::size_t received = 0;
        Steady::time_point sentAt;
    };

    void connectAll();
    void exchange();
    bool connectOne();
    void send(Connection &connection);
    void receive(Connection &connection);
    template <typename Function> void forEachReady(Function function);

    LoadPlan m_plan;
    int m_epoll;
    std::vector<Connection> m_connections;
    std::array<epoll_event, 512> m_events{};
    std::vector<float> m_microseconds;
    LoadResult m_result;
};

LoadRun::~LoadRun()
{
    for (const Connection &connection : m_connections) {
        // A reset leaves no port behind in TIME_WAIT.
        const linger reset{1, 0};
        ::setsockopt(connection.descriptor, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        ::close(connection.descriptor);
    }
    ::close(m_epoll);
}

LoadResult LoadRun::run()
{
    connectAll();
    if (m_result.connected == m_plan.idleConnections + m_plan.busyConnections && m_plan.busyConnections > 0)
        exchange();
    return m_result;
}

template <typename Function> void LoadRun::forEachReady(Function function)
{
    const int count = ::epoll_wait(m_epoll, m_events.data(), int(m_events.size()), 50);
    for (int i = 0; i < count; ++i)
        function(m_connections[m_events[i].data.u32]);
}

void LoadRun::connectAll()
{
    const std::size_t total = std::size_t(m_plan.idleConnections + m_plan.busyConnections);
    m_connections.reserve(total);
    const auto start = Steady::now();
    while (std::size_t(m_result.connected) < total && Steady::now() - start < m_plan.connectLimit) {
        while (m_connections.size() < total
               && int(m_connections.size()) - m_result.connected < m_plan.connectWindow) {
            if (!connectOne())
                return;
        }
        forEachReady([this](Connection &connection) {
            char greeting = 0;
            if (::recv(connection.descriptor, &greeting, 1, MSG_DONTWAIT) == 1)
                ++m_result.connected;
        });
    }
    m_result.connectSeconds = secondsSince(start);
}

bool LoadRun::connectOne()
{
    Connection connection;
    connection.descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection.descriptor < 0)
        return false;
    const int on = 1;
    ::setsockopt(connection.descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(m_plan.port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u32 = quint32(m_connections.size());
    m_connections.push_back(connection);
    return ::connect(connection.descriptor, reinterpret_cast<sockaddr *>(&address), sizeof address) == 0
        && ::epoll_ctl(m_epoll, EPOLL_CTL_ADD, connection.descriptor, &event) == 0;
}

void LoadRun::exchange()
{
    m_microseconds.reserve(4'000'000);
    const double serverBefore = parentMicroseconds();
    const auto start = Steady::now();
    // The last ones connected are busy; where they stand among the descriptors makes no difference.
    for (int i = 0; i < m_plan.busyConnections; ++i)
        send(m_connections[m_connections.size() - 1 - std::size_t(i)]);
    while (Steady::now() - start < m_plan.duration)
        forEachReady([this](Connection &connection) { receive(connection); });
    m_result.exchangeSeconds = secondsSince(start);
    m_result.exchanges = m_microseconds.size();
    if (m_microseconds.empty())
        return;
    m_result.serverMicroseconds = (parentMicroseconds() - serverBefore) / double(m_result.exchanges);
    std::ranges::sort(m_microseconds);
    m_result.medianMicroseconds = m_microseconds[m_microseconds.size() / 2];
    m_result.p99Microseconds = m_microseconds[m_microseconds.size() * 99 / 100];
}

void LoadRun::send(Connection &connection)
{
    static constexpr std::array<char, MessageSize> message{};
    connection.sentAt = Steady::now();
    connection.received = 0;
    ::send(connection.descriptor, message.data(), message.size(), MSG_NOSIGNAL);
}

void LoadRun::receive(Connection &connection)
{
    std::array<char, MessageSize> buffer;
    const ssize_t count = ::recv(connection.descriptor, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count <= 0)
        return;
    connection.received += std::size_t(count);
    if (connection.received < MessageSize)
        return;
    m_microseconds.push_back(
        std::chrono::duration<float, std::micro>(Steady::now() - connection.sentAt).count());
    send(connection);
}

[[noreturn]] void serve(int channel)
{
    LoadPlan plan;
    while (::read(channel, &plan, sizeof plan) == ssize_t(sizeof plan)) {
        const LoadResult result = LoadRun(plan).run();
        if (::write(channel, &result, sizeof result) != ssize_t(sizeof result))
            break;
    }
    ::_exit(0);
}

} // namespace

LoadProcess::LoadProcess()
{
    std::array<int, 2> channel{-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel.data()) != 0)
        qFatal("no channel to the load process");
    m_process = ::fork();
    if (m_process < 0)
        qFatal("no load process");
    if (m_process == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::close(channel[0]);
        serve(channel[1]);
    }
    ::close(channel[1]);
    m_channel = channel[0];
}

LoadProcess::~LoadProcess()
{
    ::close(m_channel);
    ::waitpid(m_process, nullptr, 0);
}

LoadResult LoadProcess::run(const LoadPlan &plan)
{
    LoadResult result;
    if (::write(m_channel, &plan, sizeof plan) != ssize_t(sizeof plan)
        || ::read(m_channel, &result, sizeof result) != ssize_t(sizeof result))
        qFatal("the load process is gone");
    return result;
}

} // namespace hudhud
