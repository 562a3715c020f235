// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "fuzz_input.h"
#include "signalr/hub_protocol.h"

namespace hudhud::fuzz {

/// Takes a stream of bytes apart as a connection does, message by message.
inline void readAll(HubProtocol &protocol, QByteArrayView input)
{
    const QByteArray own = exactCopy(input);
    QByteArrayView rest = own;
    HubMessage message;
    while (!rest.isEmpty()) {
        const qsizetype length = protocol.messageLength(rest);
        require(length >= -1 && length <= rest.size());
        if (length <= 0)
            return;
        // What was found whole is found whole however much follows.
        require(protocol.messageLength(rest.first(length)) == length);
        const QByteArray framed = exactCopy(rest.first(length));
        if (protocol.parse(framed, message) == HubProtocol::Outcome::Parsed)
            require(message.target.size() < length && std::ssize(message.streamIds) < length);
        rest = rest.sliced(length);
    }
}

} // namespace hudhud::fuzz
