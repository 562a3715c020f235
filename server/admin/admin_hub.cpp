// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin/admin_hub.h"

#include "admin/admin_session.h"
#include "security/unauthorized.h"
#include "signalr/json_hub_protocol.h"
#include "signalr/messagepack_hub_protocol.h"

namespace hudhud {

namespace {

constexpr qint64 MaximumPostBytes = 64 * 1024;
/// As of the hubs of phones: calls are refused at so many unread bytes.
constexpr qint64 MaximumUnread = 4 * 1024 * 1024;

HubSettings hubSettings()
{
    HubSettings settings;
    settings.closeOnExpiry = true;
    return settings;
}

/// Hides an endpoint from addresses that guess at tokens: those who show a bad one too often get 429 for it.
class ThrottledRoutes final : public RouteTable
{
public:
    ThrottledRoutes(RouteTable &routes, AdminContextPointer context)
        : m_routes(routes)
        , m_context(std::move(context))
    {
    }

    Result<void> addRoute(HttpMethod method, const QByteArray &pattern, HttpHandler handler) override
    {
        if (method == HttpMethod::Options) // Comes without a token.
            return m_routes.addRoute(method, pattern, std::move(handler));
        return m_routes.addRoute(
            method, pattern,
            [context = m_context, handler = std::move(handler)](const HttpRequest &request, HttpResponder responder) {
                if (auto refused = refusal(*context, request))
                    responder.respond(*std::move(refused));
                else
                    handler(request, std::move(responder));
            });
    }

    Result<void> addWebSocket(const QByteArray &path, UpgradeHandler handler) override
    {
        return m_routes.addWebSocket(
            path, [context = m_context, handler = std::move(handler)](const HttpRequest &request) -> UpgradeDecision {
                if (auto refused = refusal(*context, request))
                    return *std::move(refused);
                return handler(request);
            });
    }

private:
    static std::optional<HttpResponse> refusal(AdminContext &context, const HttpRequest &request)
    {
        const auto credentials = bearerCredentials(request.header("Authorization"));
        const QByteArray token = credentials ? credentials->toByteArray()
                                             : queryValue(request.query(), "access_token").value_or(QByteArray());
        if (!token.isEmpty() && context.access.verify(token))
            return std::nullopt;
        const auto wait = context.parts.process.throttle().failed(request.peerAddress());
        return wait ? std::optional(tooManyBadTokens(*wait)) : std::nullopt;
    }

    RouteTable &m_routes;
    AdminContextPointer m_context;
};

} // namespace

void OperatorAuthenticator::authenticateApiKey(QByteArrayView, Completion<ApiKeyIdentity> completion)
{
    completion(unauthorized("API keys open nothing here; use an operator's token."));
}

AdminHub::AdminHub(AdminContextPointer context, int ioThread, MetricsRegistry &metrics)
    : m_context(std::move(context))
    , m_authenticator(m_context->access)
    , m_hub(HubCounters::create(metrics, "admin"))
    , m_group(hubSettings(), m_context->parts.clock)
    , m_desk(std::make_shared<RequestDesk>(
          ioThread, m_context->parts.process.hub().exchange(),
          metrics.counter("hudhud_admin_handed_over_total",
                          "Consoles' posts and polls that came in on another I/O thread than their connection's.")))
    , m_connections(std::make_shared<HttpConnections>(m_desk, PollTimes(), MaximumUnread, m_context->parts.clock))
    , m_endpoint({.path = Path,
                  .cors = Cors({}),
                  .tokens = m_context->parts.process.hub().tokens(),
                  .authenticator = m_authenticator,
                  .group = m_group,
                  .hub = m_hub,
                  .admission = [this](const TokenIdentity &identity) { return admit(identity); },
                  .transports = {},
                  .maximumPostBytes = MaximumPostBytes,
                  .desk = m_desk,
                  .connections = m_connections,
                  .isStateful = false,
                  .maximumConnections = AdminHubShare::MaximumConnections})
{
    m_hub.addMethod("Subscribe", &AdminSession::subscribe);
    m_hub.addMethod("Unsubscribe", &AdminSession::unsubscribe);
    m_group.addProtocol(std::make_unique<JsonHubProtocol>());
    m_group.addProtocol(std::make_unique<MessagePackHubProtocol>());
    m_context->parts.process.hub().directory().join(m_hub.clients(), m_group.port());
    m_group.start();
    m_connections->start();
}

HubEndpoint::Admitted AdminHub::admit(const TokenIdentity &identity)
{
    if (!AdminAccess::roleOf(identity))
        return std::unexpected("This hub is for operators; the token needs the role viewer, operator or admin.");
    return std::make_unique<AdminSession>(m_hub, m_context->parts.process.feed());
}

Result<void> AdminHub::mount(RouteTable &routes)
{
    ThrottledRoutes throttled(routes, m_context);
    return m_endpoint.mount(throttled);
}

void AdminHub::drain()
{
    m_endpoint.refuseNew();
    m_group.closeAll(HubCloseCause::ServerStopping);
}

} // namespace hudhud
