// SPDX-License-Identifier: GPL-3.0-or-later
// The Qt client as a phone of the real server: messages arrive and are acknowledged in both protocols, and
// none is lost when the server is killed and started again.
#include "server_process.h"

#include "loadgen/token.h"
#include "signalr/client/hub_connection.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QSet>
#include <QTest>

#include <csignal>

namespace hudhud::client {

using namespace std::chrono_literals;
using Kind = HubError::Kind;
using State = HubConnection::State;

namespace {

constexpr std::chrono::seconds StartLimit{60};
constexpr int Limit = 30'000; ///< Milliseconds that anything may take.

std::string serverBinary; // NOLINT: from the command line.

} // namespace

/// A phone that acknowledges what it receives, unless told otherwise.
class Phone
{
public:
    Phone(const QUrl &server, const std::string &token, ProtocolKind protocol,
          TransportKind transport = TransportKind::WebSockets)
        : connection(server.resolved(QUrl(QStringLiteral("/online-mobile-user"))),
                     options(token, protocol, transport))
    {
        for (const char *target : {"ReceiveMessage", "ReceiveChatMessage"}) {
            connection.on(QString::fromLatin1(target),
                          [this](const QJsonArray &arguments) { receive(arguments); });
        }
        connection.on(QStringLiteral("ReceivePendingMessages"),
                      [this](const QJsonArray &arguments) { receive(arguments.at(0).toArray()); });
        QObject::connect(&connection, &HubConnection::reconnected, &connection, [this] { ++reconnections; });
    }

    Result<void> start() { return await(connection.start()); }

    template <typename T> static Result<T> await(const QFuture<Result<T>> &future)
    {
        if (!QTest::qWaitFor([&] { return future.isFinished(); }, Limit))
            return failure(Kind::Timeout, QStringLiteral("The test waited in vain."));
        return future.result();
    }

    HubConnection connection;
    QHash<QString, QString> contents; ///< By id.
    QSet<QString> acknowledged;
    bool acknowledges = true;
    int reconnections = 0;

private:
    static HubConnectionOptions options(const std::string &token, ProtocolKind protocol,
                                        TransportKind transport)
    {
        HubConnectionOptions made;
        made.protocol = protocol;
        made.transports = {transport};
        made.accessToken = [text = QString::fromStdString(token)] { return QtFuture::makeReadyFuture(text); };
        made.reconnect = reconnectForever({0ms, 50ms});
        return made;
    }

    void receive(const QJsonArray &messages)
    {
        QStringList ids;
        for (const QJsonValue message : messages) {
            ids.append(message[QLatin1String("id")].toString());
            contents.insert(ids.last(), message[QLatin1String("content")].toString());
        }
        if (!acknowledges)
            return;
        connection.invoke(QStringLiteral("AcknowledgeMessages"), {QJsonArray::fromStringList(ids)})
            .then(&connection, [this, ids](const Result<QJsonValue> &result) {
                if (result)
                    acknowledged.unite(QSet<QString>(ids.begin(), ids.end()));
            });
    }
};

class HubClientTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void receivesAndAcknowledges_data();
    void receivesAndAcknowledges();
    void losesNothingWhenTheServerIsKilled_data();
    void losesNothingWhenTheServerIsKilled();
    void comesBackAfterAShutdown();
    void tellsRefusals();
    void sendsMessages();
    void cleanupTestCase() { m_server.reset(); }

private:
    QUrl url() const { return QUrl(QString::fromStdString(m_server->url())); }
    std::string token(const std::string &number) const
    {
        return loadgen::signToken(m_server->secret(), "mobile_number", number, std::chrono::hours(1));
    }
    /// Posts a message; gives its id, or nothing when it was not accepted.
    QString post(const QString &recipient, const QString &content);
    QString statusOf(const QString &id);
    QByteArray exchange(const QString &path, const QByteArray &body, int &status);
    bool restart();

    std::unique_ptr<test::ServerProcess> m_server;
    QByteArray m_apiKey;
    std::unique_ptr<QNetworkAccessManager> m_http;
};

