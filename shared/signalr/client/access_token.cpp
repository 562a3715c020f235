// SPDX-License-Identifier: GPL-3.0-or-later
#include "signalr/client/access_token.h"

namespace hudhud::client {

AccessTokenRequest::AccessTokenRequest(const HubConnectionOptions &options, QObject *parent)
    : QObject(parent)
{
    if (!options.accessToken) {
        QTimer::singleShot(0, this, [this] { Q_EMIT succeeded({}); });
        return;
    }
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        m_watcher.disconnect(this);
        Q_EMIT failed({.kind = HubError::Kind::Timeout,
                       .message = QStringLiteral("The application gave no access token in time.")});
    });
    connect(&m_watcher, &QFutureWatcherBase::finished, this, &AccessTokenRequest::finished);
    m_timer.start(options.requestTimeout);
    m_watcher.setFuture(options.accessToken());
}

void AccessTokenRequest::finished()
{
    m_timer.stop();
    if (m_watcher.isCanceled() || m_watcher.future().resultCount() == 0)
        Q_EMIT failed({.kind = HubError::Kind::Unauthorized,
                       .message = QStringLiteral("The application gave no access token.")});
    else
        Q_EMIT succeeded(m_watcher.result().toUtf8());
}

} // namespace hudhud::client
