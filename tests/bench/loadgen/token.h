// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace hudhud::loadgen {

/// A JSON Web Token (RFC 7519) signed with HS256 whose claim `claim` is `subject`.
std::string signToken(std::string_view secret, std::string_view claim, std::string_view subject,
                      std::chrono::seconds lifetime);

} // namespace hudhud::loadgen
