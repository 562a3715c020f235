// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loadgen/tcp_connection.h"

#include <optional>
#include <string>
#include <string_view>

namespace hudhud::loadgen {

/// Views into the connection's buffer: valid until the handler returns.
struct HttpResponse
{
    int status = 0;
    std::string_view head; ///< Status line and headers.
    std::string_view body;

    /// The value of a header, or nothing. Names are matched without regard to case (RFC 9110, section 5.1).
    std::optional<std::string_view> header(std::string_view name) const;
};

/// The length of the response at the start of `input`, with its parts; nothing while it is incomplete.
/// Understands Content-Length framing only; `broken` is set when the bytes are something else.
std::optional<std::size_t> parseHttpResponse(std::string_view input, HttpResponse *response, bool *broken);

/// One HTTP/1.1 keep-alive connection with at most one request under way.
class HttpConnection : public TcpConnection
{
public:
    class Listener
    {
    public:
        virtual ~Listener() = default;
        virtual void httpReady(HttpConnection &connection) = 0;
        virtual void httpResponse(HttpConnection &connection, const HttpResponse &response) = 0;
        virtual void httpLost(HttpConnection &connection) = 0;
    };

    HttpConnection(EventLoop &loop, Listener &listener, int number);

    /// Sends one whole request, head and body.
    void request(std::string_view bytes);
    bool isBusy() const { return m_busy; }
    int number() const { return m_number; }

    /// Free for the owner: which request is under way.
    std::uint64_t tag = 0;

protected:
    void connected() override;
    void received() override;
    void lost() override;

private:
    Listener &m_listener;
    int m_number;
    bool m_busy = false;
};

} // namespace hudhud::loadgen
