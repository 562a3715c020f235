// SPDX-License-Identifier: GPL-3.0-or-later
#include "hub_endpoint.h"

#include "event_stream_transport.h"
#include "hub_answers.h"
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

HttpResponse negotiateAnswer(int version, const ConnectionToken &token, const OfferedTransports &transports,
                             bool isResumable)
{
    QByteArray body;
    JsonWriter writer(body);
    writer.beginObject((version > 0 ? 4 : 3) + (isResumable ? 1 : 0));
    writer.name("negotiateVersion");
    writer.integer(version);
    writer.name("connectionId");
    // The oldest version has one value for both.
    writer.string((version > 0 ? token.publicId() : token).toString());
    if (version > 0) {
        writer.name("connectionToken");
        writer.string(token.toString());
    }
    if (isResumable) {
        writer.name("useStatefulReconnect");
        writer.boolean(true);
    }
    writer.name("availableTransports");
    writer.json(transports.toJson());
    writer.endObject();
    return jsonResponse(body);
}

/// In the query of those that were sent here by another node.
constexpr QByteArrayView RedirectMark = "redirected";

/// "Negotiate" in the transport protocols' specification: an answer with a URL. The client's own part of the query is kept.
HttpResponse redirection(QByteArray url, QByteArrayView query)
{
    url.append('?').append(RedirectMark).append("=true");
    for (const QByteArray &field : query.toByteArray().split('&')) {
        const QByteArray name = field.left(field.indexOf('=')).toLower();
        if (!field.isEmpty() && name != "negotiateversion" && name != "usestatefulreconnect")
            url.append('&').append(field);
    }
    QByteArray body;
    JsonWriter writer(body);
    writer.beginObject(2);
    writer.name("negotiateVersion");
    writer.integer(HighestNegotiateVersion);
    writer.name("url");
    writer.string(url);
    writer.endObject();
    return jsonResponse(body);
}

bool asksForEventStream(const HttpRequest &request)
{
    return request.header("Accept").toByteArray().toLower().contains("text/event-stream");
}

HttpResponse foreignConnection()
{
    return textResponse(403, "This connection belongs to another user.");
}

HttpResponse changedTransport()
{
    return textResponse(400, "Cannot change transports mid-connection");
}

/// What is wrong with the place of a connection whose transport should be of that kind.
HttpResponse misplaced(const ConnectionTokens::Place &place, TransportKind kind)
{
    switch (place.standing) {
    case ConnectionTokens::Standing::Foreign:
        return foreignConnection();
    case ConnectionTokens::Standing::InUse:
        return place.kind == kind ? textResponse(409, "This connection already has a transport.")
                                  : changedTransport();
    case ConnectionTokens::Standing::Unknown:
    case ConnectionTokens::Standing::Waiting:
    case ConnectionTokens::Standing::Attached:
        break;
    }
    return unknownConnection();
}

} // namespace

