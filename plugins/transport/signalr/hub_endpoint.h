// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection_tokens.h"
#include "cors.h"
#include "http_connections.h"
#include "hub_request.h"
#include "offered_transports.h"
#include "plugin-api/http.h"
#include "plugin-api/services.h"
#include "user_agents.h"

#include <expected>
#include <functional>
#include <memory>

namespace hudhud {

class Hub;
class HubConnection;
class HubConnectionGroup;
class HubSession;

/// The HTTP side of one hub: negotiate, the WebSocket upgrade, event streams, polls and posts. A request for
/// a connection that another I/O thread owns is handed to that thread. Thread: one object per I/O thread.
/// Ownership: everything passed by reference must outlive it.
class HubEndpoint
{
public:
    /// A user's session, or what to tell a token's holder who may not use this hub.
    using Admitted = std::expected<std::unique_ptr<HubSession>, QByteArray>;
    using Admission = std::function<Admitted(const TokenIdentity &identity)>;

    struct Parts
    {
        QByteArray path;
        Cors cors;
        std::shared_ptr<ConnectionTokens> tokens;
        Authenticator &authenticator;
        HubConnectionGroup &group;
        const Hub &hub;
        Admission admission;
        OfferedTransports transports;
        qint64 maximumPostBytes = 0;
        std::shared_ptr<RequestDesk> desk;
        std::shared_ptr<HttpConnections> connections;
        bool isStateful = false; ///< Agrees to stateful reconnect when clients ask for it.
        qint64 maximumConnections = 100'000; ///< Of this hub, over all I/O threads.
        ConnectionPlacement *placement = nullptr; ///< Null: everybody stays.
    };

    explicit HubEndpoint(Parts parts)
        : m_parts(std::move(parts))
    {
    }

    Result<void> mount(RouteTable &routes);
    /// New connections are told to try again later (503) from now on.
    void refuseNew() { m_isRefusing = true; }

    HttpResponse negotiate(const HttpRequest &request) const;
    UpgradeDecision upgrade(const HttpRequest &request) const;
    /// GET without an upgrade: opens an event stream, or polls.
    void listen(const HttpRequest &request, HttpResponder responder) const;
    /// POST: the next bytes of the client.
    void post(const HttpRequest &request, HttpResponder responder) const;
    /// DELETE: the client ends a connection that polls.
    void end(const HttpRequest &request, HttpResponder responder) const;

private:
    struct Visitor
    {
        TokenIdentity identity;
        std::unique_ptr<HubSession> session;
    };

    /// Who asks, and for which connection.
    struct Caller
    {
        Visitor visitor;
        ConnectionToken token;
    };

    /// Why no new connection is taken now, or nothing. Connections that are opened at one moment do not see each other, so
    /// that their number can pass the limit by a few.
    std::optional<HttpResponse> refuse() const;
    HttpResponse preflight(const HttpRequest &request) const { return m_parts.cors.preflight(request); }
    /// Who asks, or the answer that turns them away.
    std::expected<Visitor, HttpResponse> admit(const HttpRequest &request) const;
    std::expected<Caller, HttpResponse> identify(const HttpRequest &request) const;
    std::optional<HttpResponse> redirect(const HttpRequest &request, const TokenIdentity &identity) const;
    HttpResponse negotiateVersion(const HttpRequest &request, const TokenIdentity &identity) const;
    ConnectionTokens::Place attach(const ConnectionToken &token, const TokenIdentity &identity,
                                   TransportKind kind) const;
    /// `token`: of the negotiation, or any where there was none.
    std::shared_ptr<HubConnection> makeConnection(const HttpRequest &request, Visitor visitor, const ConnectionToken &token,
                                                  TransportKind kind) const;
    std::expected<TokenLease, HttpResponse> leaseForUpgrade(const HttpRequest &request,
                                                            const TokenIdentity &identity) const;
    void openStream(const HttpRequest &request, HttpResponder responder, Caller caller) const;
    void openPolling(const HttpRequest &request, HttpResponder responder, Caller caller) const;
    /// Hands the request to the connection of `place`.
    void forward(const HttpRequest &request, HttpResponder responder, const ConnectionTokens::Place &place,
                 HubRequest &&handed) const;
    /// A connection that the token in the query can resume.
    std::unique_ptr<WebSocketHandler> resume(const HttpRequest &request, const TokenIdentity &identity) const;
    HttpResponse answer(const HttpRequest &request, HttpResponse response) const;

    Parts m_parts;
    mutable UserAgents m_userAgents;
    bool m_isRefusing = false;
};

} // namespace hudhud
