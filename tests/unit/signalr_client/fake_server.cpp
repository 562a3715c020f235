// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_server.h"

#include <QHostAddress>
#include <QJsonArray>
#include <QJsonDocument>
#include <QTest>

#include <utility>

namespace hudhud::client {

namespace {

QJsonObject offer(const char *transport, const QJsonArray &formats)
{
    return {{QStringLiteral("transport"), QString::fromLatin1(transport)},
            {QStringLiteral("transferFormats"), formats}};
}

/// The whole request in `bytes`, or nothing; `length` becomes its size.
std::optional<FakeServer::Request> parseRequest(const QByteArray &bytes, qsizetype &length)
{
    const qsizetype head = bytes.indexOf("\r\n\r\n");
    if (head < 0)
        return std::nullopt;
    FakeServer::Request request;
    const QList<QByteArray> lines = bytes.first(head).split('\n');
    request.method = lines.front().split(' ').value(0);
    request.path = lines.front().split(' ').value(1);
    for (const QByteArray &line : lines.sliced(1)) {
        const qsizetype colon = line.indexOf(':');
        request.headers.insert(line.first(colon).toLower(), line.sliced(colon + 1).trimmed());
    }
    const qsizetype size = request.headers.value("content-length").toLongLong();
    if (bytes.size() < head + 4 + size)
        return std::nullopt;
    request.body = bytes.sliced(head + 4, size);
    length = head + 4 + size;
    return request;
}

} // namespace

FakeServer::FakeServer()
    : m_upgrader(QStringLiteral("fake"), QWebSocketServer::NonSecureMode)
{
    const QJsonArray both{QStringLiteral("Text"), QStringLiteral("Binary")};
    negotiateAnswer
        = {{QStringLiteral("negotiateVersion"), 1},
           {QStringLiteral("connectionId"), QStringLiteral("public-id")},
           {QStringLiteral("connectionToken"), QStringLiteral("secret-token")},
           {QStringLiteral("availableTransports"),
            QJsonArray{offer("WebSockets", both), offer("ServerSentEvents", {QStringLiteral("Text")}),
                       offer("LongPolling", both)}}};
    connect(&m_listener, &QTcpServer::newConnection, this, &FakeServer::accept);
    connect(&m_upgrader, &QWebSocketServer::newConnection, this, &FakeServer::webSocketOpened);
    comeBack();
}

FakeServer::~FakeServer()
{
    vanish();
}

void FakeServer::vanish()
{
    m_listener.close();
    for (QTcpSocket *socket : m_listener.findChildren<QTcpSocket *>())
        socket->abort();
    cut();
}

void FakeServer::comeBack()
{
    if (!m_listener.listen(QHostAddress::LocalHost, m_port))
        qFatal("The fake server cannot listen.");
    m_port = m_listener.serverPort();
}

void FakeServer::accept()
{
    while (QTcpSocket *socket = m_listener.nextPendingConnection()) {
        connect(socket, &QTcpSocket::readyRead, this, [this, socket] { readable(socket); });
        connect(socket, &QTcpSocket::disconnected, socket, &QObject::deleteLater);
    }
}

void FakeServer::readable(QTcpSocket *socket)
{
    qsizetype length = 0;
    while (const auto request = parseRequest(socket->peek(1 << 20), length)) {
        requests.append(*request);
        if (request->headers.value("upgrade").toLower() == "websocket") {
            if (refused.contains("WebSockets")) {
                socket->read(length);
                answer(socket, 404);
                return;
            }
            socket->disconnect(this);
            m_webSocketLink = socket;
            m_upgrader.handleConnection(socket);
            return;
        }
        socket->read(length);
        handle(socket, *request);
    }
}

void FakeServer::handle(QTcpSocket *socket, const Request &request)
{
    if (request.path.contains("/negotiate")) {
        const QByteArray body = negotiateBody.isEmpty()
            ? QJsonDocument(negotiateAnswer).toJson(QJsonDocument::Compact)
            : negotiateBody;
        if (negotiateStatus != 0)
            answer(socket, negotiateStatus, body);
    } else if (request.method == "POST") {
        answer(socket, isTransportOpen() ? 200 : 404);
        takeBytes(request.body);
    } else if (request.method == "DELETE") {
        wasDeleted = true;
        m_isPolling = false;
        answer(socket, 202);
    } else {
        get(socket, request);
    }
}

void FakeServer::get(QTcpSocket *socket, const Request &request)
{
    if (request.headers.value("accept").contains("text/event-stream")) {
        if (refused.contains("ServerSentEvents")) {
            answer(socket, 404);
            return;
        }
        ++opened;
        m_hasHandshake = false;
        m_events = socket;
        socket->write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:\r\n");
        return;
    }
    if (!m_isPolling) {
        ++opened;
        m_hasHandshake = false;
        m_isPolling = true;
        answer(socket, 200);
        return;
    }
    m_poll = socket;
    answerPoll();
}

void FakeServer::answerPoll()
{
    if (m_poll && !m_pollOutput.isEmpty())
        answer(std::exchange(m_poll, nullptr), 200, std::exchange(m_pollOutput, {}));
}

void FakeServer::answer(QTcpSocket *socket, int status, const QByteArray &body)
{
    QByteArray head = "HTTP/1.1 " + QByteArray::number(status) + " Status\r\n";
    if (status != 204)
        head += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    socket->write(head + "\r\n" + body);
}

void FakeServer::webSocketOpened()
{
    ++opened;
    m_hasHandshake = resumes;
    received.clear();
    m_webSocket = m_upgrader.nextPendingConnection();
    connect(m_webSocket, &QWebSocket::textMessageReceived, this,
            [this](const QString &text) { takeBytes(text.toUtf8()); });
    connect(m_webSocket, &QWebSocket::binaryMessageReceived, this, &FakeServer::takeBytes);
    connect(m_webSocket, &QWebSocket::disconnected, m_webSocket, &QObject::deleteLater);
}

void FakeServer::takeBytes(const QByteArray &bytes)
{
    received += bytes;
    const qsizetype end = received.indexOf('\x1e');
    if (m_hasHandshake || end < 0)
        return;
    m_hasHandshake = true;
    handshake = received.first(end);
    received.remove(0, end + 1);
    if (!handshakeAnswer.isEmpty())
        send(handshakeAnswer);
}

QList<QByteArray> FakeServer::takeRecords()
{
    qsizetype end = 0;
    while ((end = received.indexOf('\x1e')) >= 0) {
        const QByteArray record = received.first(end);
        received.remove(0, end + 1);
        if (record != R"({"type":6})")
            m_records.append(record);
    }
    return std::exchange(m_records, {});
}

QByteArray FakeServer::nextRecord()
{
    QList<QByteArray> records;
    if (!QTest::qWaitFor([&] { return !(records = takeRecords()).isEmpty(); }))
        return {};
    m_records = records.sliced(1);
    return records.front();
}

QList<FakeServer::Request> FakeServer::negotiations() const
{
    QList<Request> found;
    for (const Request &request : requests) {
        if (request.path.contains("/negotiate"))
            found.append(request);
    }
    return found;
}

void FakeServer::send(const QByteArray &bytes)
{
    if (m_webSocket && handshake.contains("messagepack"))
        m_webSocket->sendBinaryMessage(bytes);
    else if (m_webSocket)
        m_webSocket->sendTextMessage(QString::fromUtf8(bytes));
    else if (m_events)
        m_events->write("data: " + bytes + "\r\n\r\n");
    m_pollOutput += m_isPolling ? bytes : QByteArray();
    answerPoll();
}

void FakeServer::cut()
{
    if (m_webSocketLink)
        m_webSocketLink->abort();
    if (m_events)
        m_events->abort();
    if (m_poll)
        m_poll->abort();
    m_webSocket = nullptr;
    m_isPolling = false;
}

void FakeServer::end()
{
    if (m_webSocket)
        m_webSocket->close();
    if (m_events)
        m_events->disconnectFromHost();
    if (m_poll)
        answer(std::exchange(m_poll, nullptr), 204);
    m_isPolling = false;
}

} // namespace hudhud::client
