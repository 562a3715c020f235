// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/http_client.h"
#include "signalr/client/negotiation.h"
#include "signalr/client/transport.h"

#include <QObject>
#include <QPointer>
#include <QStringList>

#include <memory>
#include <vector>

namespace hudhud::client {

/// Finds one open transport to a hub: token, negotiation with its redirections, then the offered transports
/// in the server's order, with a new negotiation before each further one. Thread: the connection's. Deleted
/// early, it says nothing.
class Connector final : public QObject
{
    Q_OBJECT

public:
    /// `http` must outlive it.
    Connector(const QUrl &hub, TransferFormat format, HttpClient &http);
    ~Connector() override;

    /// Once.
    void start();

    // After `connected`.

    std::unique_ptr<Transport> takeTransport();
    /// Empty when the negotiation was skipped.
    const QString &connectionId() const { return m_connectionId; }
    /// Where the transport went; a resumption goes there again.
    const TransportTarget &target() const { return m_target; }
    bool isStateful() const { return m_isStateful; }
    /// The token came from a redirection: the application's is not asked for on a resumption.
    bool hasRedirectToken() const { return m_hasRedirectToken; }

Q_SIGNALS:
    /// From the event loop, once, this or `failed`.
    void connected();
    void failed(const hudhud::client::HubError &error);

private:
    void fetchToken();
    void tokenArrived(const QByteArray &token);
    void negotiate();
    void negotiated();
    void follow(const NegotiateAnswer &answer);
    /// The transport to try among those that are offered, or null.
    const OfferedTransport *choose(const QList<OfferedTransport> &offered);
    void tryTransport(TransportKind kind);
    void transportFailed(TransportKind kind, const HubError &error);

    const QUrl m_hub;
    const TransferFormat m_format;
    HttpClient &m_http;
    QUrl m_address; ///< The hub's, or where it redirected to.
    QByteArray m_token;
    QPointer<QNetworkReply> m_reply;
    std::unique_ptr<Transport> m_transport;
    TransportTarget m_target;
    QString m_connectionId;
    QList<TransportKind> m_tried;
    QStringList m_failures; ///< One line for each transport that was not to be had.
    HubError m_lastFailure;
    int m_redirections = 0;
    bool m_isStateful = false;
    bool m_hasRedirectToken = false;
};

} // namespace hudhud::client
