// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loadgen/http_connection.h"

#include <chrono>
#include <memory>
#include <vector>

namespace hudhud::loadgen {

/// A fixed number of keep-alive connections, each with at most one request under way.
class HttpPool : private HttpConnection::Listener
{
public:
    class Listener
    {
    public:
        virtual ~Listener() = default;
        /// `connection` is free again and may be used from inside the call.
        virtual void poolResponse(HttpConnection &connection, const HttpResponse &response) = 0;
        /// The request with `tag` got no answer.
        virtual void poolUnanswered(std::uint64_t tag) = 0;
    };

    /// The connections are spread over the endpoints.
    HttpPool(EventLoop &loop, std::vector<Endpoint> endpoints, int count, Listener &listener);

    /// Result: false when not all were open within `limit`.
    bool openAll(std::chrono::milliseconds limit);
    /// Opens connections that the server closed; returns at once.
    void reopenLost();
    void closeAll();
    /// A connection without a request under way, taken out of the pool's free list; null when there is none.
    HttpConnection *takeFree();
    void giveBack(HttpConnection &connection) { m_free.push_back(&connection); }
    int openCount() const { return m_openCount; }
    int lostCount() const { return m_lostCount; }

private:
    void httpReady(HttpConnection &connection) override;
    void httpResponse(HttpConnection &connection, const HttpResponse &response) override;
    void httpLost(HttpConnection &connection) override;
    void openMore();

    EventLoop &m_loop;
    std::vector<Endpoint> m_endpoints;
    Listener &m_listener;
    std::vector<std::unique_ptr<HttpConnection>> m_connections;
    std::vector<HttpConnection *> m_free;
    std::vector<HttpConnection *> m_toOpen;
    int m_connecting = 0;
    int m_openCount = 0;
    int m_lostCount = 0;
};

} // namespace hudhud::loadgen
