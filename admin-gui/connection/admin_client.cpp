// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/admin_client.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QNetworkReply>
#include <QNetworkRequest>

#include <memory>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

AdminError::Kind kindOfStatus(int status)
{
    using Kind = AdminError::Kind;
    switch (status) {
    case 401:
        return Kind::Unauthorized;
    case 403:
        return Kind::Forbidden;
    case 404:
        return Kind::NotFound;
    default:
        return status >= 500 ? Kind::Server : status >= 400 ? Kind::Refused : Kind::Protocol;
    }
}

/// RFC 9457; servers in between may answer something else, of which only the status is known.
AdminError problem(int status, const QByteArray &body)
{
    AdminError error{.kind = kindOfStatus(status), .detail = {}, .status = status, .code = {}, .fields = {}};
    const QJsonObject object = QJsonDocument::fromJson(body).object();
    error.detail = object["detail"_L1].toString(object["title"_L1].toString());
    error.code = object["code"_L1].toString();
    for (const QJsonValue &field : object["errors"_L1].toArray())
        error.fields.append({field["field"_L1].toString(), field["message"_L1].toString()});
    if (error.detail.isEmpty())
        error.detail = u"HTTP %1."_s.arg(status);
    return error;
}

AdminError transportError(const QNetworkReply &reply, const QStringList &tlsErrors)
{
    using Kind = AdminError::Kind;
    if (reply.error() == QNetworkReply::SslHandshakeFailedError || !tlsErrors.isEmpty())
        return {.kind = Kind::Tls,
                .detail = tlsErrors.isEmpty() ? reply.errorString() : tlsErrors.join(u' '),
                .status = 0,
                .code = {},
                .fields = {}};
    // The transfer's time-out aborts it.
    const bool timedOut = reply.error() == QNetworkReply::OperationCanceledError
        || reply.error() == QNetworkReply::TimeoutError;
    return {.kind = timedOut ? Kind::Timeout : Kind::Unreachable,
            .detail = timedOut ? QString() : reply.errorString(),
            .status = 0,
            .code = {},
            .fields = {}};
}

QString shellQuoted(QString text)
{
    return u'\'' + text.replace(u'\'', u"'\\''"_s) + u'\'';
}

} // namespace

AdminRequest AdminRequest::get(const QString &path, const QUrlQuery &query)
{
    return {.method = "GET", .path = path, .query = query, .body = {}, .effect = Effect::Reads};
}

AdminRequest AdminRequest::ask(const QString &path, const QJsonObject &body)
{
    return {.method = "POST", .path = path, .query = {}, .body = body, .effect = Effect::Reads};
}

AdminRequest AdminRequest::change(const QByteArray &method, const QString &path, const QJsonObject &body)
{
    return {.method = method, .path = path, .query = {}, .body = body, .effect = Effect::Changes};
}

QUrl AdminRequest::url(const QUrl &server) const
{
    QUrl url = server;
    QString base = server.path();
    while (base.endsWith(u'/'))
        base.chop(1);
    url.setPath(base + u"/api/v1/admin"_s + path, QUrl::TolerantMode);
    if (!query.isEmpty())
        url.setQuery(query);
    return url;
}

QString AdminRequest::asCurl(const QUrl &server) const
{
    QStringList words{u"curl"_s};
    if (method != "GET")
        words << u"-X"_s << QString::fromLatin1(method);
    words << u"-H"_s << u"\"Authorization: Bearer $HUDHUD_TOKEN\""_s;
    if (!body.isEmpty()) {
        words << u"-H"_s << u"'Content-Type: application/json'"_s << u"-d"_s
              << shellQuoted(QString::fromUtf8(QJsonDocument(body).toJson(QJsonDocument::Compact)));
    }
    words << shellQuoted(url(server).toString(QUrl::FullyEncoded));
    return words.join(u' ');
}

AdminClient::AdminClient(const ConnectionProfile &profile, QObject *parent)
    : QObject(parent)
    , m_server(profile.url)
    , m_isReadOnly(profile.readOnly)
{
    m_network.setTransferTimeout(static_cast<int>(RequestTimeout.count()));
    m_network.setRedirectPolicy(QNetworkRequest::ManualRedirectPolicy); // The token goes to this server only.
}

