// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/http_pool.h"
#include "loadgen/http_questions.h"
#include "loadgen/message_request.h"
#include "loadgen/modes.h"

#include <algorithm>
#include <deque>
#include <optional>

namespace hudhud::loadgen {

namespace {

constexpr std::chrono::seconds OpeningLimit{60};
constexpr std::chrono::seconds DrainLimit{30};
constexpr std::chrono::seconds VerifyLimit{10};

/// Accept, push, acknowledge. Each message carries its number in its content, because the push may overtake
/// the 202 that would tell its id.
class EndToEndRun : private HttpPool::Listener, private PhoneFleet::Listener
{
public:
    explicit EndToEndRun(const Options &options)
        : m_options(options)
        , m_request(options.endpoint(), "/api/v1/messages", options.apiKey, options.contentSize, options.rich)
        , m_fleet(m_loop, options.fleet(options.phones), this)
        , m_pool(m_loop, options.endpoints, options.connections, *this)
    {
    }

    ModeResult run()
    {
        if (m_options.phones == 0)
            return std::unexpected("end-to-end needs --phones");
        if (!m_fleet.connectAll(OpeningLimit))
            return std::unexpected("only " + std::to_string(m_fleet.readyCount()) + " phones could connect");
        if (!m_pool.openAll(OpeningLimit))
            return std::unexpected("only " + std::to_string(m_pool.openCount())
                                   + " connections could be opened");
        for (int i = 0; i < m_fleet.size(); ++i)
            m_recipients.push_back(m_fleet.number(i));
        load();
        const bool drained = drain();
        m_fleet.keepAlive();
        const auto wrong
            = undelivered(m_loop, m_options, {m_recentIds.begin(), m_recentIds.end()}, VerifyLimit);
        return report(drained, m_recentIds.size() - wrong.size());
    }

private:
    struct Sent
    {
        SteadyClock::time_point intended;
        bool accepted = false;
        int received = 0;
    };

