// SPDX-License-Identifier: GPL-3.0-or-later
#include "connection/admin_hub.h"

#include <algorithm>
#include <array>

namespace hudhud::console {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array Events{"MetricsUpdated",     "NodesChanged", "BreakersChanged",
                            "DeadLettersChanged", "JobsChanged",  "ConnectionsChanged"};

QUrl hubUrl(const QUrl &server)
{
    QUrl url = server;
    QString path = url.path();
    while (path.endsWith(u'/'))
        path.chop(1);
    url.setPath(path + u"/admin"_s);
    return url;
}

} // namespace

AdminHub::AdminHub(const QUrl &server, QObject *parent)
    : QObject(parent)
    , m_url(hubUrl(server))
{
    m_retry.setSingleShot(true);
    connect(&m_retry, &QTimer::timeout, this, &AdminHub::connectToHub);
}

AdminHub::~AdminHub() = default;

void AdminHub::start(const QString &token)
{
    m_token = token;
    m_delay = FirstRetry;
    connectToHub();
}

void AdminHub::stop()
{
    m_retry.stop();
    if (m_connection)
        m_connection->stop();
}

bool AdminHub::isConnected() const
{
    return m_connection && m_connection->state() == client::HubConnection::State::Connected;
}

void AdminHub::connectToHub()
{
    client::HubConnectionOptions options;
    options.accessToken = [token = m_token] { return QtFuture::makeReadyFuture(token); };
    options.reconnect = client::reconnectForever(client::usualReconnectDelays());
    if (m_connection)
        m_connection.release()->deleteLater(); // It may be the one that is calling.
    m_connection = std::make_unique<client::HubConnection>(m_url, options);
    for (const char *event : Events) {
        const QString name = QString::fromLatin1(event);
        m_connection->on(name, [this, name](const QJsonArray &arguments) {
            Q_EMIT received(name, arguments.at(0).toObject());
        });
    }
    connect(m_connection.get(), &client::HubConnection::stateChanged, this,
            [this](client::HubConnection::State state) {
                const bool connected = state == client::HubConnection::State::Connected;
                if (connected) {
                    for (auto topic = m_topics.cbegin(); topic != m_topics.cend(); ++topic)
                        subscribe(topic.key());
                }
                Q_EMIT connectedChanged(connected);
            });
    connect(m_connection.get(), &client::HubConnection::closed, this, [this](const client::HubError &error) {
        if (error.isError())
            tryAgain();
    });
    m_connection->start().then(this, [this](const client::Result<void> &started) {
        if (started)
            m_delay = FirstRetry;
        else if (started.error().kind != client::HubError::Kind::Cancelled)
            tryAgain();
    });
}

void AdminHub::tryAgain()
{
    m_retry.start(m_delay);
    m_delay = std::min(m_delay * 2, LongestRetry);
}

void AdminHub::subscribe(const QString &topic)
{
    m_connection->invoke(u"Subscribe"_s, {topic});
}

void AdminHub::watch(const QString &topic)
{
    if (m_topics[topic]++ == 0 && isConnected())
        subscribe(topic);
}

void AdminHub::unwatch(const QString &topic)
{
    const auto found = m_topics.find(topic);
    if (found == m_topics.end() || --*found > 0)
        return;
    m_topics.erase(found);
    if (isConnected())
        m_connection->invoke(u"Unsubscribe"_s, {topic});
}

} // namespace hudhud::console
