// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/post_queue.h"

#include "signalr/client/http_client.h"

#include <algorithm>
#include <utility>

namespace hudhud::client {

PostQueue::~PostQueue()
{
    if (m_reply) {
        m_reply->disconnect(this);
        m_reply->abort();
        m_reply->deleteLater();
    }
}

void PostQueue::send(const QByteArray &bytes)
{
    if (m_hasFailed)
        return;
    m_waiting.append(bytes);
    if (!m_reply)
        post();
}

void PostQueue::post()
{
    const QByteArray body = std::exchange(m_waiting, {});
    m_underWay = body.size();
    const QByteArray type = m_target.format == TransferFormat::Text ? QByteArray("text/plain;charset=UTF-8")
                                                                    : QByteArray("application/octet-stream");
    QNetworkRequest request = m_http.request(m_target.url, m_target.token);
    const auto limit = std::min(m_http.options().requestTimeout, m_http.options().serverTimeout);
    request.setTransferTimeout(static_cast<int>(limit.count()));
    m_reply = m_http.post(request, type, body);
    connect(m_reply, &QNetworkReply::finished, this, &PostQueue::finished);
}

void PostQueue::finished()
{
    QNetworkReply *reply = m_reply;
    m_reply = nullptr;
    m_underWay = 0;
    reply->deleteLater();
    if (reply->error() != QNetworkReply::NoError || HttpClient::status(*reply) / 100 != 2) {
        m_hasFailed = true;
        m_waiting.clear();
        Q_EMIT failed(HttpClient::error(*reply, QStringLiteral("Sending failed")));
        return;
    }
    if (m_waiting.isEmpty())
        Q_EMIT drained();
    else
        post();
}

} // namespace hudhud::client