    SteadyClock::time_point intendedTime(std::uint64_t number) const
    {
        return m_begin
            + std::chrono::nanoseconds(number * 1'000'000'000ULL / static_cast<unsigned>(m_options.rate));
    }

    void load()
    {
        m_begin = SteadyClock::now();
        m_measureFrom = m_begin + std::chrono::seconds(m_options.warmup);
        m_measureTo = m_measureFrom + std::chrono::seconds(m_options.duration);
        auto nextPing = m_begin + std::chrono::seconds(1);
        for (auto now = m_begin; now < m_measureTo; now = SteadyClock::now()) {
            if (now >= nextPing) {
                m_fleet.keepAlive();
                comeBack(now);
                nextPing += std::chrono::seconds(1);
            }
            const auto pause = m_options.rate > 0 ? postDue(now) : postWhileRoom(now);
            m_loop.turn(pause);
        }
    }

    /// Once a second: what a node that ended took along goes to another one.
    void comeBack(SteadyClock::time_point now)
    {
        if (m_fleet.readyCount() < m_fleet.size()) {
            if (!m_lostSince)
                m_lostSince = now;
            m_fleet.connectLost();
        } else if (m_lostSince) {
            m_longestAbsence = std::max(m_longestAbsence, now - *m_lostSince);
            m_lostSince.reset();
        }
        if (m_pool.openCount() < m_options.connections)
            m_pool.reopenLost();
    }

    /// Open loop. Result: the time to the next message.
    std::chrono::nanoseconds postDue(SteadyClock::time_point now)
    {
        while (true) {
            const auto intended = intendedTime(m_sent.size());
            if (intended > now)
                return intended - now;
            HttpConnection *connection = m_pool.takeFree();
            if (!connection)
                return std::chrono::milliseconds(1);
            post(*connection, intended);
        }
    }

    std::chrono::nanoseconds postWhileRoom(SteadyClock::time_point now)
    {
        while (m_sent.size() - m_receivedOnce < static_cast<std::size_t>(m_options.inFlight)) {
            HttpConnection *connection = m_pool.takeFree();
            if (!connection)
                break;
            post(*connection, now);
        }
        return std::chrono::milliseconds(1);
    }

    void post(HttpConnection &connection, SteadyClock::time_point intended)
    {
        const std::uint64_t number = m_sent.size();
        m_sent.push_back({intended});
        connection.tag = number;
        connection.request(m_request.make(m_recipients[number % m_recipients.size()], number));
    }

    bool drain()
    {
        const auto isDone
            = [this] { return m_accepted + m_errors == m_sent.size() && m_owed == 0; };
        const auto limit = SteadyClock::now() + DrainLimit;
        while (!m_loop.runUntil(isDone, std::chrono::seconds(1)) && SteadyClock::now() < limit) {
            m_fleet.keepAlive();
            comeBack(SteadyClock::now());
        }
        return isDone();
    }

    bool isMeasured(SteadyClock::time_point time) const
    {
        return time >= m_measureFrom && time < m_measureTo;
    }

    void poolResponse(HttpConnection &connection, const HttpResponse &response) override
    {
        Sent &sent = m_sent[connection.tag];
        const auto now = SteadyClock::now();
        if (response.status == 202) {
            ++m_accepted;
            sent.accepted = true;
            m_owed += sent.received == 0 ? 1 : 0;
            if (isMeasured(sent.intended))
                m_acceptLatencies.record(now - sent.intended);
            m_recentIds.emplace_back(jsonStringField(response.body, "id"));
            if (m_recentIds.size() > static_cast<std::size_t>(m_options.verify))
                m_recentIds.pop_front();
        } else {
            ++m_errors;
        }
        m_pool.giveBack(connection);
    }

    void poolUnanswered(std::uint64_t) override { ++m_errors; }

    void phoneMessage(int, const PushedMessage &message) override
    {
        const auto number = contentNumber(message.content);
        if (!number || *number >= m_sent.size()) {
            ++m_foreign;
            return;
        }
        Sent &sent = m_sent[*number];
        if (++sent.received > 1) {
            ++m_doubles;
            return;
        }
        ++m_receivedOnce;
        m_owed -= sent.accepted ? 1 : 0;
        const auto now = SteadyClock::now();
        if (isMeasured(now))
            ++m_receivedMeasured;
        if (isMeasured(sent.intended))
            m_receiveLatencies.record(now - sent.intended);
    }

    Report report(bool drained, std::size_t delivered)
    {
        const auto lost = std::ranges::count_if(
            m_sent, [](const Sent &sent) { return sent.accepted && sent.received == 0; });
        Report report(m_options.mode);
        report.add("phones", m_fleet.size());
        report.add("connections", m_options.connections);
        report.add("rate", m_options.rate);
        report.add("delivered_per_s", static_cast<double>(m_receivedMeasured) / m_options.duration);
        report.addLatencies("accept", m_acceptLatencies);
        report.addLatencies("receive", m_receiveLatencies);
        report.add("accepted", static_cast<double>(m_accepted));
        report.add("received", static_cast<double>(m_receivedOnce));
        report.add("acknowledged", static_cast<double>(m_fleet.acknowledgedCount()));
        report.add("doubles", static_cast<double>(m_doubles));
        report.add("lost", static_cast<double>(lost));
        report.add("phones_lost", m_fleet.lostCount());
        report.add("phones_back_s", std::chrono::duration<double>(m_longestAbsence).count());
        report.add("foreign", static_cast<double>(m_foreign));
        report.add("errors", static_cast<double>(m_errors));
        report.add("drained", drained ? 1 : 0);
        report.add("verified", static_cast<double>(m_recentIds.size()));
        report.add("verified_delivered", static_cast<double>(delivered));
        return report;
    }

    const Options &m_options;
    EventLoop m_loop;
    MessageRequest m_request;
    PhoneFleet m_fleet;
    HttpPool m_pool;
    std::vector<std::string> m_recipients;
    std::deque<Sent> m_sent; ///< A deque, because growing a vector of a million would show in the latencies.
    std::deque<std::string> m_recentIds;
    LatencyRecorder m_acceptLatencies;
    LatencyRecorder m_receiveLatencies;
    SteadyClock::time_point m_begin;
    SteadyClock::time_point m_measureFrom;
    SteadyClock::time_point m_measureTo;
    std::optional<SteadyClock::time_point> m_lostSince; ///< Some phones are not connected.
    SteadyClock::duration m_longestAbsence{};
    std::uint64_t m_accepted = 0;
    std::uint64_t m_errors = 0;
    std::uint64_t m_receivedOnce = 0;
    std::uint64_t m_receivedMeasured = 0;
    std::uint64_t m_owed = 0; ///< Accepted and not received.
    std::uint64_t m_doubles = 0;
    std::uint64_t m_foreign = 0;
};

} // namespace

ModeResult runEndToEnd(const Options &options)
{
    return EndToEndRun(options).run();
}

} // namespace hudhud::loadgen
