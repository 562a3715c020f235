// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/http_pool.h"
#include "loadgen/message_request.h"
#include "loadgen/modes.h"

namespace hudhud::loadgen {

namespace {

constexpr std::chrono::seconds OpeningLimit{60};
/// Recipients that no phone of the fleet has.
constexpr std::int64_t FirstOfflineNumber = 967710000000;
constexpr std::uint64_t OfflineNumbers = 10'000;

/// Closed loop: each connection posts again as soon as it has its answer.
class AcceptRun : private HttpPool::Listener
{
public:
    AcceptRun(const Options &options, std::string_view path)
        : m_options(options)
        , m_request(options.endpoint(), path, options.apiKey, options.contentSize, options.rich)
        , m_fleet(m_loop, options.fleet(options.phones), nullptr)
        , m_pool(m_loop, options.endpoints, options.connections, *this)
    {
    }

    ModeResult run()
    {
        if (m_options.phones > 0 && !m_fleet.connectAll(OpeningLimit))
            return std::unexpected("only " + std::to_string(m_fleet.readyCount()) + " phones could connect");
        if (!m_pool.openAll(OpeningLimit))
            return std::unexpected("only " + std::to_string(m_pool.openCount())
                                   + " connections could be opened");
        while (HttpConnection *connection = m_pool.takeFree())
            post(*connection);
        turnFor(std::chrono::seconds(m_options.warmup));
        m_accepted = 0;
        m_latencies = LatencyRecorder();
        const auto begin = SteadyClock::now();
        turnFor(std::chrono::seconds(m_options.duration));
        const std::chrono::duration<double> elapsed = SteadyClock::now() - begin;
        return report(elapsed.count());
    }

private:
    void post(HttpConnection &connection)
    {
        const std::uint64_t number = m_posted++;
        const std::string recipient
            = std::to_string(FirstOfflineNumber + static_cast<std::int64_t>(number % OfflineNumbers));
        connection.tag = static_cast<std::uint64_t>(SteadyClock::now().time_since_epoch().count());
        connection.request(m_request.make(recipient, number));
    }

    void turnFor(std::chrono::nanoseconds duration)
    {
        const auto end = SteadyClock::now() + duration;
        auto nextPing = SteadyClock::now() + std::chrono::seconds(1);
        for (auto now = SteadyClock::now(); now < end; now = SteadyClock::now()) {
            if (now >= nextPing) {
                m_fleet.keepAlive();
                nextPing += std::chrono::seconds(1);
            }
            m_loop.turn(std::chrono::milliseconds(1));
        }
    }

    Report report(double seconds)
    {
        Report report(m_options.mode);
        report.add("connections", m_options.connections);
        report.add("idle_phones", m_fleet.readyCount());
        report.add("accepted_per_s", static_cast<double>(m_accepted) / seconds);
        report.addLatencies("accept", m_latencies);
        report.add("errors", static_cast<double>(m_errors));
        report.add("lost_connections", m_pool.lostCount());
        report.add("lost_phones", m_fleet.lostCount());
        return report;
    }

    void poolResponse(HttpConnection &connection, const HttpResponse &response) override
    {
        if (response.status >= 200 && response.status < 300)
            ++m_accepted;
        else
            ++m_errors;
        const auto sent = SteadyClock::time_point(SteadyClock::duration(connection.tag));
        m_latencies.record(SteadyClock::now() - sent);
        post(connection);
    }

    void poolUnanswered(std::uint64_t) override { ++m_errors; }

    const Options &m_options;
    EventLoop m_loop;
    MessageRequest m_request;
    PhoneFleet m_fleet;
    HttpPool m_pool;
    LatencyRecorder m_latencies;
    std::uint64_t m_posted = 0;
    std::uint64_t m_accepted = 0;
    std::uint64_t m_errors = 0;
};

} // namespace

ModeResult runAccept(const Options &options)
{
    return AcceptRun(options, "/api/v1/messages").run();
}

ModeResult runNoop(const Options &options)
{
    return AcceptRun(options, options.noopPath).run();
}

} // namespace hudhud::loadgen
