// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"

#include <QByteArray>
#include <QHostAddress>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace hudhud {

enum class HttpMethod : quint8 { Get, Head, Post, Put, Patch, Delete, Options };

/// One request whose head and body were within the limits. Thread: the I/O thread that calls the handler.
/// Ownership: valid until the handler returns; copy what has to live longer (QByteArrays share their bytes).
class HttpRequest
{
public:
    virtual ~HttpRequest() = default;
    /// HEAD arrives as Get; the endpoint leaves the body out of the answer.
    virtual HttpMethod method() const = 0;
    /// Still percent-encoded, without the query: "/api/v1/messages".
    virtual QByteArrayView path() const = 0;
    /// Still percent-encoded, without the question mark.
    virtual QByteArrayView query() const = 0;
    /// The part of the path that stood for `{…}` in the route's pattern, percent-decoded; empty if there was none.
    virtual QByteArray pathParameter() const = 0;
    /// The same for the second `{…}` of the pattern.
    virtual QByteArray secondPathParameter() const { return {}; }
    /// The first header of that name, in any letter case; empty if there is none.
    virtual QByteArrayView header(QByteArrayView name) const = 0;
    virtual QByteArray body() const = 0;
    virtual QHostAddress peerAddress() const = 0;
    /// True when it came over TLS.
    virtual bool isSecure() const = 0;
};

/// The value of `key` in a percent-encoded query, decoded; nothing if it is absent.
std::optional<QByteArray> queryValue(QByteArrayView query, QByteArrayView key);

struct HttpResponse
{
    int status = 200;
    QByteArray contentType; ///< Empty: no Content-Type header.
    QByteArray body;
    std::vector<std::pair<QByteArray, QByteArray>> headers;
    bool closeConnection = false;
};

/// The sending side of an answer whose body is not known yet, like an event stream (RFC 9112, section 7.1: chunked; for
/// HTTP/1.0 clients until the connection closes). Thread: its I/O thread only.
/// Ownership: the endpoint; the pointer is valid from `opened` until `closed` returns.
class HttpStream
{
public:
    virtual ~HttpStream() = default;
    /// Queues bytes of the body; the writes of one loop turn leave together.
    virtual void send(QByteArrayView bytes) = 0;
    /// Bytes queued here that the kernel has not taken yet.
    virtual qint64 bytesUnsent() const = 0;
    /// Ends the body after what was sent; `closed` follows in a later loop turn.
    virtual void close() = 0;
    /// Drops the link at once, so that the peer sees the body cut off; `closed` follows in a later loop turn.
    virtual void abort() = 0;
};

/// Hears what becomes of a stream, implemented by transports. Thread: the connection's I/O thread.
/// Ownership: the endpoint destroys it after `closed`.
class HttpStreamHandler
{
public:
    virtual ~HttpStreamHandler() = default;
    /// Comes before `beginStream` returns, unless the peer has gone already. What is sent waits for the answers before.
    virtual void opened(HttpStream &stream) = 0;
    /// Everything sent so far has left for the kernel, after `bytesUnsent` had been above the endpoint's low mark.
    virtual void drained() = 0;
    /// The body is complete or the peer has gone. Only after `opened`.
    virtual void closed() = 0;
};

/// The right to answer one request, once, now or later. Thread: the request's I/O thread. Answers of pipelined requests
/// leave in the order of the requests. An answer after the peer has gone is dropped; a responder destroyed without an
/// answer sends 500, so that no client waits for ever.
class HttpResponder
{
public:
    /// Called once from the event loop when the peer goes before it was answered.
    using PeerGone = std::move_only_function<void()>;

    /// Where the endpoint takes the answer; implemented by `server/http`.
    class Sink
    {
    public:
        virtual ~Sink() = default;
        virtual void answer(quint64 slot, HttpResponse &&response) = 0;
        /// A sink that cannot stream lets the handler go.
        virtual void stream(quint64, HttpResponse &&, std::unique_ptr<HttpStreamHandler>) { }
        /// A sink that does not watch never tells.
        virtual void watch(quint64, PeerGone) { }
    };

    HttpResponder() = default;
    HttpResponder(std::shared_ptr<Sink> sink, quint64 slot) : m_sink(std::move(sink)), m_slot(slot) { }
    HttpResponder(HttpResponder &&other) noexcept = default;
    HttpResponder &operator=(HttpResponder &&other) noexcept
    {
        if (this != &other) {
            abandon();
            m_sink = std::move(other.m_sink);
            m_slot = other.m_slot;
        }
        return *this;
    }
    ~HttpResponder() { abandon(); }

