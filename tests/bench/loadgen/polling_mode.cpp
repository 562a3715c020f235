// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/http_connection.h"
#include "loadgen/modes.h"
#include "loadgen/statistics.h"
#include "loadgen/token.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace hudhud::loadgen {

namespace {

constexpr std::chrono::seconds OpeningLimit{180};

/// One phone without WebSockets: it negotiates, shakes hands and polls for ever, on one connection.
struct PollingPhone
{
    enum class Step { Negotiating, Opening, ShakingHands, Accepting, Polling };

    std::unique_ptr<HttpConnection> connection;
    std::string authorization;
    std::string id;
    Step step = Step::Negotiating;
};

class PollingRun : private HttpConnection::Listener
{
public:
    explicit PollingRun(const Options &options)
        : m_options(options)
        , m_fleet(options.fleet(options.phones))
        , m_phones(static_cast<std::size_t>(options.phones))
    {
        for (std::size_t i = 0; i < m_phones.size(); ++i) {
            const std::string number = std::to_string(m_fleet.firstNumber + static_cast<std::int64_t>(i));
            m_phones[i].authorization = "Authorization: Bearer "
                + signToken(m_fleet.jwtSecret, m_fleet.claim, number, m_fleet.tokenLifetime) + "\r\n";
            m_phones[i].connection = std::make_unique<HttpConnection>(
                m_loop, static_cast<HttpConnection::Listener &>(*this), static_cast<int>(i));
        }
    }

    ModeResult run()
    {
        const std::int64_t before = residentKilobytes(m_options.serverPid);
        const auto begin = SteadyClock::now();
        openMore();
        const auto isOpened = [this] { return m_polling == m_phones.size() || m_lost > 0; };
        if (!m_loop.runUntil(isOpened, OpeningLimit) || m_lost > 0)
            return std::unexpected("only " + std::to_string(m_polling) + " of " + std::to_string(m_phones.size())
                                   + " phones could open a connection");
        const std::chrono::duration<double> opening = SteadyClock::now() - begin;
        m_loop.runUntil([] { return false; }, std::chrono::seconds(m_options.warmup));
        m_answers = 0;
        const double usedBefore = processorSeconds(m_options.serverPid);
        const auto idleBegin = SteadyClock::now();
        m_loop.runUntil([] { return false; }, std::chrono::seconds(m_options.duration));
        const std::chrono::duration<double> idle = SteadyClock::now() - idleBegin;
        const double used = processorSeconds(m_options.serverPid) - usedBefore;
        const std::int64_t after = residentKilobytes(m_options.serverPid);
        Report report(m_options.mode);
        report.add("phones", static_cast<double>(m_polling));
        report.add("lost_phones", m_lost);
        report.add("opening_seconds", opening.count());
        report.add("polls_answered_per_s", static_cast<double>(m_answers) / idle.count());
        report.add("server_core_percent", 100 * used / idle.count());
        report.add("kib_per_phone",
                   static_cast<double>(after - before) / static_cast<double>(std::max<std::size_t>(m_polling, 1)));
        return report;
    }

private:
    void openMore()
    {
        while (m_opening < m_fleet.connectingAtOnce && m_next < m_phones.size()) {
            ++m_opening;
            const auto phone = m_next++;
            if (!m_phones[phone].connection->open(m_fleet.endpoints.front(), static_cast<int>(phone)))
                ++m_lost;
        }
    }

    void ask(PollingPhone &phone, std::string_view method, const std::string &target, std::string_view body = {})
    {
        std::string request;
        request.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: loadgen\r\n");
        request.append(phone.authorization);
        if (method == "POST")
            request.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
        request.append("\r\n").append(body);
        phone.connection->request(request);
    }
    void poll(PollingPhone &phone) { ask(phone, "GET", m_fleet.target + "?id=" + phone.id); }

    void httpReady(HttpConnection &connection) override
    {
        ask(m_phones[static_cast<std::size_t>(connection.number())], "POST",
            m_fleet.target + "/negotiate?negotiateVersion=1");
    }
    void httpResponse(HttpConnection &connection, const HttpResponse &response) override
    {
        PollingPhone &phone = m_phones[static_cast<std::size_t>(connection.number())];
        if (response.status != 200) {
            ++m_lost;
            return;
        }
        switch (phone.step) {
        case PollingPhone::Step::Negotiating: {
            constexpr std::string_view Key = "\"connectionToken\":\"";
            const std::size_t begin = response.body.find(Key);
            if (begin == std::string_view::npos) {
                ++m_lost;
                return;
            }
            const std::size_t value = begin + Key.size();
            phone.id = response.body.substr(value, response.body.find('"', value) - value);
            phone.step = PollingPhone::Step::Opening;
            poll(phone);
            break;
        }
        case PollingPhone::Step::Opening:
            phone.step = PollingPhone::Step::ShakingHands;
            ask(phone, "POST", m_fleet.target + "?id=" + phone.id, "{\"protocol\":\"json\",\"version\":1}\x1e");
            break;
        case PollingPhone::Step::ShakingHands:
            phone.step = PollingPhone::Step::Accepting;
            poll(phone);
            break;
        case PollingPhone::Step::Accepting:
            phone.step = PollingPhone::Step::Polling;
            ++m_polling;
            --m_opening;
            poll(phone);
            openMore();
            break;
        case PollingPhone::Step::Polling:
            ++m_answers;
            poll(phone);
            break;
        }
    }
    void httpLost(HttpConnection &) override { ++m_lost; }

    const Options &m_options;
    EventLoop m_loop;
    FleetOptions m_fleet;
    std::vector<PollingPhone> m_phones;
    std::size_t m_next = 0;
    std::size_t m_polling = 0;
    std::int64_t m_answers = 0;
    int m_opening = 0;
    int m_lost = 0;
};

} // namespace

ModeResult runIdlePolling(const Options &options)
{
    return PollingRun(options).run();
}

} // namespace hudhud::loadgen
