// SPDX-License-Identifier: GPL-3.0-or-later
// Load of every kind with phones, kill -9 at a random moment, restart on the same database, again and again. Whatever
// got a 202 has to be acknowledged by its phone exactly as posted, or to have expired as it was told to. What was
// posted with an idempotency key is stored once, however often its caller had to ask. HUDHUD_CRASH_ROUNDS and
// HUDHUD_CRASH_SEED change the run.
#include "crash/crash_load.h"
#include "server_process.h"

#include "loadgen/http_questions.h"
#include "loadgen/message_request.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace {

using namespace hudhud::loadgen;
using namespace hudhud::test;

constexpr int Phones = 200;
constexpr std::chrono::seconds StartLimit{60};
constexpr std::chrono::seconds QuietLimit{90};
constexpr std::chrono::seconds StatusPatience{30};

int environmentNumber(const char *name, int otherwise)
{
    const char *text = std::getenv(name);
    return text ? std::atoi(text) : otherwise;
}

class CrashTest : private PhoneFleet::Listener
{
public:
    CrashTest(ServerProcess &server, const Options &options, std::uint32_t seed)
        : m_server(server)
        , m_options(options)
        , m_random(seed)
        , m_fleet(m_loop, options.fleet(Phones), this)
        , m_load(m_loop, options, m_fleet, m_ledger, seed + 1)
    {
    }

