// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loadgen/event_loop.h"
#include "loadgen/options.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace hudhud::loadgen {

struct HttpAnswer
{
    int status = 0; ///< 0: none came.
    std::string body;
};

/// GETs all paths over a few connections. Result: the answers in the order of `paths`.
std::vector<HttpAnswer> askAll(EventLoop &loop, const Options &options, std::span<const std::string> paths,
                               std::chrono::milliseconds limit);

/// The messages of `ids` that are not Delivered, with what they are instead ("Queued", "404"). Asks again
/// until all are or `patience` is over, because acknowledgements are stored a moment after they arrive.
std::map<std::string, std::string> undelivered(EventLoop &loop, const Options &options,
                                               std::vector<std::string> ids,
                                               std::chrono::milliseconds patience);

} // namespace hudhud::loadgen
