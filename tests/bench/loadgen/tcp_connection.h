// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loadgen/endpoint.h"
#include "loadgen/event_loop.h"

#include <string>
#include <string_view>

namespace hudhud::loadgen {

/// A non-blocking client socket. Subclasses parse what comes in and may close, but not delete, it from a
/// callback.
class TcpConnection : public EventHandler
{
public:
    explicit TcpConnection(EventLoop &loop)
        : m_loop(loop)
    {
    }
    ~TcpConnection() override;
    TcpConnection(const TcpConnection &) = delete;
    TcpConnection &operator=(const TcpConnection &) = delete;

    /// Starts connecting. `sourceNumber` spreads many connections to a loopback server over source addresses,
    /// because one address has only 28,000 ports. Result: false when the system refused at once.
    bool open(const Endpoint &endpoint, int sourceNumber);
    /// Closes without telling the subclass.
    void close();
    bool isOpen() const { return m_descriptor >= 0; }
    void send(std::string_view bytes);

    void handleEvents(std::uint32_t events) final;

protected:
    virtual void connected() = 0;
    /// New bytes are at the end of `input()`.
    virtual void received() = 0;
    /// The link is gone and the socket closed; never called after `close`.
    virtual void lost() = 0;

    std::string_view input() const { return std::string_view(m_input).substr(m_consumed); }
    void consume(std::size_t bytes) { m_consumed += bytes; }

private:
    void finishConnecting();
    void readAvailable();
    void writePending();
    void fail();

    EventLoop &m_loop;
    int m_descriptor = -1;
    bool m_connecting = false;
    bool m_waitsForWriting = false;
    std::size_t m_consumed = 0;
    std::string m_input;
    std::string m_output;
};

} // namespace hudhud::loadgen
