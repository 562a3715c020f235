// SPDX-License-Identifier: GPL-3.0-or-later
// Three times the load that the server can take. A closed loop measures what it can, then an open loop offers three
// times as much: what is refused is refused with 503 and Retry-After, what is accepted reaches its phone, as much is
// accepted as before, and memory stays flat. HUDHUD_OVERLOAD_SECONDS changes the run; 10 by default.
#include "server_process.h"

#include "loadgen/http_pool.h"
#include "loadgen/message_request.h"
#include "loadgen/options.h"
#include "loadgen/phone_fleet.h"
#include "loadgen/statistics.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace {

using namespace hudhud::loadgen;
using hudhud::test::ServerProcess;

constexpr int Phones = 50;
/// Requests under way at most. More than the server's buffer takes, so that it can be full.
constexpr int Connections = 160;
/// In the closed loop: fewer than the buffer takes, so that nothing is refused.
constexpr int ClosedLoop = 56;
constexpr int Overload = 3;
constexpr double GoodputShare = 0.8;
/// Growth of resident memory beyond noise: queues and buffers are bounded far below.
constexpr std::int64_t MostGrowthKilobytes = 48 * 1024;
constexpr std::chrono::seconds StartLimit{60};
constexpr std::chrono::seconds DrainLimit{120};

/// A server that is small enough for this machine to offer it three times its capacity: few messages in a transaction,
/// and a buffer that holds some of them.
constexpr char SmallServer[] = "[ingest]\nbuffer_messages = 64\n"
                               "[storage]\nmaximum_batch = 2\n"
                               "[delivery]\nwindow = 1000\n";

double median(std::vector<std::int64_t> values)
{
    if (values.empty())
        return 0;
    std::ranges::sort(values);
    return static_cast<double>(values[values.size() / 2]);
}

class OverloadTest : private HttpPool::Listener, private PhoneFleet::Listener
{
public:
    OverloadTest(ServerProcess &server, Options options, std::chrono::seconds duration)
        : m_server(server)
        , m_options(std::move(options))
        , m_duration(duration)
        , m_fleet(m_loop, m_options.fleet(Phones), this)
        , m_pool(m_loop, m_options.endpoint, Connections, *this)
    {
    }

    bool run()
    {
        if (!m_fleet.connectAll(StartLimit) || !m_pool.openAll(StartLimit)) {
            fail("cannot connect");
        } else {
            measureCapacity();
            offerTooMuch();
            waitForDelivery();
        }
        print();
        return m_failures.empty();
    }

private:
    void fail(std::string what) { m_failures.push_back(std::move(what)); }

    /// As many requests as the server answers, in a closed loop: its capacity is the median second.
    void measureCapacity()
    {
        const auto seconds = run(m_duration / 2, [this] {
            while (m_underWay < ClosedLoop && postOne()) { }
        });
        m_capacity = median(seconds);
        if (m_refused > 0)
            fail("the closed loop was refused " + std::to_string(m_refused) + " messages");
        m_residentBefore = residentKilobytes(m_server.processId());
    }

    /// Three times as many, whether answers come or not. What finds no free connection was offered all the same.
    void offerTooMuch()
    {
        const auto begin = SteadyClock::now();
        std::int64_t due = 0;
        const auto seconds = run(m_duration, [&] {
            const std::chrono::duration<double> elapsed = SteadyClock::now() - begin;
            const auto offered = static_cast<std::int64_t>(elapsed.count() * m_capacity * Overload);
            for (; due < offered; ++due) {
                if (!postOne())
                    ++m_unsent;
            }
        });
        m_offered = due;
        m_goodput = median(seconds);
        m_residentAfter = residentKilobytes(m_server.processId());
        if (m_refused == 0)
            fail("nothing was refused: this was no overload");
        if (m_goodput < GoodputShare * m_capacity)
            fail("goodput fell below its share of the capacity");
        if (m_residentAfter - m_residentBefore > MostGrowthKilobytes)
            fail("memory grew by " + std::to_string(m_residentAfter - m_residentBefore) + " KiB");
    }

    /// Accepted messages of each whole second.
    template <typename Offer> std::vector<std::int64_t> run(std::chrono::seconds duration, Offer offer)
    {
        std::vector<std::int64_t> seconds;
        for (std::int64_t second = 0; second < duration.count(); ++second) {
            const std::int64_t acceptedBefore = m_accepted;
            const auto end = SteadyClock::now() + std::chrono::seconds(1);
            while (SteadyClock::now() < end) {
                offer();
                m_loop.turn(std::chrono::milliseconds(1));
            }
            seconds.push_back(m_accepted - acceptedBefore);
            m_fleet.keepAlive();
        }
        return seconds;
    }

