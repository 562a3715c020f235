// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/http_pool.h"
#include "loadgen/message_request.h"
#include "loadgen/modes.h"

#include <algorithm>
#include <array>

namespace hudhud::loadgen {

namespace {

constexpr std::chrono::seconds OpeningLimit{60};
constexpr int RoundsUnderWay = 4;
constexpr int MessagesPerRequest = 1000;

/// The same text to every phone, round after round; a round ends when the last phone has it.
class FanOutRun : private HttpPool::Listener, private PhoneFleet::Listener
{
public:
    explicit FanOutRun(const Options &options)
        : m_options(options)
        , m_fleet(m_loop, options.fleet(options.phones), this)
        , m_pool(m_loop, options.endpoints, RoundsUnderWay, *this)
    {
    }

    ModeResult run()
    {
        if (!m_fleet.connectAll(OpeningLimit) || !m_pool.openAll(OpeningLimit))
            return std::unexpected("the server does not take all connections");
        prepareRequests();
        const auto begin = SteadyClock::now();
        const auto measureFrom = begin + std::chrono::seconds(m_options.warmup);
        turnUntil(measureFrom);
        m_received = 0;
        turnUntil(measureFrom + std::chrono::seconds(m_options.duration));
        Report report(m_options.mode);
        report.add("phones", m_fleet.size());
        report.add("frames_per_s", static_cast<double>(m_received) / m_options.duration);
        report.add("errors", static_cast<double>(m_errors));
        return report;
    }

private:
    void prepareRequests()
    {
        const std::string content(static_cast<std::size_t>(m_options.contentSize), 'x');
        for (int first = 0; first < m_fleet.size(); first += MessagesPerRequest) {
            std::string body = R"({"messages":[)";
            const int last = std::min(first + MessagesPerRequest, m_fleet.size());
            for (int i = first; i < last; ++i) {
                body.append(i > first ? "," : "").append(R"({"recipient":")").append(m_fleet.number(i));
                body.append(R"(","subject":"load","content":")").append(content).append("\"}");
            }
            body.append("]}");
            m_requests.push_back(
                postRequest(m_options.endpoint(), "/api/v1/messages/batch", m_options.apiKey, body));
        }
    }

    void turnUntil(SteadyClock::time_point end)
    {
        while (SteadyClock::now() < end) {
            postWhileRoom();
            m_loop.turn(std::chrono::milliseconds(1));
            if (SteadyClock::now() >= m_nextPing) {
                m_fleet.keepAlive();
                m_nextPing = SteadyClock::now() + std::chrono::seconds(1);
            }
        }
    }

    void postWhileRoom()
    {
        const std::int64_t room
            = static_cast<std::uint64_t>(RoundsUnderWay) * static_cast<unsigned>(m_fleet.size());
        while (m_posted - m_receivedEver < room) {
            HttpConnection *connection = m_pool.takeFree();
            if (!connection)
                return;
            const std::size_t next = m_nextRequest++ % m_requests.size();
            m_posted
                += std::min(MessagesPerRequest, m_fleet.size() - static_cast<int>(next) * MessagesPerRequest);
            connection->request(m_requests[next]);
        }
    }

    void poolResponse(HttpConnection &connection, const HttpResponse &response) override
    {
        if (response.status != 202)
            ++m_errors;
        m_pool.giveBack(connection);
    }

    void poolUnanswered(std::uint64_t) override { ++m_errors; }

    void phoneMessage(int, const PushedMessage &) override
    {
        ++m_received;
        ++m_receivedEver;
    }

    const Options &m_options;
    EventLoop m_loop;
    PhoneFleet m_fleet;
    HttpPool m_pool;
    std::vector<std::string> m_requests;
    std::size_t m_nextRequest = 0;
    SteadyClock::time_point m_nextPing;
    std::int64_t m_posted = 0;
    std::uint64_t m_received = 0;
    std::int64_t m_receivedEver = 0;
    std::uint64_t m_errors = 0;
};

} // namespace

ModeResult runFanOut(const Options &options)
{
    return FanOutRun(options).run();
}

} // namespace hudhud::loadgen