namespace {

void addWays()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<int>("transport");
    QTest::addColumn<QString>("number");
    constexpr struct
    {
        const char *name;
        ProtocolKind protocol;
        TransportKind transport;
    } ways[] = {{"json", ProtocolKind::Json, TransportKind::WebSockets},
                {"messagepack", ProtocolKind::MessagePack, TransportKind::WebSockets},
                {"json, events", ProtocolKind::Json, TransportKind::ServerSentEvents},
                {"json, polling", ProtocolKind::Json, TransportKind::LongPolling},
                {"messagepack, polling", ProtocolKind::MessagePack, TransportKind::LongPolling}};
    int number = 0;
    for (const auto &way : ways)
        QTest::newRow(way.name) << int(way.protocol) << int(way.transport)
                                << QStringLiteral("96777200000%1").arg(++number);
}

} // namespace

void HubClientTest::initTestCase()
{
    m_server = std::make_unique<test::ServerProcess>(serverBinary);
    const auto key = m_server->createApiKey();
    QVERIFY2(key, key ? "" : key.error().c_str());
    m_apiKey = QByteArray::fromStdString(*key);
    QVERIFY(restart());
}

bool HubClientTest::restart()
{
    // Connections that the last server kept open would fail the first request to the next one.
    m_http = std::make_unique<QNetworkAccessManager>();
    const auto started = m_server->start(StartLimit);
    if (!started)
        qWarning("%s", started.error().c_str());
    return started.has_value();
}

QByteArray HubClientTest::exchange(const QString &path, const QByteArray &body, int &status)
{
    QNetworkRequest request(url().resolved(QUrl(path)));
    request.setRawHeader("Authorization", "Bearer " + m_apiKey);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    const std::unique_ptr<QNetworkReply> reply(body.isEmpty() ? m_http->get(request)
                                                              : m_http->post(request, body));
    const bool isFinished = QTest::qWaitFor([&] { return reply->isFinished(); }, Limit);
    status = isFinished ? reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt() : 0;
    return reply->readAll();
}

QString HubClientTest::post(const QString &recipient, const QString &content)
{
    const QJsonObject message{{QStringLiteral("recipient"), recipient},
                              {QStringLiteral("subject"), QStringLiteral("test")},
                              {QStringLiteral("content"), content}};
    int status = 0;
    const QByteArray answer = exchange(QStringLiteral("/api/v1/messages"),
                                       QJsonDocument(message).toJson(QJsonDocument::Compact), status);
    return status == 202 ? QJsonDocument::fromJson(answer)[QLatin1String("id")].toString() : QString();
}

QString HubClientTest::statusOf(const QString &id)
{
    int status = 0;
    const QByteArray answer = exchange(QStringLiteral("/api/v1/messages/") + id, {}, status);
    return QJsonDocument::fromJson(answer)[QLatin1String("status")].toString();
}

void HubClientTest::receivesAndAcknowledges_data()
{
    addWays();
}

void HubClientTest::receivesAndAcknowledges()
{
    QFETCH(int, protocol);
    QFETCH(int, transport);
    QFETCH(QString, number);
    const QString waiting = post(number, QStringLiteral("waited"));
    QVERIFY(!waiting.isEmpty());
    Phone phone(url(), token(number.toStdString()), static_cast<ProtocolKind>(protocol),
                static_cast<TransportKind>(transport));
    const auto started = phone.start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().message));
    QTRY_VERIFY_WITH_TIMEOUT(phone.acknowledged.contains(waiting), Limit);
    const QString content = QStringLiteral("\u0627\u0644\u0647\u062f\u0647\u062f \"\\\n \U0001F426");
    QStringList ids;
    for (int i = 0; i < 20; ++i)
        ids.append(post(number, content));
    for (const QString &id : ids) {
        QVERIFY(!id.isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(phone.acknowledged.contains(id), Limit);
        QCOMPARE(phone.contents.value(id), content);
        QCOMPARE(statusOf(id), QStringLiteral("Delivered"));
    }
}

void HubClientTest::losesNothingWhenTheServerIsKilled_data()
{
    addWays();
}

