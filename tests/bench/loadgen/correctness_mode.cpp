// SPDX-License-Identifier: GPL-3.0-or-later
#include "loadgen/modes.h"
#include "loadgen/token.h"

#include <signalr/client/hub_connection.h>

#include <QCoreApplication>
#include <QEventLoop>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QRandomGenerator>
#include <QTimer>

#include <memory>
#include <vector>

namespace hudhud::loadgen {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t FirstNumber = 967740000000;
/// Without anything new for so long the run ends; a server may be started again meanwhile.
constexpr auto Patience = 60s;
constexpr auto PostAgain = 200ms;

/// Posts messages one after the other for each phone, again until the server answers 202, and looks whether each arrives, how
/// often, and in which order. Phones are the Qt client, which comes back by itself, so the server may be killed meanwhile.
class CorrectnessRun
{
public:
    explicit CorrectnessRun(const Options &options)
        : m_options(options)
        , m_run(QByteArray::number(QRandomGenerator::global()->generate64(), 36))
        , m_received(static_cast<std::size_t>(options.messages))
        , m_phones(static_cast<std::size_t>(options.phones))
    {
        m_patience.setSingleShot(true);
        QObject::connect(&m_patience, &QTimer::timeout, &m_loop, &QEventLoop::quit);
    }

    ModeResult run()
    {
        for (std::size_t i = 0; i < m_phones.size(); ++i)
            connect(i);
        m_patience.start(Patience);
        m_loop.exec();
        if (m_connected < m_phones.size())
            return std::unexpected("only " + std::to_string(m_connected) + " phones could connect");
        const auto begin = std::chrono::steady_clock::now();
        for (std::size_t i = 0; i < m_phones.size(); ++i)
            postNext(i, i);
        m_patience.start(Patience);
        m_loop.exec();
        return report(std::chrono::steady_clock::now() - begin);
    }

private:
    struct Phone
    {
        std::unique_ptr<client::HubConnection> connection;
        QString number;
        std::int64_t latest = -1; ///< Of the messages that came for the first time.
    };

    void connect(std::size_t index)
    {
        Phone &phone = m_phones[index];
        phone.number = QString::number(FirstNumber + static_cast<std::int64_t>(index));
        client::HubConnectionOptions options;
        const QString token = QString::fromStdString(
            signToken(m_options.jwtSecret, m_options.claim, phone.number.toStdString(), std::chrono::hours(24)));
        options.accessToken = [token] { return QtFuture::makeReadyFuture(token); };
        options.reconnect = client::reconnectForever({0ms, 200ms, 1s});
        if (m_options.messagePack)
            options.protocol = client::ProtocolKind::MessagePack;
        phone.connection
            = std::make_unique<client::HubConnection>(QUrl(QString::fromStdString(m_options.url + m_options.hub)), options);
        phone.connection->on(QStringLiteral("ReceiveMessage"),
                             [this, index](const QJsonArray &arguments) { receive(index, arguments); });
        phone.connection->on(QStringLiteral("ReceivePendingMessages"),
                             [this, index](const QJsonArray &arguments) { receive(index, arguments.at(0).toArray()); });
        QObject::connect(phone.connection.get(), &client::HubConnection::reconnected, &m_loop, [this] { ++m_reconnects; });
        phone.connection->start().then(&m_loop, [this](const client::Result<void> &started) {
            if (!started || ++m_connected == m_phones.size())
                m_loop.quit();
        });
    }

    void receive(std::size_t index, const QJsonArray &messages)
    {
        Phone &phone = m_phones[index];
        QStringList ids;
        for (const QJsonValue message : messages) {
            ids.append(message[QLatin1String("id")].toString());
            count(phone, message[QLatin1String("content")].toString());
        }
        // One that is lost makes the message come again.
        (void)phone.connection->send(QStringLiteral("AcknowledgeMessages"), {QJsonArray::fromStringList(ids)});
        endWhenDone();
    }

