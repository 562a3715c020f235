// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace hudhud {

class HubConnection;

/// A hub's part of one connection. Thread: the connection's I/O thread.
/// Ownership: the connection, which destroys it after `closed`.
class HubSession
{
public:
    virtual ~HubSession() = default;
    /// The handshake is done: pushes may begin. `connection` lives until `closed` returns.
    virtual void opened(HubConnection &connection) = 0;
    /// The client reads too slowly: hold pushes back until `drained`, or it is closed after the time limit.
    virtual void congested() = 0;
    virtual void drained() = 0;
    /// The connection goes on over a new link; what was sent meanwhile reaches the client. Between the loss and this it
    /// counts as congested.
    virtual void resumed() {}
    /// Comes exactly once after `opened`, from the event loop: never from inside a call to the connection.
    virtual void closed() = 0;
};

} // namespace hudhud
