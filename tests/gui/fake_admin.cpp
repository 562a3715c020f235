// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_admin.h"

#include <QJsonDocument>
#include <QTcpSocket>

#include <algorithm>

namespace hudhud::console::test {

using namespace Qt::StringLiterals;

FakeAdmin::FakeAdmin()
{
    connect(&m_server, &QTcpServer::newConnection, this, &FakeAdmin::accept);
    if (m_server.listen(QHostAddress::LocalHost))
        m_port = m_server.serverPort();
}

QUrl FakeAdmin::url() const
{
    return QUrl(u"http://127.0.0.1:%1"_s.arg(m_port));
}

void FakeAdmin::on(const QByteArray &method, const QString &path, Route route)
{
    m_routes.insert(QString::fromLatin1(method) + u' ' + path, std::move(route));
}

void FakeAdmin::answer(const QByteArray &method, const QString &path, const QJsonObject &json, int status)
{
    on(method, path, [json, status](const Request &) { return Answer{json, status}; });
}

FakeAdmin::Answer FakeAdmin::problem(int status, const QString &detail)
{
    return {{{u"type"_s, u"urn:hudhud:problem:test"_s},
             {u"title"_s, u"Test"_s},
             {u"status"_s, status},
             {u"detail"_s, detail},
             {u"class"_s, u"business"_s}},
            status};
}

void FakeAdmin::setDown(bool down)
{
    if (!down) {
        m_server.listen(QHostAddress::LocalHost, m_port);
        return;
    }
    m_server.close();
    for (QTcpSocket *socket : m_received.keys())
        socket->abort();
}

FakeAdmin::Request FakeAdmin::lastRequest(const QString &path) const
{
    for (auto request = requests.crbegin(); request != requests.crend(); ++request) {
        if (request->path == path)
            return *request;
    }
    return {};
}

int FakeAdmin::countRequests(const QString &path) const
{
    return static_cast<int>(std::count_if(requests.begin(), requests.end(),
                                          [&path](const Request &request) { return request.path == path; }));
}

void FakeAdmin::accept()
{
    while (QTcpSocket *socket = m_server.nextPendingConnection()) {
        m_received.insert(socket, {});
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { read(socket); });
        connect(socket, &QTcpSocket::disconnected, this, [this, socket] {
            m_received.remove(socket);
            socket->deleteLater();
        });
    }
}

void FakeAdmin::read(QTcpSocket *socket)
{
    QByteArray &received = m_received[socket];
    received += socket->readAll();
    for (;;) {
        const qsizetype headEnd = received.indexOf("\r\n\r\n");
        if (headEnd < 0)
            return;
        const QByteArrayList lines = received.left(headEnd).split('\n');
        Request request;
        qsizetype length = 0;
        for (const QByteArray &line : lines) {
            const QByteArray name = line.left(line.indexOf(':')).toLower();
            const QByteArray value = line.mid(line.indexOf(':') + 1).trimmed();
            if (name == "content-length")
                length = value.toLongLong();
            else if (name == "authorization")
                request.authorization = value;
        }
        if (received.size() < headEnd + 4 + length)
            return;
        const QByteArrayList words = lines.first().split(' ');
        const QUrl target(QString::fromLatin1(words.value(1)));
        request.method = words.first();
        request.path = target.path();
        if (request.path.startsWith("/api/v1/admin"_L1))
            request.path.remove(0, 13);
        request.query = QUrlQuery(target);
        request.body = QJsonDocument::fromJson(received.mid(headEnd + 4, length)).object();
        received.remove(0, headEnd + 4 + length);
        requests.append(request);
        const Answer answer = dispatch(request);
        const QByteArray json = QJsonDocument(answer.json).toJson(QJsonDocument::Compact);
        socket->write("HTTP/1.1 " + QByteArray::number(answer.status)
                      + " Test\r\nContent-Type: application/json\r\n"
                        "Content-Length: "
                      + QByteArray::number(json.size()) + "\r\n\r\n" + json);
    }
}

FakeAdmin::Answer FakeAdmin::dispatch(const Request &request)
{
    const QString asked = QString::fromLatin1(request.method) + u' ' + request.path;
    if (const auto exact = m_routes.constFind(asked); exact != m_routes.constEnd())
        return (*exact)(request);
    QString best;
    for (auto route = m_routes.cbegin(); route != m_routes.cend(); ++route) {
        if (route.key().endsWith(u'*') && asked.startsWith(route.key().chopped(1))
            && route.key().size() > best.size())
            best = route.key();
    }
    return best.isEmpty() ? problem(404, u"There is no such route."_s) : m_routes[best](request);
}

} // namespace hudhud::console::test
