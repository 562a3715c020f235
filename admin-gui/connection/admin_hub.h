// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection/connection_profile.h"

#include <signalr/client/hub_connection.h>

#include <QHash>
#include <QJsonObject>
#include <QObject>
#include <QTimer>

#include <chrono>
#include <memory>

namespace hudhud::console {

/// The hub /admin of one server: tells of changes while somebody looks at what they are about. It comes back
/// by itself, and then asks for its topics again. A server without the hub is no error: the pages then ask
/// regularly. Thread: the main thread.
class AdminHub final : public QObject
{
    Q_OBJECT

public:
    static constexpr std::chrono::milliseconds FirstRetry{2'000};
    static constexpr std::chrono::milliseconds LongestRetry{60'000};

    explicit AdminHub(const QUrl &server, QObject *parent = nullptr);
    ~AdminHub() override;

    void start(const QString &token);
    void stop();
    bool isConnected() const;

    /// Counted: a topic is subscribed to as long as somebody watches it.
    void watch(const QString &topic);
    void unwatch(const QString &topic);

Q_SIGNALS:
    void connectedChanged(bool connected);
    /// `event`: what the hub calls, like MetricsUpdated; `data`: its argument.
    void received(const QString &event, const QJsonObject &data);

private:
    void connectToHub();
    void subscribe(const QString &topic);
    void tryAgain();

    QUrl m_url;
    QString m_token;
    std::unique_ptr<client::HubConnection> m_connection;
    QHash<QString, int> m_topics;
    QTimer m_retry;
    std::chrono::milliseconds m_delay = FirstRetry;
};

} // namespace hudhud::console
