// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loadgen/endpoint.h"
#include "loadgen/phone_fleet.h"

#include <expected>
#include <span>
#include <string>

namespace hudhud::loadgen {

/// The command line. One set for all modes; a mode ignores what it does not need.
struct Options
{
    std::string mode;
    std::string url = "http://127.0.0.1:8080"; ///< Or several, with commas between them.
    std::string phoneUrl; ///< Empty: as url.
    std::string apiKey;
    std::string jwtSecret;
    std::string claim = "mobile_number";
    std::string hub = "/online-mobile-user";
    std::string noopPath = "/api/v1/noop";
    int connections = 64;
    int phones = 0;
    int duration = 8; ///< Seconds.
    int warmup = 1; ///< Seconds.
    int rate = 0; ///< Messages per second, open loop; 0: as fast as answers come.
    int inFlight = 2000; ///< Posted and not yet received, closed loop only.
    int contentSize = 200;
    int connectingAtOnce = 256;
    int messages = 1'000'000; ///< For fill.
    int serverPid = 0;
    int verify = 1000; ///< Messages whose status is read at the end.
    bool json = false;
    bool messagePack = false;
    bool rich = false; ///< Idempotency keys and all priorities.

    std::vector<Endpoint> endpoints;
    std::vector<Endpoint> phoneEndpoints;
    const Endpoint &endpoint() const { return endpoints.front(); }
    FleetOptions fleet(int count) const;
};

/// Errors: one line that names the argument.
std::expected<Options, std::string> parseOptions(std::span<char *const> arguments);
extern const char *const Usage;

} // namespace hudhud::loadgen
