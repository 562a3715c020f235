// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "admin/admin_context.h"
#include "http_connections.h"
#include "hub_endpoint.h"
#include "signalr/hub.h"
#include "signalr/hub_connection_group.h"

namespace hudhud {

/// Operators' tokens for the hub's endpoint. Thread: one.
class OperatorAuthenticator final : public Authenticator
{
public:
    explicit OperatorAuthenticator(AdminAccess &access) : m_access(access) { }
    /// Nobody has an API key here.
    void authenticateApiKey(QByteArrayView authorization, Completion<ApiKeyIdentity> completion) override;
    Result<TokenIdentity> verifyToken(QByteArrayView token) override { return m_access.verify(token); }

private:
    AdminAccess &m_access;
};

/// The hub `/admin` on one I/O thread; admin_feed.h says what it tells. Thread: that I/O thread. Ownership: the context is
/// shared with the routes; the process's share outlives it.
class AdminHub
{
public:
    static constexpr char Path[] = "/admin";

    AdminHub(AdminContextPointer context, int ioThread, MetricsRegistry &metrics);

    Result<void> mount(RouteTable &routes);
    /// Refuses new consoles and tells those that are here to come again.
    void drain();

private:
    HubEndpoint::Admitted admit(const TokenIdentity &identity);

    AdminContextPointer m_context;
    OperatorAuthenticator m_authenticator;
    Hub m_hub;
    HubConnectionGroup m_group;
    std::shared_ptr<RequestDesk> m_desk;
    std::shared_ptr<HttpConnections> m_connections;
    HubEndpoint m_endpoint;
};

} // namespace hudhud
