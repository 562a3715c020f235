// SPDX-License-Identifier: GPL-3.0-or-later
#include "raw_client.h"

#include <QList>
#include <QtEndian>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace hudhud {

QByteArray RawAnswer::header(const QByteArray &name) const
{
    const QByteArray start = name.toLower() + ':';
    for (const QByteArray &line : head.split('\n')) {
        if (line.toLower().startsWith(start))
            return line.mid(start.size()).trimmed();
    }
    return {};
}

int RawFrame::closeCode() const
{
    return payload.size() < 2 ? 1005 : qFromBigEndian<quint16>(payload.constData());
}

RawClient::RawClient(quint16 port, int localAddress)
    : m_descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    timeval patience{};
    patience.tv_sec = Patience.count() / 1000;
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const int on = 1;
    ::setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    if (localAddress != 1) {
        // Without the option the kernel would look for a port that nobody uses towards anyone.
        ::setsockopt(m_descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + in_addr_t(localAddress));
        ::bind(m_descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address);
    }
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    if (::connect(m_descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        close();
}

RawClient::RawClient(RawClient &&other) noexcept
    : m_descriptor(std::exchange(other.m_descriptor, -1))
    , m_buffer(std::move(other.m_buffer))
{
}

RawClient::~RawClient()
{
    close();
}

void RawClient::close()
{
    if (m_descriptor >= 0)
        ::close(std::exchange(m_descriptor, -1));
}

void RawClient::reset()
{
    const linger hard{1, 0};
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
}

void RawClient::finishSending()
{
    ::shutdown(m_descriptor, SHUT_WR);
}

bool RawClient::send(const QByteArray &bytes)
{
    qsizetype sent = 0;
    while (sent < bytes.size()) {
        const ssize_t result
            = ::send(m_descriptor, bytes.constData() + sent, std::size_t(bytes.size() - sent), MSG_NOSIGNAL);
        if (result <= 0)
            return false;
        sent += result;
    }
    return true;
}

bool RawClient::fill()
{
    char buffer[65536];
    errno = 0;
    const ssize_t result = ::recv(m_descriptor, buffer, sizeof buffer, 0);
    if (result <= 0)
        return false;
    m_buffer.append(buffer, result);
    return true;
}

std::optional<QByteArray> RawClient::take(qsizetype size)
{
    while (m_buffer.size() < size) {
        if (!fill())
            return std::nullopt;
    }
    const QByteArray taken = m_buffer.first(size);
    m_buffer.remove(0, size);
    return taken;
}

std::optional<RawAnswer> RawClient::answer(bool isHead)
{
    qsizetype end = -1;
    while ((end = m_buffer.indexOf("\r\n\r\n")) < 0) {
        if (!fill())
            return std::nullopt;
    }
    RawAnswer answer;
    answer.head = *take(end + 4);
    answer.status = answer.head.mid(9, 3).toInt();
    const QByteArray length = answer.header("Content-Length");
    if (isHead || length.isEmpty())
        return answer;
    const auto body = take(length.toLongLong());
    if (!body)
        return std::nullopt;
    answer.body = *body;
    return answer;
}

std::optional<RawAnswer> RawClient::upgrade(const QByteArray &path, const QByteArray &behind)
{
    return exchange("GET " + path
                    + " HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
                      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                    + behind);
}

std::optional<RawFrame> RawClient::frame()
{
    const auto start = take(2);
    if (!start)
        return std::nullopt;
    RawFrame frame;
    frame.isFinal = start->at(0) & 0x80;
    frame.opcode = start->at(0) & 0x0F;
    qint64 length = start->at(1) & 0x7F;
    if (length >= 126) {
        const auto extended = take(length == 126 ? 2 : 8);
        if (!extended)
            return std::nullopt;
        length = length == 126 ? qFromBigEndian<quint16>(extended->constData())
                               : qFromBigEndian<qint64>(extended->constData());
    }
    const auto payload = take(length);
    if (!payload)
        return std::nullopt;
    frame.payload = *payload;
    return frame;
}

std::optional<QByteArray> RawClient::readToEnd()
{
    while (fill()) {}
    if (errno == EAGAIN)
        return std::nullopt;
    return std::exchange(m_buffer, QByteArray());
}

std::optional<QByteArray> RawClient::readUntil(const QByteArray &end)
{
    qsizetype position = -1;
    while ((position = m_buffer.indexOf(end)) < 0) {
        if (!fill())
            return std::nullopt;
    }
    return take(position + end.size());
}

bool RawClient::isEnded()
{
    if (!m_buffer.isEmpty())
        return false;
    char byte = 0;
    const ssize_t result = ::recv(m_descriptor, &byte, 1, 0);
    return result == 0 || (result < 0 && errno == ECONNRESET);
}

QByteArray clientFrame(int opcode, const QByteArray &payload, bool isFinal, int reservedBits)
{
    static constexpr char Mask[] = {0x12, 0x34, 0x56, 0x78};
    QByteArray frame;
    frame.append(char((isFinal ? 0x80 : 0) | reservedBits << 4 | opcode));
    if (payload.size() < 126) {
        frame.append(char(0x80 | payload.size()));
    } else if (payload.size() < 65536) {
        char length[2];
        qToBigEndian(quint16(payload.size()), length);
        frame.append(char(0x80 | 126)).append(length, 2);
    } else {
        char length[8];
        qToBigEndian(quint64(payload.size()), length);
        frame.append(char(0x80 | 127)).append(length, 8);
    }
    frame.append(Mask, 4);
    for (qsizetype i = 0; i < payload.size(); ++i)
        frame.append(char(payload[i] ^ Mask[i % 4]));
    return frame;
}

QByteArray closeFrame(quint16 code, const QByteArray &reason)
{
    char bytes[2];
    qToBigEndian(code, bytes);
    return clientFrame(8, QByteArray(bytes, 2) + reason);
}

} // namespace hudhud
