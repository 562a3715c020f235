// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loadgen/event_loop.h"
#include "loadgen/options.h"

#include <map>
#include <span>
#include <string>

namespace hudhud::loadgen {

/// Asks the server for the status of each message: "Delivered", or "404" and the like when there is no such
/// message. A message that is not Delivered is asked for again until `patience` is over, because
/// acknowledgements are stored a moment after they arrive.
std::map<std::string, std::string> messageStatuses(EventLoop &loop, const Options &options,
                                                   std::span<const std::string> ids,
                                                   std::chrono::milliseconds patience);

/// How many of `ids` are Delivered, with ten seconds of patience.
int countDelivered(EventLoop &loop, const Options &options, const std::vector<std::string> &ids);

} // namespace hudhud::loadgen
