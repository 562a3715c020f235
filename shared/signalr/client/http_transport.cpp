// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/http_transport.h"

#include <utility>

namespace hudhud::client {

HttpTransport::HttpTransport(HttpClient &http)
    : m_http(http)
    , m_posts(http)
{
    connect(&m_posts, &PostQueue::failed, this, [this](const HubError &error) {
        dropReply();
        report(error);
    });
    connect(&m_posts, &PostQueue::drained, this, [this] {
        if (m_isClosing && !m_isReported)
            leave();
    });
}

HttpTransport::~HttpTransport()
{
    dropReply();
}

void HttpTransport::open(const TransportTarget &target)
{
    m_target = target;
    m_posts.open(target);
    receive();
}

void HttpTransport::close()
{
    if (std::exchange(m_isClosing, true) || m_isReported)
        return;
    if (m_posts.bytesUnsent() == 0)
        leave();
}

void HttpTransport::dropReply()
{
    if (!m_reply)
        return;
    QNetworkReply *reply = m_reply;
    m_reply = nullptr;
    reply->disconnect(this);
    reply->abort();
    reply->deleteLater();
}

void HttpTransport::report(const HubError &error)
{
    if (!std::exchange(m_isReported, true))
        Q_EMIT closed(error);
}

} // namespace hudhud::client
