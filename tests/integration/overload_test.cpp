// SPDX-License-Identifier: GPL-3.0-or-later
// Three times the load that the server can take. A closed loop measures what it can, then an open loop offers three
// times as much: what is refused is refused with 503 and Retry-After, what is accepted reaches its phone, as much is
// accepted as before, and memory stays flat. The two take turns, because disks get faster and slower all the time.
// HUDHUD_OVERLOAD_SECONDS says how long it is overloaded in all, 10 by default; 60 judge the goodput strictly.
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
constexpr int Rounds = 5;
/// What must be left of the capacity: as promised, if the run is long enough to tell; else enough to see a collapse on a
/// machine that is busy with other things as well.
constexpr double PromisedShare = 0.8;
constexpr double ShortRunShare = 0.4;
constexpr std::chrono::seconds LongRun{60};
/// Growth of resident memory beyond noise: queues and buffers are bounded far below.
constexpr std::int64_t MostGrowthKilobytes = 48 * 1024;
constexpr std::chrono::seconds StartLimit{60};
constexpr std::chrono::seconds DrainLimit{120};

/// A server that is small enough for this machine to offer it three times its capacity: few messages in a transaction,
/// and a buffer that holds some of them.
constexpr char SmallServer[] = "[ingest]\nbuffer_messages = 64\n"
                               "[storage]\nmaximum_batch = 2\n"
                               "[delivery]\nwindow = 1000\n";

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values.empty() ? 0 : values[values.size() / 2];
}

class OverloadTest : private HttpPool::Listener, private PhoneFleet::Listener
{
public:
    OverloadTest(ServerProcess &server, Options options, std::chrono::seconds duration)
        : m_server(server)
        , m_options(std::move(options))
        , m_duration(duration)
        , m_fleet(m_loop, m_options.fleet(Phones), this)
        , m_pool(m_loop, m_options.endpoints, Connections, *this)
    {
    }

    bool run()
    {
        if (!m_fleet.connectAll(StartLimit) || !m_pool.openAll(StartLimit)) {
            fail("cannot connect");
        } else {
            measure();
            waitForDelivery();
        }
        print();
        return m_failures.empty();
    }

private:
    void fail(std::string what) { m_failures.push_back(std::move(what)); }

    /// Each overload is judged by the slower of the closed loops before and after it, the run by the median round.
    void measure()
    {
        std::vector<double> capacities{closedLoop()};
        m_residentBefore = residentKilobytes(m_server.processId());
        std::vector<double> shares;
        for (int round = 0; round < Rounds; ++round) {
            const double goodput = openLoop(Overload * capacities.back());
            capacities.push_back(closedLoop());
            shares.push_back(goodput / std::min(capacities[capacities.size() - 2], capacities.back()));
            std::printf("round %d: capacity %.0f/s and %.0f/s, goodput %.0f/s\n", round + 1,
                        capacities[capacities.size() - 2], capacities.back(), goodput);
        }
        m_residentAfter = residentKilobytes(m_server.processId());
        m_share = median(shares);
        if (m_refused == 0)
            fail("nothing was refused: this was no overload");
        if (m_share < (m_duration >= LongRun ? PromisedShare : ShortRunShare))
            fail("goodput fell below its share of the capacity");
        if (m_residentAfter - m_residentBefore > MostGrowthKilobytes)
            fail("memory grew by " + std::to_string(m_residentAfter - m_residentBefore) + " KiB");
    }

    /// As many requests as the server answers. Result: accepted messages of the median second.
    double closedLoop()
    {
        m_loop.runUntil([this] { return m_underWay == 0; }, StartLimit); // What an overload left behind.
        const std::int64_t refusedBefore = m_refused;
        const double capacity = run(std::max(m_duration / (2 * Rounds), std::chrono::seconds(2)), [this] {
            while (m_underWay < ClosedLoop && postOne()) { }
        });
        if (m_refused > refusedBefore)
            fail("the closed loop was refused " + std::to_string(m_refused - refusedBefore) + " messages");
        return capacity;
    }

    /// `rate` messages a second, whether answers come or not. What finds no free connection was offered all the same.
    double openLoop(double rate)
    {
        const auto begin = SteadyClock::now();
        std::int64_t due = 0;
        const double goodput = run(std::max(m_duration / Rounds, std::chrono::seconds(1)), [&] {
            const std::chrono::duration<double> elapsed = SteadyClock::now() - begin;
            for (const auto offered = static_cast<std::int64_t>(elapsed.count() * rate); due < offered; ++due) {
                if (!postOne())
                    ++m_unsent;
            }
        });
        m_offered += due;
        return goodput;
    }

    /// Result: accepted messages of the median second.
    template <typename Offer> double run(std::chrono::seconds duration, Offer offer)
    {
        std::vector<double> seconds;
        for (std::int64_t second = 0; second < duration.count(); ++second) {
            const std::int64_t acceptedBefore = m_accepted;
            const auto end = SteadyClock::now() + std::chrono::seconds(1);
            while (SteadyClock::now() < end) {
                offer();
                m_loop.turn(std::chrono::milliseconds(1));
            }
            seconds.push_back(static_cast<double>(m_accepted - acceptedBefore));
            m_fleet.keepAlive();
        }
        return median(std::move(seconds));
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
        connection->request(postRequest(m_options.endpoint(), "/api/v1/messages", m_options.apiKey, body));
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
        std::printf("RESULT overload test: goodput %.2f of capacity, offered %lld (%lld found no connection), accepted "
                    "%lld with the closed loops, refused %lld, %lld missing, resident %lld -> %lld KiB\n",
                    m_share, static_cast<long long>(m_offered), static_cast<long long>(m_unsent),
                    static_cast<long long>(m_accepted), static_cast<long long>(m_refused),
                    static_cast<long long>(missing()), static_cast<long long>(m_residentBefore),
                    static_cast<long long>(m_residentAfter));
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
    double m_share = 0;
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
    // The page cache fills with what is stored; it is bounded, but larger than the growth that would be a leak.
    setenv("HUDHUD_STORAGE__SQLITE__CACHE_SIZE", "4MiB", 1);
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
    options.endpoints = {*Endpoint::fromUrl(options.url)};
    options.phoneEndpoints = options.endpoints;
    const std::chrono::seconds duration(std::max(seconds ? std::atoi(seconds) : 10, 2));
    return OverloadTest(server, options, duration).run() ? 0 : 1;
}
