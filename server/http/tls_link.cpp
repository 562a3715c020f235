// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/tls_link.h"

#include <unistd.h>

namespace hudhud {

TlsLink::TlsLink(qintptr descriptor, const QSslConfiguration &configuration, qint64 readBufferBytes,
                 Listener &listener)
{
    QObject::connect(&m_socket, &QSslSocket::readyRead, &m_socket, [&listener] { listener.linkReadable(); });
    QObject::connect(&m_socket, &QSslSocket::encryptedBytesWritten, &m_socket,
                     [&listener] { listener.linkWritten(); });
    QObject::connect(&m_socket, &QSslSocket::disconnected, &m_socket, [&listener] { listener.linkBroken(); });
    if (!m_socket.setSocketDescriptor(descriptor)) {
        ::close(int(descriptor));
        return;
    }
    m_socket.setReadBufferSize(readBufferBytes);
    m_socket.setSocketOption(QAbstractSocket::LowDelayOption, 1);
    m_socket.setSslConfiguration(configuration);
    m_socket.startServerEncryption();
}

TlsLink::~TlsLink()
{
    m_socket.disconnect();
}

Link::ReadState TlsLink::read(std::span<char> buffer, qsizetype &length)
{
    const qint64 result = m_socket.read(buffer.data(), qint64(buffer.size()));
    length = qMax<qint64>(0, result);
    return result < 0 ? ReadState::Broken : ReadState::Open;
}

bool TlsLink::write(QByteArrayView bytes)
{
    return m_socket.write(bytes.data(), bytes.size()) == bytes.size();
}

bool TlsLink::finishSending()
{
    m_socket.disconnectFromHost(); // sends close_notify first
    return true;
}

void TlsLink::drop()
{
    m_socket.disconnect();
    m_socket.abort();
}

} // namespace hudhud
