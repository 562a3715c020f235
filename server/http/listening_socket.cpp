// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/listening_socket.h"

#include <QHostAddress>

#include <cerrno>
#include <cstring>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hudhud {

namespace {

/// Connections that wait for accept(); the kernel cuts it to net.core.somaxconn.
constexpr int Backlog = 8192;

struct ListenAddress
{
    QHostAddress address;
    quint16 port = 0;
};

Error listenError(const QByteArray &endpoint, const QString &message)
{
    return Error::invalidField(QStringLiteral("endpoints.%1.listen").arg(QString::fromUtf8(endpoint)),
                               message);
}

Result<ListenAddress> parseListen(const QByteArray &endpoint, const QString &listen)
{
    const qsizetype colon = listen.lastIndexOf(QLatin1Char(':'));
    bool isNumber = false;
    ListenAddress result;
    result.port = colon < 0 ? 0 : listen.mid(colon + 1).toUShort(&isNumber);
    QString host = listen.left(qMax<qsizetype>(colon, 0));
    if (host.startsWith(QLatin1Char('[')) && host.endsWith(QLatin1Char(']')))
        host = host.mid(1, host.size() - 2);
    if (!isNumber || !result.address.setAddress(host)) {
        return std::unexpected(listenError(
            endpoint,
            QStringLiteral("\"%1\" is not an address and port; write for example \"0.0.0.0:8080\" or "
                           "\"[::]:8080\"")
                .arg(listen)));
    }
    return result;
}

socklen_t fillSocketAddress(const ListenAddress &listen, sockaddr_storage &storage)
{
    std::memset(&storage, 0, sizeof storage);
    if (listen.address.protocol() == QAbstractSocket::IPv6Protocol) {
        auto &address = reinterpret_cast<sockaddr_in6 &>(storage);
        const Q_IPV6ADDR bytes = listen.address.toIPv6Address();
        address.sin6_family = AF_INET6;
        address.sin6_port = htons(listen.port);
        std::memcpy(&address.sin6_addr, &bytes, sizeof bytes);
        return sizeof address;
    }
    auto &address = reinterpret_cast<sockaddr_in &>(storage);
    address.sin_family = AF_INET;
    address.sin_port = htons(listen.port);
    address.sin_addr.s_addr = htonl(listen.address.toIPv4Address());
    return sizeof address;
}

QString remedyFor(int error)
{
    switch (error) {
    case EADDRINUSE:
        return QStringLiteral("another program uses the port; stop it or configure another port");
    case EACCES:
        return QStringLiteral(
            "ports below 1024 need the right CAP_NET_BIND_SERVICE; configure a higher port or grant it");
    case EADDRNOTAVAIL:
        return QStringLiteral("this machine has no such address; use 0.0.0.0 for all");
    default:
        return QStringLiteral("check the address and the limits of the process");
    }
}

} // namespace

Result<qintptr> openListeningSocket(const QByteArray &endpoint, const QString &listen, quint16 port)
{
    auto parsed = parseListen(endpoint, listen);
    if (!parsed)
        return std::unexpected(parsed.error());
    if (port != 0)
        parsed->port = port;
    sockaddr_storage address;
    const socklen_t length = fillSocketAddress(*parsed, address);
    const int descriptor = ::socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const int on = 1;
    if (descriptor >= 0 && ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0
        && ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0
        && ::bind(descriptor, reinterpret_cast<const sockaddr *>(&address), length) == 0
        && ::listen(descriptor, Backlog) == 0)
        return descriptor;
    const int error = errno;
    if (descriptor >= 0)
        ::close(descriptor);
    return std::unexpected(
        listenError(endpoint,
                    QStringLiteral("cannot listen on %1: %2; %3")
                        .arg(listen, QString::fromLocal8Bit(std::strerror(error)), remedyFor(error))));
}

} // namespace hudhud
