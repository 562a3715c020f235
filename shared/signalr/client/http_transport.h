// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/http_client.h"
#include "signalr/client/post_queue.h"

namespace hudhud::client {

/// What the transports over plain HTTP share: sending by POSTs, and a GET that receives.
class HttpTransport : public Transport
{
    Q_OBJECT

public:
    explicit HttpTransport(HttpClient &http);
    ~HttpTransport() override;

    void open(const TransportTarget &target) override;
    void send(const QByteArray &messages) override { m_posts.send(messages); }
    qint64 bytesUnsent() const override { return m_posts.bytesUnsent(); }
    void close() override;

protected:
    /// Starts receiving.
    virtual void receive() = 0;
    /// Everything was sent, and the application is done.
    virtual void leave() = 0;

    HttpClient &http() { return m_http; }
    const TransportTarget &target() const { return m_target; }
    /// Makes `reply` the GET that receives.
    void setReply(QNetworkReply *reply) { m_reply = reply; }
    QNetworkReply *reply() const { return m_reply; }
    /// Gives the GET up without hearing of it again.
    void dropReply();
    bool isClosing() const { return m_isClosing; }
    void report(const HubError &error);

private:
    HttpClient &m_http;
    PostQueue m_posts;
    TransportTarget m_target;
    QPointer<QNetworkReply> m_reply;
    bool m_isClosing = false;
    bool m_isReported = false;
};

} // namespace hudhud::client
