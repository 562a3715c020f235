// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/endpoint.h"

#include <netdb.h>

namespace hudhud::loadgen {

std::optional<Endpoint> Endpoint::fromUrl(std::string_view url)
{
    constexpr std::string_view Scheme = "http://";
    if (!url.starts_with(Scheme))
        return std::nullopt;
    url.remove_prefix(Scheme.size());
    url = url.substr(0, url.find('/'));
    const std::size_t colon = url.rfind(':');
    const std::string host(url.substr(0, colon));
    const std::string port(colon == std::string_view::npos ? std::string_view("80") : url.substr(colon + 1));

    addrinfo hints{};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo *found = nullptr;
    if (getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0)
        return std::nullopt;
    Endpoint endpoint;
    endpoint.address = *reinterpret_cast<const sockaddr_in *>(found->ai_addr);
    endpoint.host = std::string(url);
    freeaddrinfo(found);
    return endpoint;
}

std::optional<std::vector<Endpoint>> Endpoint::fromUrls(std::string_view urls)
{
    std::vector<Endpoint> endpoints;
    while (true) {
        const std::size_t comma = urls.find(',');
        auto endpoint = fromUrl(urls.substr(0, comma));
        if (!endpoint)
            return std::nullopt;
        endpoints.push_back(*std::move(endpoint));
        if (comma == std::string_view::npos)
            return endpoints;
        urls.remove_prefix(comma + 1);
    }
}

bool Endpoint::isLoopback() const
{
    return (ntohl(address.sin_addr.s_addr) >> 24) == 127;
}

} // namespace hudhud::loadgen