void AdminClient::send(const AdminRequest &request, QObject *context, Handler handler)
{
    Waiting waiting{request, context, std::move(handler)};
    if (m_isReadOnly && request.effect == AdminRequest::Effect::Changes) {
        return fail(
            waiting,
            {.kind = AdminError::Kind::ReadOnly, .detail = {}, .status = 0, .code = {}, .fields = {}});
    }
    if (m_waiting.size() >= MaximumWaiting) {
        return fail(waiting,
                    {.kind = AdminError::Kind::Busy, .detail = {}, .status = 0, .code = {}, .fields = {}});
    }
    m_waiting.enqueue(std::move(waiting));
    sendNext();
}

void AdminClient::fail(const Waiting &waiting, const AdminError &error)
{
    if (!waiting.context)
        return;
    QMetaObject::invokeMethod(
        waiting.context, [handler = waiting.handler, error] { handler(std::unexpected(error)); },
        Qt::QueuedConnection);
}

void AdminClient::sendNext()
{
    while (m_underWay < MaximumUnderWay && !m_waiting.isEmpty()) {
        Waiting waiting = m_waiting.dequeue();
        if (waiting.context) // Whoever asked may have gone.
            start(std::move(waiting));
    }
}

void AdminClient::start(Waiting waiting)
{
    QNetworkRequest request(waiting.request.url(m_server));
    request.setRawHeader("Authorization", "Bearer " + m_token.toUtf8());
    request.setRawHeader("Accept", "application/json");
    QByteArray body;
    if (!waiting.request.body.isEmpty()) {
        request.setHeader(QNetworkRequest::ContentTypeHeader, u"application/json"_s);
        body = QJsonDocument(waiting.request.body).toJson(QJsonDocument::Compact);
    }
    ++m_underWay;
    auto started = std::make_shared<QElapsedTimer>();
    started->start();
    QNetworkReply *reply = m_network.sendCustomRequest(request, waiting.request.method, body);
    auto tlsErrors = std::make_shared<QStringList>();
    connect(reply, &QNetworkReply::sslErrors, this, [tlsErrors](const QList<QSslError> &errors) {
        for (const QSslError &error : errors)
            tlsErrors->append(error.errorString() + u'.');
    });
    connect(reply, &QNetworkReply::downloadProgress, reply, [reply](qint64 received, qint64) {
        if (received > MaximumAnswerBytes)
            reply->abort();
    });
    connect(reply, &QNetworkReply::finished, this,
            [this, reply, tlsErrors, started, waiting = std::move(waiting)] {
                --m_underWay;
                reply->deleteLater();
                const std::chrono::milliseconds took(started->elapsed());
                if (reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).isValid()) {
                    finish(reply, waiting, took);
                } else {
                    const AdminError error = transportError(*reply, *tlsErrors);
                    Q_EMIT connectionFailed(error);
                    fail(waiting, error);
                }
                sendNext();
            });
}

void AdminClient::finish(QNetworkReply *reply, const Waiting &waiting, std::chrono::milliseconds took)
{
    const int status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    const QByteArray body = reply->readAll();
    if (status < 200 || status >= 300) {
        const AdminError error = problem(status, body);
        if (error.isConnectionLoss())
            Q_EMIT connectionFailed(error);
        else
            Q_EMIT answered(took);
        return fail(waiting, error);
    }
    QJsonParseError parsing;
    const QJsonDocument document = QJsonDocument::fromJson(body, &parsing);
    if (!body.isEmpty() && parsing.error != QJsonParseError::NoError) {
        const AdminError error{.kind = AdminError::Kind::Protocol,
                               .detail = parsing.errorString(),
                               .status = status,
                               .code = {},
                               .fields = {}};
        return fail(waiting, error);
    }
    Q_EMIT answered(took);
    if (!waiting.context)
        return;
    if (document.isArray())
        waiting.handler(QJsonObject{{u"items"_s, document.array()}});
    else
        waiting.handler(document.object());
}

} // namespace hudhud::console
