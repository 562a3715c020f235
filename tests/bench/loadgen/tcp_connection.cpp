// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/tcp_connection.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace hudhud::loadgen {

namespace {

constexpr int ConnectionsPerSourceAddress = 10'000;

bool bindToSource(int descriptor, int sourceNumber)
{
    // The port is chosen at connect time, when the destination is known, so that addresses are not used up.
    const int yes = 1;
    setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);
    sockaddr_in source{};
    source.sin_family = AF_INET;
    source.sin_addr.s_addr
        = htonl(0x7F000001U + static_cast<std::uint32_t>(sourceNumber / ConnectionsPerSourceAddress));
    return bind(descriptor, reinterpret_cast<const sockaddr *>(&source), sizeof source) == 0;
}

} // namespace

TcpConnection::~TcpConnection()
{
    close();
}

bool TcpConnection::open(const Endpoint &endpoint, int sourceNumber)
{
    close();
    m_descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m_descriptor < 0)
        return false;
    const int yes = 1;
    setsockopt(m_descriptor, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    const auto *address = reinterpret_cast<const sockaddr *>(&endpoint.address);
    const bool bound = !endpoint.isLoopback() || bindToSource(m_descriptor, sourceNumber);
    if (!bound || (connect(m_descriptor, address, sizeof endpoint.address) != 0 && errno != EINPROGRESS)) {
        ::close(m_descriptor);
        m_descriptor = -1;
        return false;
    }
    m_connecting = true;
    m_loop.watch(m_descriptor, EPOLLIN | EPOLLOUT, this);
    return true;
}

void TcpConnection::close()
{
    if (m_descriptor < 0)
        return;
    m_loop.forget(m_descriptor, this);
    ::close(m_descriptor);
    m_descriptor = -1;
    m_connecting = false;
    m_waitsForWriting = false;
    m_consumed = 0;
    m_input.clear();
    m_output.clear();
}

void TcpConnection::send(std::string_view bytes)
{
    if (m_descriptor < 0)
        return;
    if (m_output.empty() && !m_connecting) {
        const ssize_t sent = ::send(m_descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent > 0)
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        // A broken link is reported by the next event, not from inside the caller's call.
    }
    if (bytes.empty())
        return;
    m_output.append(bytes);
    if (!m_waitsForWriting && !m_connecting) {
        m_waitsForWriting = true;
        m_loop.change(m_descriptor, EPOLLIN | EPOLLOUT, this);
    }
}

void TcpConnection::handleEvents(std::uint32_t events)
{
    if (m_connecting) {
        finishConnecting();
        return;
    }
    if (events & EPOLLOUT)
        writePending();
    if (m_descriptor >= 0 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)))
        readAvailable();
}

void TcpConnection::finishConnecting()
{
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(m_descriptor, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) {
        fail();
        return;
    }
    m_connecting = false;
    m_waitsForWriting = !m_output.empty();
    if (!m_waitsForWriting)
        m_loop.change(m_descriptor, EPOLLIN, this);
    connected();
}

void TcpConnection::readAvailable()
{
    static std::array<char, 64 * 1024> buffer;
    const ssize_t count = recv(m_descriptor, buffer.data(), buffer.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count <= 0) {
        fail();
        return;
    }
    m_input.append(buffer.data(), static_cast<std::size_t>(count));
    received();
    if (m_consumed == m_input.size())
        m_input.clear();
    else
        m_input.erase(0, m_consumed);
    m_consumed = 0;
}

void TcpConnection::writePending()
{
    const ssize_t sent = ::send(m_descriptor, m_output.data(), m_output.size(), MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN && errno != EINTR)
            fail();
        return;
    }
    m_output.erase(0, static_cast<std::size_t>(sent));
    if (m_output.empty()) {
        m_waitsForWriting = false;
        m_loop.change(m_descriptor, EPOLLIN, this);
    }
}

void TcpConnection::fail()
{
    close();
    lost();
}

} // namespace hudhud::loadgen
