// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/connection.h"

#include "http/endpoint_context.h"
#include "http/http_session.h"

#include <QSslSocket>

#include <sys/socket.h>

namespace hudhud {

namespace {

/// How long a closing connection waits for the peer's end.
constexpr std::chrono::milliseconds LingerTime{2'000};

} // namespace

Connection::Connection(EndpointContext &context, std::unique_ptr<QTcpSocket> socket, bool isSecure)
    : m_context(context)
    , m_socket(std::move(socket))
    , m_protocol(std::make_unique<HttpSession>(*this))
    , m_peerAddress(m_socket->peerAddress())
    , m_isSecure(isSecure)
{
    QTcpSocket *const link = m_socket.get();
    QObject::connect(link, &QTcpSocket::readyRead, link, [this] { readable(); });
    QObject::connect(link, &QTcpSocket::disconnected, link, [this] { abort(); });
    if (auto *const encrypted = qobject_cast<QSslSocket *>(link))
        QObject::connect(encrypted, &QSslSocket::encryptedBytesWritten, link, [this] { written(); });
    else
        QObject::connect(link, &QTcpSocket::bytesWritten, link, [this] { written(); });
}

Connection::~Connection()
{
    m_socket->disconnect();
    if (!m_isFinished) {
        m_isFinished = true;
        m_protocol->ended();
    }
}

void Connection::start(List::iterator position)
{
    m_position = position;
    setDeadline(m_context.options.headTimeout);
}

void Connection::readable()
{
    do {
        if (m_isPaused || m_isAborted || m_isFinished)
            return;
        QByteArray &buffer = m_context.readBuffer;
        const qint64 length = m_socket->read(buffer.data(), buffer.size());
        if (length < 0) {
            abort();
            return;
        }
        deliver({buffer.data(), std::size_t(length)});
    } while (m_isSecure && m_socket->bytesAvailable() > 0);
}

void Connection::deliver(std::span<char> bytes)
{
    if (!bytes.empty() && !m_isClosing)
        m_protocol->received(bytes);
}

void Connection::write(QByteArrayView bytes)
{
    if (m_isFinished || m_isAborted || m_isSendingShutDown || bytes.isEmpty())
        return;
    if (m_socket->write(bytes.data(), bytes.size()) < 0)
        abort();
}

qint64 Connection::bytesUnsent() const
{
    if (!m_isSecure)
        return m_socket->bytesToWrite();
    return m_socket->bytesToWrite()
        + static_cast<const QSslSocket *>(m_socket.get())->encryptedBytesToWrite();
}

void Connection::written()
{
    if (m_isFinished || m_isAborted)
        return;
    if (m_isClosing && bytesUnsent() == 0)
        shutDownSending();
    else
        m_protocol->written();
}

void Connection::closeAfterWriting()
{
    if (m_isFinished || m_isAborted || std::exchange(m_isClosing, true))
        return;
    m_isPaused = false;
    setDeadline(LingerTime);
    if (bytesUnsent() == 0)
        shutDownSending();
}

void Connection::shutDownSending()
{
    if (std::exchange(m_isSendingShutDown, true))
        return;
    if (m_isSecure)
        m_socket->disconnectFromHost(); // sends close_notify, then closes
    else if (::shutdown(int(m_socket->socketDescriptor()), SHUT_WR) != 0)
        abort();
    else
        readable(); // what was paused has to be read for the peer's end to be seen
}

void Connection::abort()
{
    if (m_isFinished || std::exchange(m_isAborted, true))
        return;
    m_isClosing = true;
    requestTurnEnd();
}

void Connection::setDeadline(std::chrono::milliseconds fromNow)
{
    m_context.deadlines.set(*this, fromNow);
}

void Connection::clearDeadline()
{
    m_context.deadlines.clear(*this);
}

void Connection::deadlineExpired()
{
    if (m_isFinished)
        return;
    if (m_isClosing)
        finish();
    else
        m_protocol->deadlineExpired();
}

void Connection::requestTurnEnd()
{
    if (m_isFinished || std::exchange(m_isTurnEndRequested, true))
        return;
    m_context.turnEnders.push_back(this);
    m_context.wakeTurnEnd();
}

void Connection::turnEnded()
{
    m_isTurnEndRequested = false;
    m_formerProtocol.reset();
    if (m_isFinished)
        return;
    if (m_isAborted)
        finish();
    else
        m_protocol->turnEnded();
}

void Connection::drain()
{
    if (!m_isFinished && !m_isClosing)
        m_protocol->drain();
}

void Connection::replaceProtocol(std::unique_ptr<Protocol> protocol)
{
    m_formerProtocol = std::exchange(m_protocol, std::move(protocol));
    requestTurnEnd();
}

void Connection::finish()
{
    if (std::exchange(m_isFinished, true))
        return;
    clearDeadline();
    // A socket that is told to abort would signal again.
    m_socket->disconnect();
    m_socket->abort();
    m_protocol->ended();
    m_context.ended.splice(m_context.ended.end(), m_context.connections, m_position);
    m_context.connectionEnded(m_peerAddress);
    m_context.wakeTurnEnd();
}

} // namespace hudhud
