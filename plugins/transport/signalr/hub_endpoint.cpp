// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub_endpoint.h"

#include "resumed_link.h"
#include "signalr/hub_connection.h"
#include "signalr/hub_connection_group.h"
#include "signalr/json_writer.h"
#include "web_socket_transport.h"

#include <algorithm>

namespace hudhud {

namespace {

/// Of the negotiate answer, not of the hub protocol.
constexpr int HighestNegotiateVersion = 1;

HttpResponse textResponse(int status, const QByteArray &body)
{
    return {.status = status,
            .contentType = "text/plain; charset=utf-8",
            .body = body,
            .headers = {},
            .closeConnection = false};
}

HttpResponse jsonResponse(const QByteArray &body)
{
    return {.status = 200,
            .contentType = "application/json",
            .body = body,
            .headers = {},
            .closeConnection = false};
}

HttpResponse unauthorized(const QByteArray &challenge, const QByteArray &body)
{
    HttpResponse response = textResponse(401, body);
    response.headers.emplace_back("WWW-Authenticate", challenge);
    return response;
}

HttpResponse unavailable(const QByteArray &body)
{
    HttpResponse response = textResponse(503, body);
    response.headers.emplace_back("Retry-After", "5");
    return response;
}

/// From the header, or else from the query, where browsers have to put it. Empty if there is none.
QByteArray bearerToken(const HttpRequest &request)
{
    constexpr QByteArrayView scheme("Bearer ");
    const QByteArrayView header = request.header("Authorization");
    if (header.size() > scheme.size()
        && header.first(scheme.size()).compare(scheme, Qt::CaseInsensitive) == 0)
        return header.sliced(scheme.size()).trimmed().toByteArray();
    return queryValue(request.query(), "access_token").value_or(QByteArray());
}

HttpResponse negotiateError(const QByteArray &text)
{
    QByteArray body;
    JsonWriter writer(body);
    writer.beginObject(1);
    writer.name("error");
    writer.string(text);
    writer.endObject();
    return jsonResponse(body);
}

HttpResponse negotiateAnswer(int version, const ConnectionToken &token, bool isResumable)
{
    QByteArray body;
    JsonWriter writer(body);
    writer.beginObject((version > 0 ? 4 : 3) + (isResumable ? 1 : 0));
    writer.name("negotiateVersion");
    writer.integer(version);
    writer.name("connectionId");
    // The oldest version has one value for both; later the public id says nothing about the secret token.
    writer.string(version > 0 ? ConnectionToken::random().toString() : token.toString());
    if (version > 0) {
        writer.name("connectionToken");
        writer.string(token.toString());
    }
    if (isResumable) {
        writer.name("useStatefulReconnect");
        writer.boolean(true);
    }
    writer.name("availableTransports");
    writer.json(R"([{"transport":"WebSockets","transferFormats":["Text","Binary"]}])");
    writer.endObject();
    return jsonResponse(body);
}

} // namespace

Result<void> HubEndpoint::mount(RouteTable &routes)
{
    struct Route
    {
        HttpMethod method;
        QByteArray path;
        HttpResponse (HubEndpoint::*handling)(const HttpRequest &request) const;
    };
    const QByteArray negotiatePath = m_parts.path + "/negotiate";
    const Route table[] = {
        {HttpMethod::Post, negotiatePath, &HubEndpoint::negotiate},
        {HttpMethod::Options, negotiatePath, &HubEndpoint::preflight},
        {HttpMethod::Get, m_parts.path, &HubEndpoint::plain},
        {HttpMethod::Post, m_parts.path, &HubEndpoint::plain},
        {HttpMethod::Delete, m_parts.path, &HubEndpoint::plain},
        {HttpMethod::Options, m_parts.path, &HubEndpoint::preflight},
    };
    for (const Route &route : table) {
        const auto handler
            = [this, handling = route.handling](const HttpRequest &request, HttpResponder responder) {
                  responder.respond((this->*handling)(request));
              };
        if (Result<void> added = routes.addRoute(route.method, route.path, handler); !added)
            return added;
    }
    return routes.addWebSocket(m_parts.path, [this](const HttpRequest &request) { return upgrade(request); });
}

HttpResponse HubEndpoint::answer(const HttpRequest &request, HttpResponse response) const
{
    m_parts.cors.apply(request, response);
    return response;
}

std::expected<HubEndpoint::Visitor, HttpResponse> HubEndpoint::admit(const HttpRequest &request) const
{
    const QByteArray token = bearerToken(request);
    if (token.isEmpty())
        return std::unexpected(unauthorized("Bearer", "This hub needs a bearer token."));
    Result<TokenIdentity> identity = m_parts.authenticator.verifyToken(token);
    if (!identity)
        return std::unexpected(
            unauthorized("Bearer error=\"invalid_token\"", identity.error().message().toUtf8()));
    Admitted session = m_parts.admission(*identity);
    if (!session)
        return std::unexpected(textResponse(403, session.error()));
    return Visitor{*std::move(identity), *std::move(session)};
}

HttpResponse HubEndpoint::negotiate(const HttpRequest &request) const
{
    if (m_isRefusing)
        return answer(request, unavailable("The server is stopping; connect again."));
    const auto visitor = admit(request);
    if (!visitor)
        return answer(request, visitor.error());
    return answer(request, negotiateVersion(request, visitor->identity));
}

HttpResponse HubEndpoint::negotiateVersion(const HttpRequest &request, const TokenIdentity &identity) const
{
    const QByteArray lowered = request.query().toByteArray().toLower();
    const QByteArray asked = queryValue(lowered, "negotiateversion").value_or("0");
    bool isInteger = false;
    const int version = asked.toInt(&isInteger);
    if (!isInteger)
        return negotiateError("The client requested a non-integer protocol version.");
    if (version < 0)
        return negotiateError("The client requested version '" + asked
                              + "', but the server does not support this version.");
    const bool isResumable
        = m_parts.isStateful && version > 0 && queryValue(lowered, "usestatefulreconnect") == "true";
    const std::optional<ConnectionToken> token = m_parts.tokens->issue(identity.subject, isResumable);
    if (!token)
        return unavailable("Too many connections are being opened; try again.");
    return negotiateAnswer(std::min(version, HighestNegotiateVersion), *token, isResumable);
}

std::expected<TokenLease, HttpResponse> HubEndpoint::lease(const HttpRequest &request,
                                                           const TokenIdentity &identity) const
{
    const std::optional<QByteArray> id = queryValue(request.query(), "id");
    if (!id)
        return TokenLease();
    const std::optional<ConnectionToken> token = ConnectionToken::fromString(*id);
    switch (token ? m_parts.tokens->attach(*token, identity.subject)
                  : ConnectionTokens::Attachment::Unknown) {
    case ConnectionTokens::Attachment::Attached:
        return TokenLease(m_parts.tokens, *token);
    case ConnectionTokens::Attachment::InUse:
        return std::unexpected(textResponse(409, "This connection already has a transport."));
    case ConnectionTokens::Attachment::Unknown:
        break;
    }
    return std::unexpected(textResponse(404, "No Connection with that ID"));
}

std::unique_ptr<WebSocketHandler> HubEndpoint::resume(const HttpRequest &request, const TokenIdentity &identity) const
{
    const std::optional<ConnectionToken> token
        = ConnectionToken::fromString(queryValue(request.query(), "id").value_or(QByteArray()));
    std::optional<ConnectionHome> home = token ? m_parts.tokens->home(*token, identity.subject) : std::nullopt;
    if (!home)
        return nullptr;
    return std::make_unique<ResumedSocket>(std::make_shared<ResumedLink>(*std::move(home), m_parts.group.port()));
}

UpgradeDecision HubEndpoint::upgrade(const HttpRequest &request) const
{
    if (m_isRefusing)
        return answer(request, unavailable("The server is stopping; connect again."));
    auto visitor = admit(request);
    if (!visitor)
        return answer(request, std::move(visitor.error()));
    if (auto resumed = resume(request, visitor->identity))
        return resumed;
    auto tokenLease = lease(request, visitor->identity);
    if (!tokenLease)
        return answer(request, std::move(tokenLease.error()));
    auto connection
        = std::make_shared<HubConnection>(m_parts.group, m_parts.hub, std::move(visitor->session),
                                          HubIdentity{.connectionId = {},
                                                      .user = visitor->identity.subject,
                                                      .expiresAt = visitor->identity.expiresAt});
    const std::optional<ConnectionToken> token = tokenLease->token();
    if (token && m_parts.tokens->isResumable(*token)) {
        connection->makeResumable(std::make_shared<TokenLease>(*std::move(tokenLease)));
        m_parts.tokens->setHome(*token, {m_parts.group.port(), connection});
        return std::make_unique<WebSocketTransport>(std::move(connection), TokenLease());
    }
    return std::make_unique<WebSocketTransport>(std::move(connection), *std::move(tokenLease));
}

HttpResponse HubEndpoint::plain(const HttpRequest &request) const
{
    const auto visitor = admit(request);
    if (!visitor)
        return answer(request, visitor.error());
    const std::optional<QByteArray> id = queryValue(request.query(), "id");
    if (!id)
        return answer(request, textResponse(400, "Connection ID required"));
    const std::optional<ConnectionToken> token = ConnectionToken::fromString(*id);
    if (!token || !m_parts.tokens->contains(*token, visitor->identity.subject))
        return answer(request, textResponse(404, "No Connection with that ID"));
    switch (request.method()) {
    case HttpMethod::Post:
        return answer(request, textResponse(405, "POST requests are not allowed for WebSocket connections."));
    case HttpMethod::Delete:
        return answer(request,
                      textResponse(400, "Cannot terminate this connection using the DELETE method."));
    default:
        return answer(request, textResponse(404, "WebSockets is the only transport of this hub."));
    }
}

} // namespace hudhud
