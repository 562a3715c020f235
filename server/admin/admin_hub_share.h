// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection_tokens.h"
#include "request_exchange.h"
#include "signalr/hub_directory.h"

#include <chrono>
#include <memory>

namespace hudhud {

/// What the I/O threads share of the hub `/admin`. Thread: any. Ownership: `clock` outlives it, it outlives the hubs.
class AdminHubShare
{
public:
    static constexpr qint64 MaximumConnections = 200;
    static constexpr qint64 MaximumNegotiations = 200;
    static constexpr std::chrono::seconds NegotiateTimeout{15};

    explicit AdminHubShare(const Clock &clock)
        : m_tokens(std::make_shared<ConnectionTokens>(clock, MaximumNegotiations, NegotiateTimeout))
    {
    }

    const std::shared_ptr<ConnectionTokens> &tokens() const { return m_tokens; }
    const std::shared_ptr<RequestExchange> &exchange() const { return m_exchange; }
    HubDirectory &directory() { return m_directory; }

private:
    std::shared_ptr<ConnectionTokens> m_tokens;
    std::shared_ptr<RequestExchange> m_exchange = std::make_shared<RequestExchange>();
    HubDirectory m_directory;
};

} // namespace hudhud
