// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/long_polling_transport.h"

#include <QPointer>

namespace hudhud::client {

void LongPollingTransport::receive()
{
    QNetworkRequest request = http().request(target().url, target().token);
    if (!m_isOpen)
        request.setTransferTimeout(static_cast<int>(http().options().handshakeTimeout.count()));
    QNetworkReply *poll = http().get(request);
    setReply(poll);
    connect(poll, &QNetworkReply::finished, this, &LongPollingTransport::finished);
    connect(poll, &QNetworkReply::readyRead, this, [this] {
        if (reply()->bytesAvailable() <= http().options().maximumMessageSize)
            return;
        dropReply();
        report({.kind = HubError::Kind::Protocol,
                .message = QStringLiteral("The server's answer to a poll is too long.")});
    });
}

void LongPollingTransport::finished()
{
    QNetworkReply *poll = reply();
    setReply(nullptr);
    poll->deleteLater();
    const int status = HttpClient::status(*poll);
    if (status == 204) { // The server has ended the connection.
        report({});
        return;
    }
    const bool isSilence = status == 0 && m_isOpen && poll->error() == QNetworkReply::OperationCanceledError;
    if (!isSilence && (poll->error() != QNetworkReply::NoError || status != 200)) {
        report(HttpClient::error(*poll, QStringLiteral("A poll failed")));
        return;
    }
    const QByteArray body = isSilence ? QByteArray() : poll->readAll();
    const QPointer<LongPollingTransport> self(this);
    if (!std::exchange(m_isOpen, true))
        Q_EMIT opened();
    if (!self)
        return;
    receive(); // The next poll waits at the server while this answer is worked on.
    if (!body.isEmpty())
        Q_EMIT received(body);
}

void LongPollingTransport::leave()
{
    dropReply();
    QNetworkReply *farewell = http().deleteResource(http().request(target().url, target().token));
    setReply(farewell);
    connect(farewell, &QNetworkReply::finished, this, [this] {
        QNetworkReply *done = reply();
        setReply(nullptr);
        done->deleteLater();
        report({}); // Whatever the answer is: the server forgets connections that do not poll.
    });
}

} // namespace hudhud::client
