// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/negotiation.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QUrlQuery>

namespace hudhud::client {

using Kind = HubError::Kind;

namespace {

std::optional<TransportKind> transportKind(const QString &name)
{
    if (name == QLatin1String("WebSockets"))
        return TransportKind::WebSockets;
    if (name == QLatin1String("ServerSentEvents"))
        return TransportKind::ServerSentEvents;
    if (name == QLatin1String("LongPolling"))
        return TransportKind::LongPolling;
    return std::nullopt;
}

QList<OfferedTransport> readTransports(const QJsonArray &array)
{
    QList<OfferedTransport> transports;
    for (const QJsonValue value : array) {
        const QJsonObject object = value.toObject();
        const auto kind = transportKind(object.value(QLatin1String("transport")).toString());
        if (!kind)
            continue;
        const QJsonArray formats = object.value(QLatin1String("transferFormats")).toArray();
        transports.append({.kind = *kind,
                           .carriesText = formats.contains(QStringLiteral("Text")),
                           .carriesBinary = formats.contains(QStringLiteral("Binary"))});
    }
    return transports;
}

} // namespace

QUrl negotiateUrl(const QUrl &hub, bool asksForStateful)
{
    QUrl url(hub);
    url.setPath(hub.path()
                + (hub.path().endsWith(QLatin1Char('/')) ? QStringLiteral("negotiate")
                                                         : QStringLiteral("/negotiate")));
    QUrlQuery query(url);
    if (!query.hasQueryItem(QStringLiteral("negotiateVersion")))
        query.addQueryItem(QStringLiteral("negotiateVersion"), QStringLiteral("1"));
    if (asksForStateful)
        query.addQueryItem(QStringLiteral("useStatefulReconnect"), QStringLiteral("true"));
    url.setQuery(query);
    return url;
}

QUrl connectionUrl(const QUrl &hub, const QString &connectionToken)
{
    QUrl url(hub);
    QUrlQuery query(url);
    query.addQueryItem(QStringLiteral("id"), QString::fromLatin1(QUrl::toPercentEncoding(connectionToken)));
    url.setQuery(query);
    return url;
}

Result<NegotiateAnswer> parseNegotiateAnswer(const QByteArray &body)
{
    const QJsonDocument document = QJsonDocument::fromJson(body);
    if (!document.isObject())
        return failure(
            Kind::Protocol,
            QStringLiteral("The answer to the negotiation is no JSON object: is this address a hub?"));
    const QJsonObject object = document.object();
    if (const QString error = object.value(QLatin1String("error")).toString(); !error.isEmpty())
        return failure(Kind::Refused, error);
    if (object.contains(QLatin1String("ProtocolVersion")))
        return failure(
            Kind::Protocol,
            QStringLiteral("The server speaks the older ASP.NET SignalR, which is another protocol."));
    NegotiateAnswer answer;
    if (const QString address = object.value(QLatin1String("url")).toString(); !address.isEmpty()) {
        answer.redirect = QUrl(address);
        answer.redirectToken = object.value(QLatin1String("accessToken")).toString().toUtf8();
        return answer;
    }
    answer.connectionId = object.value(QLatin1String("connectionId")).toString();
    const bool hasToken = object.value(QLatin1String("negotiateVersion")).toInt() >= 1;
    answer.connectionToken
        = hasToken ? object.value(QLatin1String("connectionToken")).toString() : answer.connectionId;
    if (answer.connectionToken.isEmpty())
        return failure(Kind::Protocol, QStringLiteral("The answer to the negotiation names no connection."));
    answer.transports = readTransports(object.value(QLatin1String("availableTransports")).toArray());
    answer.isStateful = object.value(QLatin1String("useStatefulReconnect")).toBool();
    return answer;
}

} // namespace hudhud::client
