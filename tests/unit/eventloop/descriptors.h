// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

#include <array>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace hudhud {

/// A file descriptor closed with the object.
class Descriptor
{
public:
    Descriptor() = default;
    explicit Descriptor(int value)
        : m_value(value)
    {
    }
    Descriptor(Descriptor &&other) noexcept
        : m_value(std::exchange(other.m_value, -1))
    {
    }
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(m_value, other.m_value);
        return *this;
    }
    ~Descriptor() { close(); }

    int value() const { return m_value; }
    void close()
    {
        if (m_value >= 0)
            ::close(std::exchange(m_value, -1));
    }

private:
    int m_value = -1;
};

/// Two connected stream sockets, non-blocking.
struct SocketPair
{
    SocketPair()
    {
        std::array<int, 2> values{-1, -1};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, values.data()) != 0)
            qFatal("no socket pair");
        near = Descriptor(values[0]);
        far = Descriptor(values[1]);
    }
    /// Makes `near` readable.
    void send(char byte = 'x') const
    {
        if (::write(far.value(), &byte, 1) != 1)
            qFatal("cannot write to the socket pair");
    }
    /// Empties `near`; returns the number of bytes.
    int drain() const
    {
        std::array<char, 65536> buffer;
        int total = 0;
        for (ssize_t count = 0; (count = ::read(near.value(), buffer.data(), buffer.size())) > 0;)
            total += int(count);
        return total;
    }
    /// Writes into `near` until it takes no more.
    void fill() const
    {
        static constexpr std::array<char, 65536> buffer{};
        while (::write(near.value(), buffer.data(), buffer.size()) > 0) {}
    }
    void drainFar() const
    {
        std::array<char, 65536> buffer;
        while (::read(far.value(), buffer.data(), buffer.size()) > 0) {}
    }

    Descriptor near;
    Descriptor far;
};

} // namespace hudhud
