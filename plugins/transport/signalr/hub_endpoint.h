// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection_tokens.h"
#include "cors.h"
#include "plugin-api/http.h"
#include "plugin-api/services.h"

#include <expected>
#include <functional>
#include <memory>

namespace hudhud {

class Hub;
class HubConnectionGroup;
class HubSession;
class TokenLease;

/// The HTTP side of one hub: negotiate, the WebSocket upgrade, and the answers to everything else on its
/// path. Thread: one object per I/O thread. Ownership: everything passed by reference must outlive it.
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
        bool isStateful = false; ///< Agrees to stateful reconnect when clients ask for it.
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
    /// GET, POST and DELETE of the hub's path without an upgrade.
    HttpResponse plain(const HttpRequest &request) const;

private:
    struct Visitor
    {
        TokenIdentity identity;
        std::unique_ptr<HubSession> session;
    };

    HttpResponse preflight(const HttpRequest &request) const { return m_parts.cors.preflight(request); }
    /// Who asks, or the answer that turns them away.
    std::expected<Visitor, HttpResponse> admit(const HttpRequest &request) const;
    HttpResponse negotiateVersion(const HttpRequest &request, const TokenIdentity &identity) const;
    std::expected<TokenLease, HttpResponse> lease(const HttpRequest &request,
                                                  const TokenIdentity &identity) const;
    /// A connection that the token in the query can resume.
    std::unique_ptr<WebSocketHandler> resume(const HttpRequest &request, const TokenIdentity &identity) const;
    HttpResponse answer(const HttpRequest &request, HttpResponse response) const;

    Parts m_parts;
    bool m_isRefusing = false;
};

} // namespace hudhud