    /// Either may be the last: the message, or the answer to its post.
    void endWhenDone()
    {
        if (m_receivedOnce == m_received.size() && m_accepted == m_received.size())
            m_loop.quit();
    }

    void count(Phone &phone, const QString &content)
    {
        const QStringList parts = content.split(u' ');
        if (parts.size() != 2 || parts[0] != QLatin1StringView(m_run))
            return; // Of an earlier run.
        const qint64 number = parts[1].toLongLong();
        if (m_received.at(static_cast<std::size_t>(number))++ > 0) {
            ++m_doubles;
            return;
        }
        ++m_receivedOnce;
        if (number < phone.latest)
            ++m_misordered;
        phone.latest = std::max<std::int64_t>(phone.latest, number);
        m_patience.start(Patience);
    }

    void postNext(std::size_t index, std::size_t number)
    {
        if (number >= m_received.size())
            return;
        QNetworkRequest request(QUrl(QString::fromStdString(m_options.url + "/api/v1/messages")));
        request.setRawHeader("Authorization", "Bearer " + QByteArray::fromStdString(m_options.apiKey));
        request.setRawHeader("Idempotency-Key", m_run + '-' + QByteArray::number(qulonglong(number)));
        request.setHeader(QNetworkRequest::ContentTypeHeader, QByteArray("application/json"));
        const QJsonObject message{{QStringLiteral("recipient"), m_phones[index].number},
                                  {QStringLiteral("subject"), QStringLiteral("Correctness")},
                                  {QStringLiteral("content"),
                                   QString::fromLatin1(m_run) + u' ' + QString::number(qulonglong(number))}};
        QNetworkReply *reply = m_network.post(request, QJsonDocument(message).toJson(QJsonDocument::Compact));
        QObject::connect(reply, &QNetworkReply::finished, &m_loop, [this, reply, index, number] {
            reply->deleteLater();
            if (reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() == 202) {
                ++m_accepted;
                m_patience.start(Patience);
                postNext(index, number + m_phones.size());
                endWhenDone();
            } else {
                ++m_repeatedPosts;
                QTimer::singleShot(PostAgain, &m_loop, [this, index, number] { postNext(index, number); });
            }
        });
    }

    ModeResult report(std::chrono::nanoseconds time) const
    {
        const std::size_t missing = m_received.size() - m_receivedOnce;
        if (missing > 0 || m_misordered > 0) {
            return std::unexpected(std::to_string(missing) + " of " + std::to_string(m_received.size())
                                   + " messages did not arrive (" + std::to_string(m_received.size() - m_accepted)
                                   + " were never accepted), " + std::to_string(m_misordered) + " came out of order");
        }
        Report report("correctness");
        report.add("messages", static_cast<double>(m_received.size()));
        report.add("lost", 0);
        report.add("out_of_order", 0);
        report.add("doubles", static_cast<double>(m_doubles));
        report.add("posts_repeated", static_cast<double>(m_repeatedPosts));
        report.add("reconnects", static_cast<double>(m_reconnects));
        report.add("seconds", std::chrono::duration<double>(time).count());
        return report;
    }

    const Options &m_options;
    QByteArray m_run; ///< In each content: messages of other runs do not count.
    QNetworkAccessManager m_network;
    QEventLoop m_loop;
    QTimer m_patience;
    std::vector<quint32> m_received; ///< How often, by number.
    std::vector<Phone> m_phones;
    std::size_t m_connected = 0;
    std::size_t m_accepted = 0;
    std::size_t m_receivedOnce = 0;
    std::size_t m_doubles = 0;
    std::size_t m_misordered = 0;
    std::size_t m_repeatedPosts = 0;
    std::size_t m_reconnects = 0;
};

} // namespace

ModeResult runCorrectness(const Options &options)
{
    int argumentCount = 1;
    char program[] = "hudhud-loadgen";
    char *arguments[] = {program, nullptr};
    const QCoreApplication application(argumentCount, arguments);
    if (options.phones == 0)
        return std::unexpected("correctness needs --phones");
    return CorrectnessRun(options).run();
}

} // namespace hudhud::loadgen