Result<void> HubEndpoint::mount(RouteTable &routes)
{
    struct Route
    {
        HttpMethod method;
        QByteArray path;
        HttpHandler handler;
    };
    const auto immediate = [this](HttpResponse (HubEndpoint::*handling)(const HttpRequest &request) const) {
        return [this, handling](const HttpRequest &request, HttpResponder responder) {
            responder.respond((this->*handling)(request));
        };
    };
    const auto deferred = [this](void (HubEndpoint::*handling)(const HttpRequest &, HttpResponder) const) {
        return [this, handling](const HttpRequest &request, HttpResponder responder) {
            (this->*handling)(request, std::move(responder));
        };
    };
    const QByteArray negotiatePath = m_parts.path + "/negotiate";
    const Route table[] = {
        {HttpMethod::Post, negotiatePath, immediate(&HubEndpoint::negotiate)},
        {HttpMethod::Options, negotiatePath, immediate(&HubEndpoint::preflight)},
        {HttpMethod::Get, m_parts.path, deferred(&HubEndpoint::listen)},
        {HttpMethod::Post, m_parts.path, deferred(&HubEndpoint::post)},
        {HttpMethod::Delete, m_parts.path, deferred(&HubEndpoint::end)},
        {HttpMethod::Options, m_parts.path, immediate(&HubEndpoint::preflight)},
    };
    for (const Route &route : table) {
        if (Result<void> added = routes.addRoute(route.method, route.path, route.handler); !added)
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
    if (!m_parts.cors.mayConnect(request))
        return std::unexpected(
            textResponse(403, "Pages of this origin may not connect; allowed_origins lists those that may."));
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

std::optional<HttpResponse> HubEndpoint::refuse() const
{
    if (m_isRefusing)
        return unavailable("The server is stopping; connect again.");
    if (m_parts.hub.counters().connections->value() >= m_parts.maximumConnections)
        return unavailable("This hub has as many connections as maximum_connections allows; connect again later.");
    return {};
}

HttpResponse HubEndpoint::negotiate(const HttpRequest &request) const
{
    // Not before its token was seen, as everybody else could ask for the nodes.
    if (auto refusal = refuse(); refusal && !m_parts.placement)
        return answer(request, *std::move(refusal));
    const auto visitor = admit(request);
    if (!visitor)
        return answer(request, visitor.error());
    if (auto redirection = redirect(request, visitor->identity))
        return answer(request, *std::move(redirection));
    if (auto refusal = refuse())
        return answer(request, *std::move(refusal));
    return answer(request, negotiateVersion(request, visitor->identity));
}

/// Clients negotiate again where the answer sends them; whoever was sent here stays.
std::optional<HttpResponse> HubEndpoint::redirect(const HttpRequest &request, const TokenIdentity &identity) const
{
    if (!m_parts.placement || queryValue(request.query(), RedirectMark))
        return std::nullopt;
    const std::optional<QByteArray> node = m_parts.placement->elsewhere(identity.subject);
    if (!node)
        return std::nullopt;
    return redirection(*node + m_parts.path, request.query());
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
    return negotiateAnswer(std::min(version, HighestNegotiateVersion), *token, m_parts.transports, isResumable);
}

std::expected<HubEndpoint::Caller, HttpResponse> HubEndpoint::identify(const HttpRequest &request) const
{
    auto visitor = admit(request);
    if (!visitor)
        return std::unexpected(std::move(visitor.error()));
    const std::optional<QByteArray> id = queryValue(request.query(), "id");
    if (!id)
        return std::unexpected(textResponse(400, "Connection ID required"));
    const std::optional<ConnectionToken> token = ConnectionToken::fromString(*id);
    if (!token)
        return std::unexpected(unknownConnection());
    return Caller{*std::move(visitor), *token};
}

ConnectionTokens::Place HubEndpoint::attach(const ConnectionToken &token, const TokenIdentity &identity,
                                            TransportKind kind) const
{
    return m_parts.tokens->attach(token, identity.subject, kind, m_parts.desk->ioThread());
}

std::expected<TokenLease, HttpResponse> HubEndpoint::leaseForUpgrade(const HttpRequest &request,
                                                                     const TokenIdentity &identity) const
{
    const std::optional<QByteArray> id = queryValue(request.query(), "id");
    if (!id)
        return TokenLease();
    const std::optional<ConnectionToken> token = ConnectionToken::fromString(*id);
    if (!token)
        return std::unexpected(unknownConnection());
    const ConnectionTokens::Place place = attach(*token, identity, TransportKind::WebSockets);
    if (place.standing != ConnectionTokens::Standing::Attached)
        return std::unexpected(misplaced(place, TransportKind::WebSockets));
    return TokenLease(m_parts.tokens, *token);
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

std::shared_ptr<HubConnection> HubEndpoint::makeConnection(const HttpRequest &request, Visitor visitor,
                                                           const ConnectionToken &token, TransportKind kind) const
{
    return std::make_shared<HubConnection>(m_parts.group, m_parts.hub, std::move(visitor.session),
                                           HubIdentity{.connectionId = token.publicId().toString(),
                                                       .user = visitor.identity.subject,
                                                       .expiresAt = visitor.identity.expiresAt,
                                                       .transport = transportName(kind),
                                                       .userAgent = m_userAgents.shared(request.header("User-Agent")),
                                                       .remoteAddress = request.peerAddress()});
}

UpgradeDecision HubEndpoint::upgrade(const HttpRequest &request) const
{
    if (m_isRefusing)
        return answer(request, *refuse());
    auto visitor = admit(request);
    if (!visitor)
        return answer(request, std::move(visitor.error()));
    if (!m_parts.transports.webSockets)
        return answer(request, textResponse(404, "This hub has no WebSockets."));
    if (auto resumed = resume(request, visitor->identity))
        return resumed; // It is counted already.
    if (auto refusal = refuse())
        return answer(request, *std::move(refusal));
    auto tokenLease = leaseForUpgrade(request, visitor->identity);
    if (!tokenLease)
        return answer(request, std::move(tokenLease.error()));
    auto connection
        = makeConnection(request, *std::move(visitor),
                         tokenLease->isEmpty() ? ConnectionToken::random() : tokenLease->token(), TransportKind::WebSockets);
    if (!tokenLease->isEmpty() && m_parts.tokens->isResumable(tokenLease->token())) {
        const ConnectionToken token = tokenLease->token();
        connection->makeResumable(std::make_shared<TokenLease>(*std::move(tokenLease)));
        m_parts.tokens->setHome(token, {m_parts.group.port(), connection});
        return std::make_unique<WebSocketTransport>(std::move(connection), TokenLease());
    }
    return std::make_unique<WebSocketTransport>(std::move(connection), *std::move(tokenLease));
}

void HubEndpoint::listen(const HttpRequest &request, HttpResponder responder) const
{
    auto caller = identify(request);
    if (!caller) {
        responder.respond(answer(request, std::move(caller.error())));
        return;
    }
    const bool isStream = asksForEventStream(request);
    const TransportKind kind = isStream ? TransportKind::ServerSentEvents : TransportKind::LongPolling;
    const TokenIdentity &identity = caller->visitor.identity;
    ConnectionTokens::Place place = m_parts.tokens->find(caller->token, identity.subject);
    if (place.standing == ConnectionTokens::Standing::Waiting) {
        if (auto refusal = refuse()) {
            responder.respond(answer(request, *std::move(refusal)));
            return;
        }
        if (!m_parts.transports.contains(kind)) {
            responder.respond(answer(request, textResponse(404, "This hub does not have this transport.")));
            return;
        }
        place = attach(caller->token, identity, kind);
    }
    if (place.standing == ConnectionTokens::Standing::Attached) {
        if (isStream)
            openStream(request, std::move(responder), *std::move(caller));
        else
            openPolling(request, std::move(responder), *std::move(caller));
        return;
    }
    const bool isPolled
        = place.standing == ConnectionTokens::Standing::InUse && place.kind == TransportKind::LongPolling;
    if (isStream || !isPolled) {
        responder.respond(answer(request, misplaced(place, kind)));
        return;
    }
    forward(request, std::move(responder), place,
            {.kind = HubRequest::Kind::Poll, .token = caller->token, .from = {}, .body = {}});
}

void HubEndpoint::openStream(const HttpRequest &request, HttpResponder responder, Caller caller) const
{
    auto connection = makeConnection(request, std::move(caller.visitor), caller.token, TransportKind::ServerSentEvents);
    HttpResponse head{.status = 200,
                      .contentType = "text/event-stream",
                      .body = EventStreamTransport::Beginning.toByteArray(),
                      .headers = {{"Cache-Control", "no-cache, no-store"},
                                  {"Pragma", "no-cache"},
                                  // Neither compressed nor buffered on the way.
                                  {"Content-Encoding", "identity"},
                                  {"X-Accel-Buffering", "no"}},
                      .closeConnection = false};
    m_parts.cors.apply(request, head);
    responder.beginStream(std::move(head),
                          std::make_unique<EventStreamTransport>(std::move(connection),
                                                                 TokenLease(m_parts.tokens, caller.token),
                                                                 m_parts.connections));
}

void HubEndpoint::openPolling(const HttpRequest &request, HttpResponder responder, Caller caller) const
{
    auto connection = makeConnection(request, std::move(caller.visitor), caller.token, TransportKind::LongPolling);
    RequestDesk::Headers headers = uncachedHeaders();
    for (auto &header : m_parts.cors.headers(request))
        headers.push_back(std::move(header));
    const RequestAddress firstPoll = m_parts.desk->keep(std::move(responder), std::move(headers));
    m_parts.connections->addPolling(std::move(connection), TokenLease(m_parts.tokens, caller.token),
                                    firstPoll);
}

void HubEndpoint::post(const HttpRequest &request, HttpResponder responder) const
{
    auto caller = identify(request);
    if (!caller) {
        responder.respond(answer(request, std::move(caller.error())));
        return;
    }
    const ConnectionTokens::Place place
        = m_parts.tokens->find(caller->token, caller->visitor.identity.subject);
    if (place.standing == ConnectionTokens::Standing::Waiting) {
        responder.respond(
            answer(request, textResponse(409, "The connection is not open yet; open its transport first.")));
    } else if (place.standing != ConnectionTokens::Standing::InUse) {
        responder.respond(answer(request, misplaced(place, TransportKind::None)));
    } else if (place.kind == TransportKind::WebSockets) {
        responder.respond(
            answer(request, textResponse(405, "POST requests are not allowed for WebSocket connections.")));
    } else if (request.body().size() > m_parts.maximumPostBytes) {
        responder.respond(
            answer(request,
                   textResponse(413,
                                "One request may bring " + QByteArray::number(m_parts.maximumPostBytes)
                                    + " bytes; send less at a time.")));
    } else {
        forward(request, std::move(responder), place,
                {.kind = HubRequest::Kind::Send, .token = caller->token, .from = {}, .body = request.body()});
    }
}

void HubEndpoint::end(const HttpRequest &request, HttpResponder responder) const
{
    auto caller = identify(request);
    if (!caller) {
        responder.respond(answer(request, std::move(caller.error())));
        return;
    }
    const ConnectionTokens::Place place
        = m_parts.tokens->find(caller->token, caller->visitor.identity.subject);
    if (place.standing != ConnectionTokens::Standing::InUse
        && place.standing != ConnectionTokens::Standing::Waiting) {
        responder.respond(answer(request, misplaced(place, TransportKind::None)));
    } else if (place.kind != TransportKind::LongPolling) {
        responder.respond(
            answer(request, textResponse(400, "Cannot terminate this connection using the DELETE method.")));
    } else {
        forward(request, std::move(responder), place,
                {.kind = HubRequest::Kind::End, .token = caller->token, .from = {}, .body = {}});
    }
}

void HubEndpoint::forward(const HttpRequest &request, HttpResponder responder,
                          const ConnectionTokens::Place &place, HubRequest &&handed) const
{
    RequestDesk::Headers headers = uncachedHeaders();
    for (auto &header : m_parts.cors.headers(request))
        headers.push_back(std::move(header));
    m_parts.desk->submit(place.ioThread, std::move(handed), std::move(responder), std::move(headers));
}

} // namespace hudhud
