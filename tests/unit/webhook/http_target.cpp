// SPDX-License-Identifier: GPL-3.0-or-later
#include "http_target.h"

#include <memory>

namespace hudhud {

bool HttpTarget::listen(quint16 port)
{
    connect(&m_server, &QTcpServer::newConnection, this, &HttpTarget::accept, Qt::UniqueConnection);
    const bool isListening = m_server.listen(QHostAddress::LocalHost, port);
    m_port = m_server.serverPort();
    return isListening;
}

void HttpTarget::close()
{
    m_server.close();
    for (QTcpSocket *socket : m_server.findChildren<QTcpSocket *>())
        socket->abort();
}

void HttpTarget::accept()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection()) {
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
        connect(socket, &QTcpSocket::readyRead, this,
                [this, socket, received = std::make_shared<QByteArray>()] { read(*socket, *received); });
    }
}

void HttpTarget::read(QTcpSocket &socket, QByteArray &received)
{
    received += socket.readAll();
    const qsizetype end = received.indexOf("\r\n\r\n");
    if (end < 0)
        return;
    QByteArrayList lines = received.first(end).split('\n');
    Request request{.line = lines.takeFirst().trimmed(), .headers = {}, .body = {}};
    for (const QByteArray &line : lines) {
        const qsizetype colon = line.indexOf(':');
        request.headers.insert(line.first(colon).toLower(), line.sliced(colon + 1).trimmed());
    }
    const qsizetype length = request.headers.value("content-length").toLongLong();
    if (received.size() < end + 4 + length)
        return;
    request.body = received.sliced(end + 4, length);
    received.clear();
    m_requests.push_back(std::move(request));
    QByteArray reply = answer(200);
    if (!m_answers.empty()) {
        reply = m_answers.front();
        m_answers.pop_front();
    }
    socket.write(reply);
}

} // namespace hudhud
