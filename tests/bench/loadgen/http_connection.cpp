// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/http_connection.h"

#include <strings.h>

#include <charconv>

namespace hudhud::loadgen {

std::optional<std::string_view> HttpResponse::header(std::string_view name) const
{
    std::size_t line = head.find("\r\n");
    while (line != std::string_view::npos) {
        const std::size_t begin = line + 2;
        line = head.find("\r\n", begin);
        const std::string_view text = head.substr(begin, line - begin);
        if (text.size() <= name.size() || text[name.size()] != ':'
            || strncasecmp(text.data(), name.data(), name.size()) != 0)
            continue;
        const std::size_t value = text.find_first_not_of(" \t", name.size() + 1);
        return value == std::string_view::npos ? std::string_view() : text.substr(value);
    }
    return std::nullopt;
}

std::optional<std::size_t> parseHttpResponse(std::string_view input, HttpResponse *response, bool *broken)
{
    const std::size_t headEnd = input.find("\r\n\r\n");
    if (headEnd == std::string_view::npos)
        return std::nullopt;
    response->head = input.substr(0, headEnd);
    constexpr std::string_view Version = "HTTP/1.1 ";
    if (!input.starts_with(Version)) {
        *broken = true;
        return std::nullopt;
    }
    std::from_chars(input.data() + Version.size(), input.data() + headEnd, response->status);

    std::size_t length = 0;
    const bool hasBody = response->status >= 200 && response->status != 204 && response->status != 304;
    if (hasBody) {
        const auto text = response->header("content-length");
        if (!text || std::from_chars(text->data(), text->data() + text->size(), length).ec != std::errc()) {
            *broken = true;
            return std::nullopt;
        }
    }
    const std::size_t bodyBegin = headEnd + 4;
    if (input.size() - bodyBegin < length)
        return std::nullopt;
    response->body = input.substr(bodyBegin, length);
    return bodyBegin + length;
}

HttpConnection::HttpConnection(EventLoop &loop, Listener &listener, int number)
    : TcpConnection(loop)
    , m_listener(listener)
    , m_number(number)
{
}

void HttpConnection::request(std::string_view bytes)
{
    m_busy = true;
    send(bytes);
}

void HttpConnection::connected()
{
    m_busy = false;
    m_listener.httpReady(*this);
}

void HttpConnection::received()
{
    HttpResponse response;
    bool broken = false;
    const auto length = parseHttpResponse(input(), &response, &broken);
    if (broken) {
        close();
        lost();
        return;
    }
    if (!length)
        return;
    m_busy = false;
    // Consumed first: the listener usually sends the next request from inside the call.
    const auto connectionHeader = response.header("connection");
    const bool closes = connectionHeader && *connectionHeader == "close";
    consume(*length);
    m_listener.httpResponse(*this, response);
    if (closes && isOpen()) {
        close();
        lost();
    }
}

void HttpConnection::lost()
{
    m_listener.httpLost(*this);
    m_busy = false;
}

} // namespace hudhud::loadgen
