// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/connector.h"

#include "signalr/client/access_token.h"

namespace hudhud::client {

namespace {

using Kind = HubError::Kind;

/// As in the official clients.
constexpr int MostRedirections = 100;
/// A negotiation's answer is a few hundred bytes.
constexpr qint64 LongestAnswer = 65'536;

QString name(TransportKind kind)
{
    switch (kind) {
    case TransportKind::WebSockets:
        return QStringLiteral("WebSockets");
    case TransportKind::ServerSentEvents:
        return QStringLiteral("Server-Sent Events");
    case TransportKind::LongPolling:
        return QStringLiteral("Long Polling");
    }
    return {};
}

} // namespace

Connector::Connector(const QUrl &hub, TransferFormat format, HttpClient &http)
    : m_hub(hub)
    , m_format(format)
    , m_http(http)
    , m_address(hub)
{
}

Connector::~Connector()
{
    if (m_reply) {
        m_reply->disconnect(this);
        m_reply->abort();
        m_reply->deleteLater();
    }
}

std::unique_ptr<Transport> Connector::takeTransport()
{
    m_transport->disconnect(this);
    return std::move(m_transport);
}

void Connector::start()
{
    m_http.forgetConnections();
    fetchToken();
}

void Connector::fetchToken()
{
    auto *request = new AccessTokenRequest(m_http.options(), this);
    connect(request, &AccessTokenRequest::succeeded, this, &Connector::tokenArrived);
    connect(request, &AccessTokenRequest::failed, this, &Connector::failed);
}

void Connector::tokenArrived(const QByteArray &token)
{
    m_token = token;
    if (m_http.options().skipNegotiation)
        tryTransport(TransportKind::WebSockets);
    else
        negotiate();
}

void Connector::negotiate()
{
    const QUrl url = negotiateUrl(m_address, m_http.options().useStatefulReconnect);
    QNetworkRequest request = m_http.request(url, m_token);
    request.setTransferTimeout(static_cast<int>(m_http.options().handshakeTimeout.count()));
    m_reply = m_http.post(request, "text/plain;charset=UTF-8", {});
    m_reply->setReadBufferSize(LongestAnswer);
    connect(m_reply, &QNetworkReply::finished, this, &Connector::negotiated);
}

void Connector::negotiated()
{
    QNetworkReply *reply = m_reply;
    m_reply = nullptr;
    reply->deleteLater();
    if (reply->error() != QNetworkReply::NoError || HttpClient::status(*reply) != 200) {
        Q_EMIT failed(HttpClient::error(*reply, QStringLiteral("The negotiation failed")));
        return;
    }
    const Result<NegotiateAnswer> answer = parseNegotiateAnswer(reply->readAll());
    if (answer)
        follow(*answer);
    else
        Q_EMIT failed(answer.error());
}

void Connector::follow(const NegotiateAnswer &answer)
{
    if (!answer.redirect.isEmpty()) {
        if (++m_redirections > MostRedirections) {
            Q_EMIT failed(
                {.kind = Kind::Refused, .message = QStringLiteral("Negotiate redirection limit exceeded.")});
            return;
        }
        m_address = m_address.resolved(answer.redirect);
        if (!answer.redirectToken.isEmpty()) {
            m_token = answer.redirectToken;
            m_hasRedirectToken = true;
        }
        negotiate();
        return;
    }
    if (answer.isStateful && !m_http.options().useStatefulReconnect) {
        Q_EMIT failed(
            {.kind = Kind::Protocol,
             .message = QStringLiteral("The server wants stateful reconnect, which was not asked for.")});
        return;
    }
    const OfferedTransport *transport = choose(answer.transports);
    if (!transport) {
        HubError error = m_lastFailure;
        if (!error.isError())
            error.kind = Kind::Refused;
        error.message = m_failures.isEmpty()
            ? QStringLiteral("The server supports none of the transports that this connection may use.")
            : QStringLiteral("No transport can be used. ") + m_failures.join(QLatin1Char(' '));
        Q_EMIT failed(error);
        return;
    }
    m_connectionId = answer.connectionId;
    m_target.url = connectionUrl(m_address, answer.connectionToken);
    m_isStateful = answer.isStateful && transport->kind == TransportKind::WebSockets;
    tryTransport(transport->kind);
}

const OfferedTransport *Connector::choose(const QList<OfferedTransport> &offered)
{
    for (const OfferedTransport &transport : offered) {
        const bool carries
            = m_format == TransferFormat::Text ? transport.carriesText : transport.carriesBinary;
        if (carries && m_http.options().transports.contains(transport.kind)
            && !m_tried.contains(transport.kind))
            return &transport;
    }
    return nullptr;
}

void Connector::tryTransport(TransportKind kind)
{
    if (m_target.url.isEmpty())
        m_target.url = m_address; // Not negotiated.
    m_target.token = m_token;
    m_target.format = m_format;
    m_transport = Transport::create(kind, m_http);
    connect(m_transport.get(), &Transport::opened, this, &Connector::connected);
    connect(m_transport.get(), &Transport::closed, this,
            [this, kind](const HubError &error) { transportFailed(kind, error); });
    m_transport->open(m_target);
}

void Connector::transportFailed(TransportKind kind, const HubError &error)
{
    m_transport->disconnect(this);
    m_transport.release()->deleteLater();
    m_lastFailure = error;
    if (m_http.options().skipNegotiation) {
        Q_EMIT failed(error);
        return;
    }
    m_tried.append(kind);
    m_failures.append(QStringLiteral("%1: %2").arg(name(kind), error.message));
    // The negotiated connection is spent: from the beginning, or from where the redirection led.
    if (m_hasRedirectToken) {
        negotiate();
    } else {
        m_address = m_hub;
        fetchToken();
    }
}

} // namespace hudhud::client
