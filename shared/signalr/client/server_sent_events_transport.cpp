// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/server_sent_events_transport.h"

#include <QPointer>

namespace hudhud::client {

ServerSentEventsTransport::ServerSentEventsTransport(HttpClient &http)
    : HttpTransport(http)
    , m_parser(http.options().maximumMessageSize)
{
    m_openTimer.setSingleShot(true);
    connect(&m_openTimer, &QTimer::timeout, this, [this] {
        dropReply();
        report({.kind = HubError::Kind::Timeout,
                .message = QStringLiteral("The event stream did not open in time.")});
    });
}

void ServerSentEventsTransport::receive()
{
    QNetworkRequest request = http().request(target().url, target().token);
    request.setRawHeader("Accept", "text/event-stream");
    request.setRawHeader("Accept-Encoding", "identity"); // A compressor would hold events back.
    request.setTransferTimeout(0); // Silence is judged by the keep-alive of the link.
    m_openTimer.start(http().options().handshakeTimeout);
    QNetworkReply *stream = http().get(request);
    setReply(stream);
    connect(stream, &QNetworkReply::metaDataChanged, this, &ServerSentEventsTransport::headArrived);
    connect(stream, &QNetworkReply::readyRead, this, &ServerSentEventsTransport::bytesArrived);
    connect(stream, &QNetworkReply::finished, this, &ServerSentEventsTransport::finished);
}

void ServerSentEventsTransport::headArrived()
{
    const QString type = reply()->header(QNetworkRequest::ContentTypeHeader).toString();
    if (m_isOpen || HttpClient::status(*reply()) != 200
        || !type.startsWith(QLatin1String("text/event-stream"), Qt::CaseInsensitive))
        return;
    m_isOpen = true;
    m_openTimer.stop();
    Q_EMIT opened();
}

void ServerSentEventsTransport::bytesArrived()
{
    if (!m_isOpen)
        return;
    const auto events = m_parser.feed(reply()->readAll());
    if (!events) {
        dropReply();
        report({.kind = HubError::Kind::Protocol,
                .message = QStringLiteral("The server sent an event that is too long.")});
        return;
    }
    const QPointer<ServerSentEventsTransport> self(this);
    for (const QByteArray &event : *events) {
        Q_EMIT received(event);
        if (!self || !reply())
            return;
    }
}

void ServerSentEventsTransport::finished()
{
    QNetworkReply *stream = reply();
    setReply(nullptr);
    stream->deleteLater();
    m_openTimer.stop();
    if (!m_isOpen)
        report(HttpClient::error(*stream, QStringLiteral("The event stream did not open")));
    else if (stream->error() == QNetworkReply::NoError)
        report({});
    else
        report({.kind = HubError::Kind::ConnectionLost,
                .message = QStringLiteral("The event stream broke: %1.").arg(stream->errorString())});
}

void ServerSentEventsTransport::leave()
{
    dropReply();
    report({});
}

} // namespace hudhud::client