    void respond(HttpResponse &&response)
    {
        if (const auto sink = std::exchange(m_sink, nullptr))
            sink->answer(m_slot, std::move(response));
    }

    /// Answers with a body that comes bit by bit. The body of `head` is its beginning.
    void beginStream(HttpResponse &&head, std::unique_ptr<HttpStreamHandler> handler)
    {
        if (const auto sink = std::exchange(m_sink, nullptr))
            sink->stream(m_slot, std::move(head), std::move(handler));
    }

    /// Tells when the peer goes while the answer waits; a peer that ends its side counts as gone then, as it cannot be
    /// told from one that left. Without this it may end its side and still get its answer.
    void whenPeerGone(PeerGone gone)
    {
        if (m_sink)
            m_sink->watch(m_slot, std::move(gone));
    }

private:
    void abandon()
    {
        if (m_sink)
            respond(HttpResponse{.status = 500, .contentType = {}, .body = {}, .headers = {}, .closeConnection = true});
    }

    std::shared_ptr<Sink> m_sink;
    quint64 m_slot = 0;
};

using HttpHandler = std::function<void(const HttpRequest &request, HttpResponder responder)>;

/// RFC 6455, section 5.2 (data frames only; control frames stay inside the endpoint).
enum class WebSocketOpcode : quint8 { Text = 1, Binary = 2 };

/// The sending side of an open WebSocket (RFC 6455, server role). Thread: its I/O thread only.
/// Ownership: the endpoint; the pointer is valid from `opened` until `closed` returns.
class WebSocket
{
public:
    virtual ~WebSocket() = default;
    /// Queues one message, sent whole in the order of the calls; the writes of one loop turn leave together.
    virtual void send(WebSocketOpcode opcode, QByteArrayView payload) = 0;
    /// Bytes queued here that the kernel has not taken yet.
    virtual qint64 bytesUnsent() const = 0;
    /// While held, no message is delivered and unread bytes stay with the kernel, so that the peer is slowed down; pings
    /// are not answered either. Messages that wait are delivered after the call that lets them go on, never within it.
    virtual void holdInput(bool isHeld) = 0;
    /// Starts the closing handshake (section 7); `closed` follows, at the latest after the close time-out.
    virtual void close(quint16 code, QByteArrayView reason) = 0;
    /// Drops the link at once; `closed` follows in a later loop turn.
    virtual void abort() = 0;
    virtual QHostAddress peerAddress() const = 0;
};

/// The receiving side, implemented by transports. Thread: the connection's I/O thread.
/// Ownership: the endpoint destroys it after `closed`.
class WebSocketHandler
{
public:
    virtual ~WebSocketHandler() = default;
    virtual void opened(WebSocket &socket) = 0;
    /// One whole message; fragments were joined, text was checked to be UTF-8 (section 8.1).
    virtual void received(WebSocketOpcode opcode, QByteArrayView payload) = 0;
    /// Everything sent so far has left for the kernel, after `bytesUnsent` had been above the endpoint's low mark.
    virtual void drained() = 0;
    /// The link is gone. `code` is the peer's close code, 1005 when it gave none, 1006 when the link just ended.
    virtual void closed(quint16 code) = 0;
};

/// A transport's answer to an upgrade request: refuse it, or take it.
using UpgradeDecision = std::variant<HttpResponse, std::unique_ptr<WebSocketHandler>>;
using UpgradeHandler = std::function<UpgradeDecision(const HttpRequest &request)>;

/// The routes of one endpoint on one I/O thread. Thread: that I/O thread, before the endpoint opens.
class RouteTable
{
public:
    virtual ~RouteTable() = default;
    /// `pattern`: an absolute path in which at most two segments may be `{name}`. A second route of the same method and
    /// pattern is an error: Conflict. Methods without a route on a known path answer 405 with Allow.
    virtual Result<void> addRoute(HttpMethod method, const QByteArray &pattern, HttpHandler handler) = 0;
    /// The same for requests whose bodies may be larger than the endpoint's limit: up to `maximumBody` bytes.
    virtual Result<void> addUploadRoute(HttpMethod method, const QByteArray &pattern, HttpHandler handler,
                                        qint64 maximumBody)
    {
        Q_UNUSED(maximumBody)
        return addRoute(method, pattern, std::move(handler));
    }
    /// WebSocket upgrades of exactly this path; plain requests go to the routes.
    virtual Result<void> addWebSocket(const QByteArray &path, UpgradeHandler handler) = 0;
};

} // namespace hudhud