    /// The server runs already. Result: whether it kept its promises.
    bool run(int rounds)
    {
        const auto isFine = [this] { return m_ledger.failures().empty(); };
        for (int round = 0; round < rounds && isFine(); ++round) {
            load(std::chrono::milliseconds(200 + m_random() % 1300));
            m_server.stop(SIGKILL);
            m_loop.runUntil([this] { return m_fleet.readyCount() == 0 && m_load.openCount() == 0; },
                            StartLimit);
            restart();
        }
        if (isFine())
            waitUntilQuiet();
        if (isFine())
            checkStatuses();
        print(rounds);
        return isFine();
    }

private:
    void restart()
    {
        const auto begin = SteadyClock::now();
        if (const auto started = m_server.start(StartLimit); !started) {
            m_ledger.fail(started.error());
            return;
        }
        m_restarts.push_back(
            std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begin));
    }

    void load(std::chrono::milliseconds duration)
    {
        m_fleet.connectLost();
        m_load.reopenLost();
        const auto end = SteadyClock::now() + duration;
        while (SteadyClock::now() < end) {
            m_load.post();
            m_loop.turn(std::chrono::milliseconds(1));
        }
    }

    void phoneMessage(int phone, const PushedMessage &message) override
    {
        const auto number = contentNumber(message.content);
        if (!number || message.content != CrashLoad::contentOf(*number) || message.subject != "crash") {
            m_ledger.fail("message " + std::string(message.id) + " arrived changed");
            return;
        }
        m_ledger.received(phone, *number, message.id, std::chrono::system_clock::now());
    }

    void waitUntilQuiet()
    {
        m_fleet.connectLost();
        m_load.reopenLost();
        auto nextPing = SteadyClock::now();
        const bool quiet = m_loop.runUntil(
            [&] {
                m_load.repost();
                if (SteadyClock::now() < nextPing)
                    return false;
                m_fleet.keepAlive();
                nextPing = SteadyClock::now() + std::chrono::milliseconds(500);
                return m_fleet.readyCount() == Phones && m_load.unansweredIdempotent() == 0
                    && m_ledger.missing() == 0;
            },
            QuietLimit);
        if (!quiet)
            m_ledger.fail(std::to_string(m_ledger.missing()) + " accepted messages never reached their phone, "
                          + std::to_string(m_load.unansweredIdempotent()) + " requests never got an answer");
    }

    /// Everything that a phone got is Delivered, what expired is a dead letter, and nothing is left on its way.
    void checkStatuses()
    {
        std::vector<std::string> ids;
        std::vector<std::string> expiring;
        for (const ExpectedMessage &message : m_ledger.messages()) {
            if (!message.id.empty())
                (message.mayExpire ? expiring : ids).push_back(message.id);
        }
        for (const auto &[id, status] : undelivered(m_loop, m_options, ids, StatusPatience))
            m_ledger.fail("message " + id + " is " + status);
        const auto expired = undelivered(m_loop, m_options, expiring, std::chrono::seconds(2));
        for (const auto &[id, status] : expired) {
            if (status != "DeadLetter")
                m_ledger.fail("message " + id + " should have expired and is " + status);
        }
        m_expired = expired.size();
        for (const std::string name : {"Queued", "Processing", "Failed"})
            checkNothingIs(name);
    }

    void checkNothingIs(const std::string &status)
    {
        const std::vector<std::string> paths{"/api/v1/messages?limit=1&status=" + status};
        HttpAnswer answer;
        const auto isEmpty
            = [&] { return answer.status == 200 && jsonStringField(answer.body, "id").empty(); };
        for (const auto end = SteadyClock::now() + StatusPatience; SteadyClock::now() < end && !isEmpty();) {
            answer = askAll(m_loop, m_options, paths, StartLimit).front();
            m_loop.turn(std::chrono::milliseconds(50));
        }
        if (!isEmpty())
            m_ledger.fail("the list of " + status + " messages is not empty: " + answer.body);
    }

    void print(int rounds)
    {
        const auto longest
            = m_restarts.empty() ? std::chrono::milliseconds(0) : *std::ranges::max_element(m_restarts);
        const auto number = [](auto value) { return static_cast<long long>(value); };
        std::printf("RESULT crash test: %d kills, %zu messages posted, %lld accepted, %lld delivered, %lld lost, %lld "
                    "doubles, %lld expired, %lld requests unanswered (%lld messages kept), slowest restart %lld ms\n",
                    rounds, m_ledger.messages().size(), number(m_ledger.acceptedCount()),
                    number(m_ledger.acceptedCount()) - number(m_ledger.missing()) - number(m_expired),
                    number(m_ledger.missing()), number(m_ledger.doubles()), number(m_expired),
                    number(m_load.unanswered()), number(m_ledger.keptUnanswered()), number(longest.count()));
        std::printf("RESULT crash test: requests: %lld single, %lld batch, %lld idempotent (%lld answered again), "
                    "%lld expiring, %lld scheduled, %lld broadcast\n",
                    number(m_load.requests(PostKind::Single)), number(m_load.requests(PostKind::Batch)),
                    number(m_load.requests(PostKind::Idempotent)), number(m_load.replayed()),
                    number(m_load.requests(PostKind::Expiring)),
                    number(m_load.requests(PostKind::Scheduled)),
                    number(m_load.requests(PostKind::Broadcast)));
        for (const std::string &failure : m_ledger.failures())
            std::printf("FAIL!  : %s\n", failure.c_str());
    }

    ServerProcess &m_server;
    const Options m_options;
    std::minstd_rand m_random;
    EventLoop m_loop;
    DeliveryLedger m_ledger{Phones};
    PhoneFleet m_fleet;
    CrashLoad m_load;
    std::vector<std::chrono::milliseconds> m_restarts;
    std::size_t m_expired = 0;
};

} // namespace

int main(int argc, char *argv[])
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: crash_test SERVER_BINARY\n");
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const int rounds = environmentNumber("HUDHUD_CRASH_ROUNDS", 20);
    const auto seed = static_cast<std::uint32_t>(
        environmentNumber("HUDHUD_CRASH_SEED", static_cast<int>(std::random_device()() >> 1)));
    std::printf("seed %u, %d rounds\n", seed, rounds);

    ServerProcess server(argv[1]);
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
    const bool kept = CrashTest(server, options, seed).run(rounds);
    if (!kept) {
        server.keepFiles();
        std::printf("the server's files are in %s\n", server.directory().c_str());
    }
    return kept ? 0 : 1;
}
