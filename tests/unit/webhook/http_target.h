// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QByteArray>
#include <QHash>
#include <QTcpServer>
#include <QTcpSocket>

#include <deque>
#include <vector>

namespace hudhud {

/// Takes calls as a business's web server does, one request at a time for each connection. Thread: the test's.
class HttpTarget : public QObject
{
    Q_OBJECT

public:
    struct Request
    {
        QByteArray line;
        QHash<QByteArray, QByteArray> headers; ///< Names in lower case.
        QByteArray body;
    };

    /// Port 0: a free one.
    bool listen(quint16 port = 0);
    /// Refuses connections from now on.
    void close();
    quint16 port() const { return m_port; }

    /// The next requests are answered so, in this order, whole and as they are; then "200". Empty: no answer at all.
    void script(std::deque<QByteArray> answers) { m_answers = std::move(answers); }
    const std::vector<Request> &requests() const { return m_requests; }

    static QByteArray answer(int status, const QByteArray &headers = {})
    {
        return "HTTP/1.1 " + QByteArray::number(status) + " Status\r\nContent-Length: 0\r\n" + headers + "\r\n";
    }

private:
    void accept();
    void read(QTcpSocket &socket, QByteArray &received);

    QTcpServer m_server;
    quint16 m_port = 0;
    std::deque<QByteArray> m_answers;
    std::vector<Request> m_requests;
};

} // namespace hudhud
