// SPDX-License-Identifier: GPL-3.0-or-later
// Load with phones, kill -9 at a random moment, restart on the same database, again and again. Whatever got a
// 202 has to be acknowledged by its phone exactly as posted. HUDHUD_CRASH_ROUNDS and HUDHUD_CRASH_SEED change
// the run.
#include "server_process.h"

#include "loadgen/http_pool.h"
#include "loadgen/http_questions.h"
#include "loadgen/message_request.h"
#include "loadgen/phone_fleet.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace {

using namespace hudhud::loadgen;
using hudhud::test::ServerProcess;

constexpr int Phones = 200;
constexpr int Producers = 32;
constexpr std::int64_t MostUnreceived = 2'000;
constexpr std::chrono::seconds StartLimit{60};
constexpr std::chrono::seconds QuietLimit{90};

int environmentNumber(const char *name, int otherwise)
{
    const char *text = std::getenv(name);
    return text ? std::atoi(text) : otherwise;
}

/// What message `number` says: made anew whenever it is needed, so that nothing has to be remembered. Of very
/// different lengths, with everything that needs escaping.
std::string contentOf(std::uint64_t number)
{
    constexpr std::string_view Pieces[]
        = {"plain text ", "\"quoted\" ", "back\\slash ", "line\nbreak ", "هدهد ", "\x01\x1e", "🐦"};
    std::minstd_rand random(static_cast<std::uint32_t>(number * 2654435761U + 1));
    std::string content(MessageRequest::NumberDigits, '0');
    std::uint64_t rest = number;
    for (std::size_t i = content.size(); i-- > 0; rest /= 10)
        content[i] = static_cast<char>('0' + rest % 10);
    const std::size_t pieces = random() % 100 == 0 ? 400 : random() % 12;
    for (std::size_t i = 0; i < pieces; ++i)
        content.append(Pieces[random() % std::size(Pieces)]);
    return content;
}

std::string jsonEscaped(std::string_view text)
{
    std::string escaped;
    for (const char character : text) {
        if (character == '"' || character == '\\') {
            escaped.push_back('\\');
            escaped.push_back(character);
        } else if (static_cast<unsigned char>(character) < 0x20) {
            char buffer[8];
            std::snprintf(buffer, sizeof buffer, "\\u%04x", character);
            escaped.append(buffer);
        } else {
            escaped.push_back(character);
        }
    }
    return escaped;
}

class CrashTest : private HttpPool::Listener, private PhoneFleet::Listener
{
public:
    CrashTest(ServerProcess &server, Options options, std::uint32_t seed)
        : m_server(server)
        , m_options(std::move(options))
        , m_random(seed)
        , m_fleet(m_loop, m_options.fleet(Phones), this)
        , m_pool(m_loop, m_options.endpoint, Producers, *this)
    {
    }

    /// The server runs already. Result: whether it kept its promise.
    bool run(int rounds)
    {
        for (int round = 0; round < rounds && m_failures.empty(); ++round) {
            load(std::chrono::milliseconds(200 + m_random() % 1300));
            m_server.stop(SIGKILL);
            m_loop.runUntil([this] { return m_fleet.readyCount() == 0 && m_pool.openCount() == 0; },
                            StartLimit);
            restart();
        }
        if (m_failures.empty())
            waitUntilQuiet();
        if (m_failures.empty())
            checkStatuses();
        print(rounds);
        return m_failures.empty();
    }

private:
    enum class Outcome : std::uint8_t { Unknown, Accepted, Refused };

    struct Posted
    {
        Outcome outcome = Outcome::Unknown;
        std::uint16_t received = 0;
        std::string id;
    };

    void fail(std::string what)
    {
        if (m_failures.size() < 20)
            m_failures.push_back(std::move(what));
    }

    void restart()
    {
        const auto begin = SteadyClock::now();
        if (const auto started = m_server.start(StartLimit); !started) {
            fail(started.error());
            return;
        }
        m_restarts.push_back(
            std::chrono::duration_cast<std::chrono::milliseconds>(SteadyClock::now() - begin));
    }

    void load(std::chrono::milliseconds duration)
    {
        m_fleet.connectLost();
        m_pool.reopenLost();
        const auto end = SteadyClock::now() + duration;
        while (SteadyClock::now() < end) {
            postWhileRoom();
            m_loop.turn(std::chrono::milliseconds(1));
        }
    }

