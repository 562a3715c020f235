// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/web_socket_transport.h"

#include "signalr/client/http_client.h"

namespace hudhud::client {

using Kind = HubError::Kind;

WebSocketTransport::WebSocketTransport(HttpClient &http)
    : m_http(http)
{
    m_openTimer.setSingleShot(true);
    connect(&m_openTimer, &QTimer::timeout, this, [this] {
        report({.kind = HubError::Kind::Timeout,
                .message = QStringLiteral("The WebSocket did not open in time.")});
        m_socket.abort();
    });
    // Sockets read nothing while they deliver: a handler that runs an event loop, like that of a dialog,
    // would make us deaf. So everything is queued, and keeps its order.
    const auto queued = Qt::QueuedConnection;
    connect(
        &m_socket, &QWebSocket::connected, this,
        [this] {
            m_openTimer.stop();
            m_isOpen = true;
            Q_EMIT opened();
        },
        queued);
    connect(
        &m_socket, &QWebSocket::textMessageReceived, this,
        [this](const QString &text) { Q_EMIT received(text.toUtf8()); }, queued);
    connect(&m_socket, &QWebSocket::binaryMessageReceived, this, &Transport::received, queued);
    connect(&m_socket, &QWebSocket::disconnected, this, &WebSocketTransport::ended, queued);
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(&m_socket, &QWebSocket::errorOccurred, this, &WebSocketTransport::ended, queued);
#else
    connect(&m_socket, QOverload<QAbstractSocket::SocketError>::of(&QWebSocket::error), this,
            &WebSocketTransport::ended, queued);
#endif
}

WebSocketTransport::~WebSocketTransport()
{
    m_socket.disconnect(this); // Its destructor still speaks.
}

void WebSocketTransport::open(const TransportTarget &target)
{
    m_format = target.format;
    QUrl url(target.url);
    if (url.scheme() == QLatin1String("http"))
        url.setScheme(QStringLiteral("ws"));
    else if (url.scheme() == QLatin1String("https"))
        url.setScheme(QStringLiteral("wss"));
    const HubConnectionOptions &options = m_http.options();
    m_socket.setMaxAllowedIncomingFrameSize(static_cast<quint64>(options.maximumMessageSize));
    m_socket.setMaxAllowedIncomingMessageSize(static_cast<quint64>(options.maximumMessageSize));
    if (options.tls)
        m_socket.setSslConfiguration(*options.tls);
    m_openTimer.start(options.handshakeTimeout);
    m_socket.open(m_http.request(url, target.token));
}

void WebSocketTransport::send(const QByteArray &messages)
{
    if (m_format == TransferFormat::Text)
        m_socket.sendTextMessage(QString::fromUtf8(messages));
    else
        m_socket.sendBinaryMessage(messages);
}

void WebSocketTransport::close()
{
    m_isClosing = true;
    m_socket.close();
}

void WebSocketTransport::ended()
{
    m_openTimer.stop();
    if (!m_isOpen) {
        report({.kind = Kind::ConnectionLost,
                .message
                = QStringLiteral("The WebSocket could not be opened: %1.").arg(m_socket.errorString())});
        return;
    }
    // An error during the life of the socket is followed by its end, which knows the close code.
    if (m_socket.state() != QAbstractSocket::UnconnectedState && !m_isClosing)
        return;
    const bool isInOrder = m_isClosing || m_socket.closeCode() == QWebSocketProtocol::CloseCodeNormal;
    if (isInOrder && m_socket.error() == QAbstractSocket::UnknownSocketError) {
        report({});
        return;
    }
    report({.kind = Kind::ConnectionLost,
            .message
            = QStringLiteral("The WebSocket closed with code %1: %2.")
                  .arg(m_socket.closeCode())
                  .arg(m_socket.closeReason().isEmpty() ? m_socket.errorString() : m_socket.closeReason())});
}

void WebSocketTransport::report(const HubError &error)
{
    if (!std::exchange(m_isReported, true))
        Q_EMIT closed(error);
}

} // namespace hudhud::client
