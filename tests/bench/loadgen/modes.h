// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loadgen/options.h"
#include "loadgen/report.h"

#include <expected>
#include <string>

namespace hudhud::loadgen {

/// A mode's figures, or one line that says why there are none.
using ModeResult = std::expected<Report, std::string>;

/// The first of the numbers that `fill` queues messages for, and that `reconnect` takes them with.
inline constexpr std::int64_t FirstOfflineNumber = 967720000000;

ModeResult runAccept(const Options &options);
ModeResult runNoop(const Options &options);
ModeResult runCorrectness(const Options &options);
ModeResult runEndToEnd(const Options &options);
ModeResult runIdle(const Options &options);
ModeResult runIdlePolling(const Options &options);
ModeResult runConnect(const Options &options);
ModeResult runFill(const Options &options);
ModeResult runReconnect(const Options &options);
ModeResult runFanOut(const Options &options);
ModeResult runHubPush(const Options &options);
ModeResult runHubInvoke(const Options &options);

} // namespace hudhud::loadgen