    void postWhileRoom()
    {
        while (m_accepted - m_receivedOnce < MostUnreceived) {
            HttpConnection *connection = m_pool.takeFree();
            if (!connection)
                return;
            const std::uint64_t number = m_posted.size();
            m_posted.emplace_back();
            constexpr std::string_view Priorities[] = {"Low", "Normal", "High", "Critical"};
            const std::string body = R"({"recipient":")" + m_fleet.number(static_cast<int>(number % Phones))
                + R"(","subject":"crash","priority":")" + std::string(Priorities[number / Phones % 4])
                + R"(","content":")" + jsonEscaped(contentOf(number)) + "\"}";
            connection->tag = number;
            connection->request(postRequest(m_options.endpoint, "/api/v1/messages", m_options.apiKey, body));
        }
    }

    void poolResponse(HttpConnection &connection, const HttpResponse &response) override
    {
        Posted &posted = m_posted[connection.tag];
        if (response.status == 202) {
            posted.outcome = Outcome::Accepted;
            ++m_accepted;
            if (posted.received > 0) // The push overtook the answer.
                ++m_receivedOnce;
            noteId(connection.tag, jsonStringField(response.body, "id"));
        } else if (response.status == 503) {
            posted.outcome = Outcome::Refused;
        } else {
            fail("message " + std::to_string(connection.tag) + " was answered "
                 + std::to_string(response.status));
        }
        m_pool.giveBack(connection);
    }

    void poolUnanswered(std::uint64_t) override { ++m_unanswered; }

    void phoneMessage(int phone, const PushedMessage &message) override
    {
        const auto number = contentNumber(message.content);
        if (!number || *number >= m_posted.size()) {
            fail("a phone got a message that nobody posted: " + std::string(message.id));
            return;
        }
        if (message.content != contentOf(*number) || message.subject != "crash")
            fail("message " + std::to_string(*number) + " arrived changed");
        if (static_cast<int>(*number % Phones) != phone)
            fail("message " + std::to_string(*number) + " arrived at another phone");
        noteId(*number, message.id);
        Posted &posted = m_posted[*number];
        if (posted.outcome == Outcome::Refused)
            fail("message " + std::to_string(*number) + " was refused and yet delivered");
        if (posted.received++ > 0)
            ++m_doubles;
        else if (posted.outcome == Outcome::Accepted)
            ++m_receivedOnce;
    }

    void noteId(std::uint64_t number, std::string_view id)
    {
        Posted &posted = m_posted[number];
        if (posted.id.empty())
            posted.id = id;
        else if (posted.id != id)
            fail("message " + std::to_string(number) + " has two ids");
    }

    std::int64_t missing() const
    {
        return std::ranges::count_if(m_posted, [](const Posted &posted) {
            return posted.outcome == Outcome::Accepted && posted.received == 0;
        });
    }

    void waitUntilQuiet()
    {
        m_fleet.connectLost();
        auto nextPing = SteadyClock::now();
        const bool quiet = m_loop.runUntil(
            [&] {
                if (SteadyClock::now() >= nextPing) {
                    m_fleet.keepAlive();
                    nextPing = SteadyClock::now() + std::chrono::milliseconds(500);
                    return m_fleet.readyCount() == Phones && missing() == 0;
                }
                return false;
            },
            QuietLimit);
        if (!quiet)
            fail(std::to_string(missing()) + " accepted messages never reached their phone");
    }

    /// Everything that a phone got is Delivered, and nothing is left in any other status.
    void checkStatuses()
    {
        std::vector<std::string> ids;
        for (const Posted &posted : m_posted) {
            if (!posted.id.empty())
                ids.push_back(posted.id);
        }
        const auto wrong = undelivered(m_loop, m_options, ids, std::chrono::seconds(15));
        for (const auto &[id, status] : wrong)
            fail("message " + id + " is " + status);
        const std::vector<std::string> names{"Queued", "Processing", "Failed", "DeadLetter"};
        std::vector<std::string> paths;
        for (const std::string &name : names)
            paths.push_back("/api/v1/messages?limit=1&status=" + name);
        const auto answers = askAll(m_loop, m_options, paths, StartLimit);
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (answers[i].status != 200 || !jsonStringField(answers[i].body, "id").empty())
                fail("the list of " + names[i] + " messages is not empty: " + answers[i].body);
        }
    }

    void print(int rounds)
    {
        std::ranges::sort(m_restarts);
        const auto longest = m_restarts.empty() ? 0 : m_restarts.back().count();
        const auto kept = std::ranges::count_if(m_posted, [](const Posted &posted) {
            return posted.outcome == Outcome::Unknown && posted.received > 0;
        });
        std::printf("RESULT crash test: %d kills, %zu posted, %lld accepted, %lld missing, %lld doubles, "
                    "%lld unanswered (%lld of them kept), slowest restart %lld ms\n",
                    rounds, m_posted.size(), static_cast<long long>(m_accepted),
                    static_cast<long long>(missing()), static_cast<long long>(m_doubles),
                    static_cast<long long>(m_unanswered), static_cast<long long>(kept),
                    static_cast<long long>(longest));
        for (const std::string &failure : m_failures)
            std::printf("FAIL!  : %s\n", failure.c_str());
    }

    ServerProcess &m_server;
    Options m_options;
    std::minstd_rand m_random;
    EventLoop m_loop;
    PhoneFleet m_fleet;
    HttpPool m_pool;
    std::vector<Posted> m_posted;
    std::vector<std::string> m_failures;
    std::vector<std::chrono::milliseconds> m_restarts;
    std::int64_t m_accepted = 0;
    std::int64_t m_receivedOnce = 0;
    std::int64_t m_doubles = 0;
    std::int64_t m_unanswered = 0;
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
    options.endpoint = *Endpoint::fromUrl(options.url);
    const bool kept = CrashTest(server, options, seed).run(rounds);
    if (!kept) {
        server.keepFiles();
        std::printf("the server's files are in %s\n", server.directory().c_str());
    }
    return kept ? 0 : 1;
}
