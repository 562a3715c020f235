// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/hub_connection_options.h"

#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QNetworkRequest>

namespace hudhud::client {

/// Makes the HTTP requests of one connection: its headers, its token, its time limits. Redirects are not
/// followed, so that the token goes nowhere else. Thread: the connection's. Ownership: replies belong to the
/// caller, who deletes them later.
class HttpClient
{
public:
    /// `options` must outlive it.
    explicit HttpClient(const HubConnectionOptions &options);

    QNetworkRequest request(const QUrl &url, const QByteArray &token) const;
    QNetworkReply *get(const QNetworkRequest &request) { return m_manager.get(request); }
    QNetworkReply *post(const QNetworkRequest &request, const QByteArray &contentType,
                        const QByteArray &body);
    QNetworkReply *deleteResource(const QNetworkRequest &request)
    {
        return m_manager.deleteResource(request);
    }

    /// What is kept open is not used for the next requests: after a lost link Qt may wait on it in vain.
    void forgetConnections() { m_manager.clearConnectionCache(); }

    const HubConnectionOptions &options() const { return m_options; }

    /// The status of an answer; 0 when there was none.
    static int status(const QNetworkReply &reply);
    /// Why a finished request did not succeed; `what` is the sentence's beginning, like "The negotiation
    /// failed".
    static HubError error(const QNetworkReply &reply, const QString &what);

private:
    const HubConnectionOptions &m_options;
    QNetworkAccessManager m_manager;
};

} // namespace hudhud::client
