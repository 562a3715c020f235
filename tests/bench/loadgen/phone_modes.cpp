// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/modes.h"
#include "loadgen/statistics.h"

#include <algorithm>

namespace hudhud::loadgen {

namespace {

constexpr std::chrono::seconds OpeningLimit{120};

std::string connectFailure(const PhoneFleet &fleet)
{
    return "only " + std::to_string(fleet.readyCount()) + " of " + std::to_string(fleet.size())
        + " phones could connect";
}

} // namespace

ModeResult runConnect(const Options &options)
{
    EventLoop loop;
    PhoneFleet fleet(loop, options.fleet(options.phones), nullptr);
    const auto begin = SteadyClock::now();
    if (!fleet.connectAll(OpeningLimit))
        return std::unexpected(connectFailure(fleet));
    const std::chrono::duration<double> elapsed = SteadyClock::now() - begin;
    Report report(options.mode);
    report.add("phones", fleet.readyCount());
    report.add("seconds", elapsed.count());
    report.add("phones_per_s", fleet.readyCount() / elapsed.count());
    return report;
}

ModeResult runIdle(const Options &options)
{
    EventLoop loop;
    PhoneFleet fleet(loop, options.fleet(options.phones), nullptr);
    const std::int64_t before = residentKilobytes(options.serverPid);
    if (!fleet.connectAll(OpeningLimit))
        return std::unexpected(connectFailure(fleet));
    const auto end = SteadyClock::now() + std::chrono::seconds(options.duration);
    while (SteadyClock::now() < end) {
        fleet.keepAlive();
        loop.runUntil([] { return false; }, std::chrono::seconds(1));
    }
    const std::int64_t after = residentKilobytes(options.serverPid);
    Report report(options.mode);
    report.add("phones", fleet.readyCount());
    report.add("lost_phones", fleet.lostCount());
    report.add("resident_before_kib", static_cast<double>(before));
    report.add("resident_after_kib", static_cast<double>(after));
    report.add("kib_per_phone", static_cast<double>(after - before) / std::max(fleet.readyCount(), 1));
    return report;
}

} // namespace hudhud::loadgen
