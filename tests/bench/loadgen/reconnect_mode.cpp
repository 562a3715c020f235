// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/http_questions.h"
#include "loadgen/message_request.h"
#include "loadgen/modes.h"

#include <algorithm>
#include <unordered_set>

namespace hudhud::loadgen {

namespace {

constexpr std::chrono::seconds Limit{120};

/// Phones that come back all at once and take what `fill` has queued for them: --phones of its recipients, --messages in
/// all. Run fill with the same --messages before.
class ReconnectRun : private PhoneFleet::Listener
{
public:
    explicit ReconnectRun(const Options &options)
        : m_options(options)
        , m_fleet(m_loop, fleetOptions(options), this)
    {
    }

    ModeResult run()
    {
        const auto begin = SteadyClock::now();
        m_fleet.connectLost();
        const auto messages = static_cast<std::size_t>(m_options.messages);
        const bool received = m_loop.runUntil(
            [&] { return m_received.size() >= messages && m_fleet.acknowledgedCount() >= m_options.messages; },
            Limit);
        const std::chrono::duration<double> receivedAfter = SteadyClock::now() - begin;
        // The last to arrive are the last to be stored: when they are Delivered, all are.
        const auto open = undelivered(m_loop, m_options, m_last, Limit);
        const std::chrono::duration<double> deliveredAfter = SteadyClock::now() - begin;
        Report report(m_options.mode);
        report.add("phones", m_fleet.readyCount());
        report.add("received", static_cast<double>(m_received.size()));
        report.add("doubles", static_cast<double>(m_doubles));
        report.add("lost", static_cast<double>(messages - std::min(messages, m_received.size())));
        report.add("refused", m_fleet.refusedCount());
        report.add("complete", received ? 1 : 0);
        report.add("received_seconds", receivedAfter.count());
        report.add("delivered_seconds", deliveredAfter.count());
        report.add("verified", static_cast<double>(m_last.size()));
        report.add("verified_delivered", static_cast<double>(m_last.size() - open.size()));
        return report;
    }

private:
    static FleetOptions fleetOptions(const Options &options)
    {
        FleetOptions fleet = options.fleet(options.phones);
        fleet.firstNumber = FirstOfflineNumber;
        return fleet;
    }

    void phoneMessage(int, const PushedMessage &message) override
    {
        const auto [place, isNew] = m_received.emplace(message.id);
        if (!isNew) {
            ++m_doubles;
            return;
        }
        if (m_received.size() + static_cast<std::size_t>(m_options.verify)
            > static_cast<std::size_t>(m_options.messages))
            m_last.push_back(*place);
    }

    const Options &m_options;
    EventLoop m_loop;
    PhoneFleet m_fleet;
    std::unordered_set<std::string> m_received;
    std::vector<std::string> m_last;
    std::size_t m_doubles = 0;
};

} // namespace

ModeResult runReconnect(const Options &options)
{
    return ReconnectRun(options).run();
}

} // namespace hudhud::loadgen
