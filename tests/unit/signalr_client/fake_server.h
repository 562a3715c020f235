// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QHash>
#include <QJsonObject>
#include <QObject>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrl>
#include <QWebSocket>
#include <QWebSocketServer>

namespace hudhud::client {

/// A SignalR server that says exactly what a test wants, over each of the transports, to one connection at a
/// time. Thread: the test's.
class FakeServer final : public QObject
{
    Q_OBJECT

public:
    struct Request
    {
        QByteArray method;
        QByteArray path; ///< With its query.
        QHash<QByteArray, QByteArray> headers; ///< Names in lower case.
        QByteArray body;
    };

    FakeServer();
    ~FakeServer() override;

    QUrl url() const { return QUrl(QStringLiteral("http://127.0.0.1:%1/hub").arg(m_port)); }
    /// Nobody is there any more; the connection is cut.
    void vanish();
    void comeBack();

    // What it answers.

    int negotiateStatus = 200; ///< 0: it does not answer.
    QByteArray negotiateBody; ///< Instead of `negotiateAnswer`.
    QJsonObject negotiateAnswer; ///< Offers everything, unless a test changes it.
    QList<QByteArray> refused; ///< Transports that are offered, and then not to be had.
    QByteArray handshakeAnswer = "{}\x1e"; ///< Empty: none.

    // What it saw.

    QList<Request> requests; ///< WebSocket upgrades as well.
    QByteArray handshake; ///< Of the last connection, without the record separator.
    QByteArray received; ///< From the last connection, behind its handshake.
    int opened = 0; ///< Transports.
    bool isTransportOpen() const { return m_webSocket || m_events || m_isPolling; }
    bool wasDeleted = false; ///< By a DELETE.
    bool resumes = false; ///< The next WebSocket begins without a handshake.

    /// Whole records of `received`, taken off; pings are left out.
    QList<QByteArray> takeRecords();
    /// Waits for the next such record; empty: it did not come.
    QByteArray nextRecord();
    QList<Request> negotiations() const;

    void send(const QByteArray &bytes);
    /// With the record separator.
    void sendRecord(const QByteArray &record) { send(record + '\x1e'); }
    /// Breaks the network under the connection.
    void cut();
    /// Knows nothing of the connection any more: 404.
    void forget() { m_isPolling = false; }
    /// Ends the connection in order.
    void end();

private:
    void accept();
    void readable(QTcpSocket *socket);
    void handle(QTcpSocket *socket, const Request &request);
    void get(QTcpSocket *socket, const Request &request);
    void webSocketOpened();
    void takeBytes(const QByteArray &bytes);
    void answerPoll();
    static void answer(QTcpSocket *socket, int status, const QByteArray &body = {});

    QTcpServer m_listener;
    QWebSocketServer m_upgrader;
    quint16 m_port = 0;
    QPointer<QWebSocket> m_webSocket;
    QPointer<QTcpSocket> m_webSocketLink;
    QPointer<QTcpSocket> m_events;
    QPointer<QTcpSocket> m_poll;
    QByteArray m_pollOutput;
    QList<QByteArray> m_records;
    bool m_isPolling = false;
    bool m_hasHandshake = false;
};

} // namespace hudhud::client
