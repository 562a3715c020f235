// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <signalr/client/hub_connection.h>

/// A phone in the terminal: prints every message that arrives, acknowledges it, and comes back whenever the
/// link is lost. Thread: the main thread.
class Phone final : public QObject
{
    Q_OBJECT

public:
    /// `server` is the address of the public endpoint, `token` the phone's access token.
    Phone(const QUrl &server, const QString &number, const QString &token);

    void start();

Q_SIGNALS:
    /// It will not come back: the first connection failed, or the server does not want this phone.
    void hungUp();

private:
    void receive(const QJsonArray &messages);
    void acknowledge(const QStringList &ids);
    static void show(const QString &text);

    QUrl m_server;
    QString m_number;
    hudhud::client::HubConnection m_connection;
};