    bool postOne()
    {
        HttpConnection *connection = m_pool.takeFree();
        if (!connection)
            return false;
        const std::uint64_t number = m_received.size();
        m_received.push_back(0);
        m_isAccepted.push_back(false);
        const std::string body = R"({"recipient":")" + m_fleet.number(static_cast<int>(number % Phones))
            + R"(","subject":"overload","content":")" + numbered(number) + "\"}";
        connection->tag = number;
        ++m_underWay;
        connection->request(postRequest(m_options.endpoint, "/api/v1/messages", m_options.apiKey, body));
        return true;
    }

    static std::string numbered(std::uint64_t number)
    {
        std::string content(MessageRequest::NumberDigits, '0');
        for (std::size_t i = content.size(); i-- > 0; number /= 10)
            content[i] = static_cast<char>('0' + number % 10);
        return content;
    }

    void poolResponse(HttpConnection &connection, const HttpResponse &response) override
    {
        --m_underWay;
        if (response.status == 202) {
            ++m_accepted;
            m_isAccepted[connection.tag] = true;
        } else if ((response.status == 503 || response.status == 429) && response.header("Retry-After")) {
            ++m_refused;
        } else if (m_failures.empty()) {
            fail("an answer of " + std::to_string(response.status) + ", or without Retry-After");
        }
        m_pool.giveBack(connection);
    }

    void poolUnanswered(std::uint64_t number) override
    {
        --m_underWay;
        fail("message " + std::to_string(number) + " got no answer");
    }

    void phoneMessage(int, const PushedMessage &message) override
    {
        const auto number = contentNumber(message.content);
        if (!number || *number >= m_received.size())
            fail("a phone got a message that nobody posted");
        else
            ++m_received[*number];
    }

    std::int64_t missing() const
    {
        std::int64_t count = 0;
        for (std::size_t i = 0; i < m_received.size(); ++i)
            count += m_isAccepted[i] && m_received[i] == 0 ? 1 : 0;
        return count;
    }

    void waitForDelivery()
    {
        auto next = SteadyClock::now();
        const bool isComplete = m_loop.runUntil(
            [&] {
                if (SteadyClock::now() < next)
                    return false;
                next = SteadyClock::now() + std::chrono::milliseconds(500);
                m_fleet.keepAlive();
                return m_underWay == 0 && missing() == 0;
            },
            DrainLimit);
        if (!isComplete)
            fail(std::to_string(missing()) + " accepted messages never reached their phone");
        for (std::size_t i = 0; i < m_received.size(); ++i) {
            if (m_received[i] > 0 && !m_isAccepted[i]) {
                fail("message " + std::to_string(i) + " was refused and yet delivered");
                break;
            }
        }
    }

    void print() const
    {
        std::printf("RESULT overload test: capacity %.0f/s, offered %lld (%lld found no connection), accepted %lld in "
                    "all, refused %lld, goodput %.0f/s (%.2f of capacity), %lld missing, resident %lld -> %lld KiB\n",
                    m_capacity, static_cast<long long>(m_offered), static_cast<long long>(m_unsent),
                    static_cast<long long>(m_accepted), static_cast<long long>(m_refused), m_goodput,
                    m_capacity > 0 ? m_goodput / m_capacity : 0, static_cast<long long>(missing()),
                    static_cast<long long>(m_residentBefore), static_cast<long long>(m_residentAfter));
        for (const std::string &failure : m_failures)
            std::printf("FAIL!  : %s\n", failure.c_str());
    }

    ServerProcess &m_server;
    Options m_options;
    std::chrono::seconds m_duration;
    EventLoop m_loop;
    PhoneFleet m_fleet;
    HttpPool m_pool;
    std::vector<std::uint16_t> m_received; ///< How often each message reached its phone.
    std::vector<bool> m_isAccepted;
    std::vector<std::string> m_failures;
    std::int64_t m_accepted = 0;
    std::int64_t m_refused = 0;
    std::int64_t m_unsent = 0;
    std::int64_t m_offered = 0;
    int m_underWay = 0;
    double m_capacity = 0;
    double m_goodput = 0;
    std::int64_t m_residentBefore = 0;
    std::int64_t m_residentAfter = 0;
};

} // namespace

int main(int argc, char *argv[])
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: overload_test SERVER_BINARY\n");
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const char *seconds = std::getenv("HUDHUD_OVERLOAD_SECONDS");
    ServerProcess server(argv[1], SmallServer);
    const auto apiKey = server.createApiKey();
    const auto started = server.start(StartLimit);
    if (!apiKey || !started) {
        std::printf("FAIL!  : %s\n", (apiKey ? started.error() : apiKey.error()).c_str());
        return 1;
    }
    Options options;
    options.apiKey = *apiKey;
    options.jwtSecret = server.secret();
    options.url = server.url();
    options.endpoint = *Endpoint::fromUrl(options.url);
    const std::chrono::seconds duration(std::max(seconds ? std::atoi(seconds) : 10, 2));
    return OverloadTest(server, options, duration).run() ? 0 : 1;
}
