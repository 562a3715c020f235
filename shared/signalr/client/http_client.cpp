// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/http_client.h"

namespace hudhud::client {

using Kind = HubError::Kind;

HttpClient::HttpClient(const HubConnectionOptions &options)
    : m_options(options)
{
}

QNetworkRequest HttpClient::request(const QUrl &url, const QByteArray &token) const
{
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::RedirectPolicyAttribute, QNetworkRequest::ManualRedirectPolicy);
    request.setAttribute(QNetworkRequest::CacheLoadControlAttribute, QNetworkRequest::AlwaysNetwork);
    request.setAttribute(QNetworkRequest::CacheSaveControlAttribute, false);
    request.setTransferTimeout(static_cast<int>(m_options.requestTimeout.count()));
    request.setRawHeader("User-Agent", "Hudhud SignalR/1.0 (Qt " QT_VERSION_STR ")");
    request.setRawHeader("X-Requested-With",
                         "XMLHttpRequest"); // Tells servers to answer 401 instead of a login page.
    for (const auto &[name, value] : m_options.headers)
        request.setRawHeader(name, value);
    if (!token.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + token);
    if (m_options.tls)
        request.setSslConfiguration(*m_options.tls);
    return request;
}

QNetworkReply *HttpClient::post(const QNetworkRequest &request, const QByteArray &contentType,
                                const QByteArray &body)
{
    QNetworkRequest typed(request);
    typed.setHeader(QNetworkRequest::ContentTypeHeader, contentType);
    return m_manager.post(typed, body);
}

int HttpClient::status(const QNetworkReply &reply)
{
    return reply.attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
}

HubError HttpClient::error(const QNetworkReply &reply, const QString &what)
{
    const int code = status(reply);
    if (code == 401 || code == 403)
        return {Kind::Unauthorized,
                what
                    + QStringLiteral(": the server answered %1, so it does not accept the access token.")
                          .arg(code),
                code};
    if (code != 0)
        return {Kind::Refused, what + QStringLiteral(": the server answered with status %1.").arg(code),
                code};
    // Qt aborts a request whose transfer time is over.
    if (reply.error() == QNetworkReply::OperationCanceledError
        || reply.error() == QNetworkReply::TimeoutError)
        return {Kind::Timeout, what + QStringLiteral(": no answer in time."), 0};
    return {Kind::ConnectionLost, what + QStringLiteral(": ") + reply.errorString() + QLatin1Char('.'), 0};
}

} // namespace hudhud::client
