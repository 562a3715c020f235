// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/hub_protocol.h"

namespace hudhud {

/// What carries a hub connection's bytes to the client: a WebSocket, an event stream, long polls.
/// Thread: the connection's I/O thread. None of these may call back into the connection before it returns.
class HubTransport
{
public:
    virtual ~HubTransport() = default;
    /// Whether it can carry messages of that format; others are refused in the handshake.
    virtual bool carries(TransferFormat) const { return true; }
    /// True when it notices by itself that the client has gone: then there are no pings, and silence closes nothing.
    virtual bool noticesSilence() const { return false; }
    /// Sends whole hub messages as one unit: some clients do not put split messages together.
    virtual void send(TransferFormat format, QByteArrayView messages) = 0;
    /// Bytes that have not left yet.
    virtual qint64 bytesUnsent() const = 0;
    /// Holds the client's bytes back, or takes them again. Where a transport cannot, the connection's own limit on
    /// unread input holds.
    virtual void holdInput(bool /*isHeld*/) {}
    /// Ends the connection after what was sent. The connection never uses the transport again.
    virtual void close() = 0;
    /// The connection goes on over another link: drops this one, and tells the connection nothing more.
    virtual void abandon() { close(); }
};

} // namespace hudhud
