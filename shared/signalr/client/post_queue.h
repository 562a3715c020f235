// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/transport.h"

#include <QPointer>

class QNetworkReply;

namespace hudhud::client {

/// Sends a stream of bytes by POSTs, one at a time so that they keep their order; what gathers meanwhile
/// travels together. Thread: the connection's.
class PostQueue final : public QObject
{
    Q_OBJECT

public:
    /// `http` must outlive it.
    explicit PostQueue(HttpClient &http)
        : m_http(http)
    {
    }
    ~PostQueue() override;

    void open(const TransportTarget &target) { m_target = target; }
    void send(const QByteArray &bytes);
    qint64 bytesUnsent() const { return m_waiting.size() + m_underWay; }

Q_SIGNALS:
    void drained();
    /// Bytes may be lost: the stream has a hole and has to end. Comes once; nothing is sent any more.
    void failed(const hudhud::client::HubError &error);

private:
    void post();
    void finished();

    HttpClient &m_http;
    TransportTarget m_target;
    QByteArray m_waiting;
    qint64 m_underWay = 0;
    QPointer<QNetworkReply> m_reply;
    bool m_hasFailed = false;
};

} // namespace hudhud::client
