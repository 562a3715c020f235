// SPDX-License-Identifier: GPL-3.0-or-later
#include "phone.h"

#include <QTextStream>
#include <QTime>

using namespace std::chrono_literals;
using namespace hudhud::client;

namespace {

HubConnectionOptions phoneOptions(const QString &token)
{
    HubConnectionOptions options;
    options.accessToken = [token] { return QtFuture::makeReadyFuture(token); };
    options.reconnect = reconnectForever({0ms, 1s, 2s, 5s});
    return options;
}

} // namespace

Phone::Phone(const QUrl &server, const QString &number, const QString &token)
    : m_server(server)
    , m_number(number)
    , m_connection(server.resolved(QUrl(QStringLiteral("/online-mobile-user"))), phoneOptions(token))
{
    const auto one = [this](const QJsonArray &arguments) { receive(arguments); };
    m_connection.on(QStringLiteral("ReceiveMessage"), one);
    m_connection.on(QStringLiteral("ReceiveChatMessage"), one);
    m_connection.on(QStringLiteral("ReceivePendingMessages"), [this](const QJsonArray &arguments) {
        const QJsonArray messages = arguments.at(0).toArray();
        show(QStringLiteral("%1 messages had been waiting").arg(messages.size()));
        receive(messages);
    });
    connect(&m_connection, &HubConnection::reconnecting, this,
            [] { show(QStringLiteral("link lost, connecting again")); });
    connect(&m_connection, &HubConnection::reconnected, this,
            [] { show(QStringLiteral("connected again")); });
    connect(&m_connection, &HubConnection::closed, this, [this](const HubError &error) {
        show(QStringLiteral("disconnected. %1").arg(error.message));
        Q_EMIT hungUp();
    });
}

void Phone::start()
{
    m_connection.start().then(this, [this](const Result<void> &started) {
        if (started) {
            show(QStringLiteral("phone %1 is connected to %2; Ctrl+C hangs up")
                     .arg(m_number, m_server.toString()));
            return;
        }
        show(QStringLiteral("cannot connect. %1").arg(started.error().message));
        Q_EMIT hungUp();
    });
}

void Phone::receive(const QJsonArray &messages)
{
    QStringList ids;
    for (const QJsonValue message : messages) {
        ids.append(message[QLatin1String("id")].toString());
        show(QStringLiteral("received      %1: %2  [%3, %4]")
                 .arg(message[QLatin1String("subject")].toString(),
                      message[QLatin1String("content")].toString(),
                      message[QLatin1String("priority")].toString(), ids.last()));
    }
    acknowledge(ids);
}

void Phone::acknowledge(const QStringList &ids)
{
    if (ids.isEmpty())
        return;
    const QString what = ids.size() == 1 ? ids.front() : QStringLiteral("%1 messages").arg(ids.size());
    m_connection.invoke(QStringLiteral("AcknowledgeMessages"), {QJsonArray::fromStringList(ids)})
        .then(this, [what](const Result<QJsonValue> &result) {
            show(result ? QStringLiteral("acknowledged  ") + what
                        : QStringLiteral("not acknowledged: ") + result.error().message);
        });
}

void Phone::show(const QString &text)
{
    QTextStream(stdout) << QTime::currentTime().toString(QStringLiteral("HH:mm:ss.zzz")) << "  " << text
                        << Qt::endl;
}