void HubClientTest::losesNothingWhenTheServerIsKilled()
{
    QFETCH(int, protocol);
    QFETCH(int, transport);
    QFETCH(QString, number);
    Phone phone(url(), token(number.toStdString()), static_cast<ProtocolKind>(protocol),
                static_cast<TransportKind>(transport));
    const auto started = phone.start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().message));
    QStringList ids;
    for (int round = 1; round <= 3; ++round) {
        phone.acknowledges = false; // Some are under way when it happens.
        for (int i = 0; i < 10; ++i)
            ids.append(post(number, QString::number(i)));
        QTRY_VERIFY_WITH_TIMEOUT(phone.contents.contains(ids.last()), Limit);
        phone.acknowledges = true;
        ids.append(post(number, QStringLiteral("last")));
        m_server->stop(SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(phone.connection.state(), State::Reconnecting, Limit);
        QVERIFY(restart());
        QTRY_COMPARE_WITH_TIMEOUT(phone.reconnections, round, Limit);
        for (int i = 0; i < 10; ++i)
            ids.append(post(number, QStringLiteral("after")));
    }
    for (const QString &id : ids) {
        QVERIFY(!id.isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(phone.acknowledged.contains(id), Limit);
        QCOMPARE(statusOf(id), QStringLiteral("Delivered"));
    }
}

void HubClientTest::comesBackAfterAShutdown()
{
    const QString number = QStringLiteral("967771000003");
    Phone phone(url(), token(number.toStdString()), ProtocolKind::Json);
    HubError reason{.kind = Kind::InvalidUse, .message = {}};
    connect(&phone.connection, &HubConnection::reconnecting, this,
            [&](const HubError &error) { reason = error; });
    QVERIFY(phone.start());
    m_server->stop(SIGTERM);
    QTRY_COMPARE_WITH_TIMEOUT(phone.connection.state(), State::Reconnecting, Limit);
    QCOMPARE(reason.kind, Kind::None); // It said good-bye.
    QVERIFY(restart());
    QTRY_COMPARE_WITH_TIMEOUT(phone.reconnections, 1, Limit);
    const QString id = post(number, QStringLiteral("again"));
    QTRY_VERIFY_WITH_TIMEOUT(phone.acknowledged.contains(id), Limit);
}

void HubClientTest::tellsRefusals()
{
    QCOMPARE(Phone(url(), "", ProtocolKind::Json).start().error().kind, Kind::Unauthorized);
    QCOMPARE(Phone(url(), "not.a.token", ProtocolKind::Json).start().error().kind, Kind::Unauthorized);
    Phone phone(url(), token("967771000004"), ProtocolKind::MessagePack);
    QVERIFY(phone.start());
    const auto unknown = Phone::await(phone.connection.invoke(
        QStringLiteral("AcknowledgeMessage"), {QStringLiteral("0192e4a0-0000-7000-8000-000000000001")}));
    QCOMPARE(unknown.error().kind, Kind::Hub);
    QVERIFY2(unknown.error().message.contains(QStringLiteral("HubException")),
             qPrintable(unknown.error().message));
    QCOMPARE(Phone::await(phone.connection.invoke(QStringLiteral("NoSuchMethod"))).error().kind, Kind::Hub);
    QCOMPARE(phone.connection.state(), State::Connected);
}

void HubClientTest::sendsMessages()
{
    Phone sender(url(), token("967771000005"), ProtocolKind::MessagePack);
    Phone receiver(url(), token("967771000006"), ProtocolKind::Json);
    QVERIFY(sender.start());
    QVERIFY(receiver.start());
    const QJsonObject message{
        {QStringLiteral("recipient"), QStringLiteral("967771000006")},
        {QStringLiteral("content"), QStringLiteral("hello")},
        {QStringLiteral("metadata"), QJsonObject{{QStringLiteral("a"), QStringLiteral("b")}}}};
    const auto sent = Phone::await(sender.connection.invoke(QStringLiteral("SendMessage"), {message}));
    QVERIFY2(sent, sent ? "" : qPrintable(sent.error().message));
    const QString id = (*sent)[QLatin1String("id")].toString();
    QTRY_VERIFY_WITH_TIMEOUT(receiver.acknowledged.contains(id), Limit);
    QCOMPARE(receiver.contents.value(id), QStringLiteral("hello"));
}

} // namespace hudhud::client

int main(int argc, char *argv[])
{
    if (argc < 2)
        qFatal("usage: hub_client_test SERVER_BINARY [QTEST ARGUMENT...]");
    hudhud::client::serverBinary = argv[1];
    argv[1] = argv[0];
    QCoreApplication application(argc, argv);
    hudhud::client::HubClientTest test;
    return QTest::qExec(&test, argc - 1, argv + 1);
}
#include "hub_client_test.moc"
