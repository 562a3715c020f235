// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/http_pool.h"

#include <algorithm>

namespace hudhud::loadgen {

namespace {

constexpr int ConnectingAtOnce = 256;
/// Kept apart from the phones' numbers, so that both are spread over different source addresses.
constexpr int FirstSourceNumber = 100'000;

} // namespace

HttpPool::HttpPool(EventLoop &loop, std::vector<Endpoint> endpoints, int count, Listener &listener)
    : m_loop(loop)
    , m_endpoints(std::move(endpoints))
    , m_listener(listener)
{
    for (int i = 0; i < count; ++i)
        m_connections.push_back(std::make_unique<HttpConnection>(
            m_loop, static_cast<HttpConnection::Listener &>(*this), FirstSourceNumber + i));
}

bool HttpPool::openAll(std::chrono::milliseconds limit)
{
    reopenLost();
    const int all = static_cast<int>(m_connections.size());
    return m_loop.runUntil([&] { return m_openCount == all || m_connecting == 0; }, limit)
        && m_openCount == all;
}

void HttpPool::reopenLost()
{
    if (m_connecting > 0)
        return;
    m_toOpen.clear();
    for (const auto &connection : m_connections) {
        if (!connection->isOpen())
            m_toOpen.push_back(connection.get());
    }
    openMore();
}

void HttpPool::closeAll()
{
    for (const auto &connection : m_connections)
        connection->close();
    m_free.clear();
    m_toOpen.clear();
    m_connecting = 0;
    m_openCount = 0;
}

HttpConnection *HttpPool::takeFree()
{
    if (m_free.empty())
        return nullptr;
    HttpConnection *connection = m_free.back();
    m_free.pop_back();
    return connection;
}

void HttpPool::openMore()
{
    while (m_connecting < ConnectingAtOnce && !m_toOpen.empty()) {
        HttpConnection *connection = m_toOpen.back();
        m_toOpen.pop_back();
        const std::size_t which = static_cast<std::size_t>(connection->number()) % m_endpoints.size();
        if (connection->open(m_endpoints[which], connection->number()))
            ++m_connecting;
    }
}

void HttpPool::httpReady(HttpConnection &connection)
{
    --m_connecting;
    ++m_openCount;
    m_free.push_back(&connection);
    openMore();
}

void HttpPool::httpResponse(HttpConnection &connection, const HttpResponse &response)
{
    m_listener.poolResponse(connection, response);
}

void HttpPool::httpLost(HttpConnection &connection)
{
    const bool wasFree = std::erase(m_free, &connection) > 0;
    if (!wasFree && !connection.isBusy() && m_connecting > 0) {
        --m_connecting; // Refused.
        openMore();
        return;
    }
    --m_openCount;
    ++m_lostCount;
    if (connection.isBusy())
        m_listener.poolUnanswered(connection.tag);
}

} // namespace hudhud::loadgen
