// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/hub_close.h"

#include <array>

namespace hudhud {

const HubCloseRule &hubCloseRule(HubCloseCause cause)
{
    constexpr QByteArrayView generic("Connection closed with an error.");
    static constexpr std::array<HubCloseRule, HubCloseCauseCount> rules{{
        {"transport-lost", false, {}, false},
        {"client-left", false, {}, false},
        {"handshake-failed", false, {}, false},
        {"protocol-error", true, generic, true},
        {"message-too-large", true, generic, true},
        {"client-timeout", true, generic, true},
        {"slow-reader", true, generic, true},
        {"server-stopping", true, {}, true},
        {"revoked", true, "The access was revoked. Sign in again.", false},
        {"token-expired", true, {}, true},
        {"input-overflow", true, generic, true},
        {"redistributed", true, {}, true},
    }};
    return rules.at(static_cast<std::size_t>(cause));
}

} // namespace hudhud
