// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "signalr/client/hub_connection_options.h"

#include <QFutureWatcher>
#include <QObject>
#include <QTimer>

namespace hudhud::client {

/// Asks the application for an access token, once. Thread: the connection's. Deleted early, it says nothing.
class AccessTokenRequest final : public QObject
{
    Q_OBJECT

public:
    AccessTokenRequest(const HubConnectionOptions &options, QObject *parent);

Q_SIGNALS:
    /// From the event loop, once, this or `failed`. Empty: there is no token.
    void succeeded(const QByteArray &token);
    void failed(const hudhud::client::HubError &error);

private:
    void finished();

    QFutureWatcher<QString> m_watcher;
    QTimer m_timer;
};

} // namespace hudhud::client
