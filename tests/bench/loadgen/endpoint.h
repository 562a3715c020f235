// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <netinet/in.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hudhud::loadgen {

/// Where the server listens, resolved once.
struct Endpoint
{
    sockaddr_in address{};
    std::string host; ///< For the Host header: "127.0.0.1:8080".

    /// Reads "http://host:port". IPv4 only; nothing when the text is no such URL or the host is unknown.
    static std::optional<Endpoint> fromUrl(std::string_view url);
    /// The same for one URL or several with commas between them.
    static std::optional<std::vector<Endpoint>> fromUrls(std::string_view urls);
    bool isLoopback() const;
};

} // namespace hudhud::loadgen
