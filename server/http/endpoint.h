// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "config/configuration.h"
#include "core/clock.h"
#include "core/error.h"
#include "http/connection_limits.h"
#include "plugin-api/http.h"
#include "plugin-api/metrics.h"

#include <chrono>
#include <functional>
#include <memory>

namespace hudhud {

/// One listening address with its TLS and limits, on one I/O thread: HTTP/1.1 and WebSocket. Each I/O thread
/// has an instance of its own for each configured endpoint; they listen on the same port and share only the
/// limits:
///
///     auto limits = Endpoint::makeLimits(options);             // once per endpoint, any thread
///     Endpoint endpoint("public", options, limits, metrics);   // on the I/O thread
///     worker->mount("public", endpoint.routes());
///     auto port = endpoint.listen();                           // the others: listen(*port)
///     ...
///     endpoint.drain(deadline, [] { ... });                    // on the I/O thread; then destroy it there
///
/// Thread: created, used and destroyed on its I/O thread, which runs an event loop. The metrics registry
/// outlives it.
class Endpoint
{
public:
    /// The connection counts that all instances of one endpoint share.
    static std::shared_ptr<ConnectionLimits> makeLimits(const EndpointOptions &options);

    Endpoint(const QByteArray &name, const EndpointOptions &options, std::shared_ptr<ConnectionLimits> limits,
             MetricsRegistry &metrics);
    /// Ends what is still connected; each WebSocketHandler gets its `closed`.
    ~Endpoint();
    Endpoint(const Endpoint &) = delete;
    Endpoint &operator=(const Endpoint &) = delete;

    /// Complete before `listen`.
    RouteTable &routes();

    /// Opens the port. The first instance binds the configured one (a free one if that is 0), the others join
    /// it with the port that the first returned. Errors: InvalidField, which names the key
    /// (endpoints.<name>.listen, .tls_certificate or .tls_key) and the remedy.
    Result<quint16> listen(quint16 portFromFirstInstance = 0);

    /// Closes the listening socket; connections go on.
    void stopAccepting();

    /// Stops accepting, closes idle connections, lets answers under way leave with "Connection: close", sends
    /// WebSockets a close frame (1001) unless their transport did, and drops what is left at the deadline.
    /// `done` is called once, in a later loop turn, when no connection is left.
    void drain(std::chrono::milliseconds deadline, std::function<void()> done);

    /// Connections of this instance.
    qsizetype connectionCount() const;

private:
    class Implementation;
    std::unique_ptr<Implementation> m_implementation;
};

} // namespace hudhud
