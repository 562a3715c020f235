// SPDX-License-Identifier: GPL-3.0-or-later
// The Qt client over every transport with every protocol, through networks that delay, split, cut and stall,
// past kills and restarts of the server, and 500 at once. The lines run side by side, each through a network
// of its own.
#include "hub_subscriber.h"

#include <QCoreApplication>
#include <QJsonObject>
#include <QTest>

#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <utility>

namespace hudhud::client {

using namespace std::chrono_literals;
using Kind = HubError::Kind;
using State = HubConnection::State;
using test::HubPhone;
using test::PostedMessage;
using test::Subscriber;
using test::Subscribers;
using test::Traffic;

namespace {

std::string serverBinary; // NOLINT: from the command line.
constexpr auto Patience = 60s; ///< With 500 phones on a busy machine.
constexpr auto Impatience = 5s; ///< After so much silence both sides of the impatient server give up.
constexpr int LongestContent = 65'536; ///< Bytes that a business may post.
constexpr int LongestSent = 16'384; ///< Bytes that a phone may send.
constexpr int LongestCall = 32'768; ///< Bytes of a whole call with its framing.

/// So many bytes of UTF-8, two for each character.
QString textOfBytes(int bytes)
{
    return QString(bytes / 2, QChar(0x0647));
}

} // namespace

class HubClientMatrixTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void keepsTheOrderOverASlowNetwork();
    void takesTheLongestMessage();
    void sendsTheLongestMessage();
    void tellsRefusals();
    void losesNothingWhenLinksAreCut();
    void losesNothingWhenTheServerEnds();
    void noticesNoCutWhenStateful();
    void staysWhenIdle();
    void leavesADeadNetwork();
    void servesFiveHundred();
    void cleanupTestCase();

private:
    static Subscribers subscribersOf(test::PushServer &server,
                                     const std::function<void(HubConnectionOptions &)> &adjust = {});
    static void beImpatient(HubConnectionOptions &options);

    std::unique_ptr<test::PushServer> m_server; ///< Patient with 500 phones.
    std::unique_ptr<test::PushServer> m_impatient; ///< Soon gives up what is silent.
};

void HubClientMatrixTest::initTestCase()
{
    m_server = std::make_unique<test::PushServer>(serverBinary, R"(
[transport.signalr]
handshake_timeout = "60s"
negotiate_timeout = "60s"
client_timeout = "60s"
disconnect_timeout = "60s"
)");
    m_impatient = std::make_unique<test::PushServer>(serverBinary, R"(
[transport.signalr]
keep_alive_interval = "1s"
client_timeout = "5s"
poll_timeout = "2s"
disconnect_timeout = "3s"
[delivery]
ack_timeout = "5s"
)");
    QVERIFY(m_server->start());
    QVERIFY(m_impatient->start());
}

void HubClientMatrixTest::cleanupTestCase()
{
    m_server.reset();
    m_impatient.reset();
}

Subscribers HubClientMatrixTest::subscribersOf(test::PushServer &server,
                                               const std::function<void(HubConnectionOptions &)> &adjust)
{
    Subscribers subscribers;
    for (const test::HubLine &line : test::hubLines())
        subscribers.push_back(std::make_unique<Subscriber>(server, line, adjust));
    return subscribers;
}

void HubClientMatrixTest::beImpatient(HubConnectionOptions &options)
{
    options.keepAliveInterval = 1s;
    options.serverTimeout = Impatience;
    options.requestTimeout = Impatience;
}

void HubClientMatrixTest::keepsTheOrderOverASlowNetwork()
{
    const Subscribers subscribers = subscribersOf(*m_server);
    QVERIFY(test::startEach(subscribers));
    for (const auto &subscriber : subscribers)
        subscriber->proxy.setDelay({.latency = 5, .jitter = 20, .largestPiece = 13});
    for (int i = 0; i < 5; ++i) {
        for (const auto &subscriber : subscribers)
            subscriber->post(4, QStringLiteral("\u0645\u0631\u062d\u0628\u0627 \"split\" \\ \U0001F426"));
    }
    QVERIFY(test::haveEverything(subscribers));
    for (const auto &subscriber : subscribers) {
        QCOMPARE(subscriber->phone->received, subscriber->accepted);
        QCOMPARE(subscriber->phone->losses, 0);
    }
}

void HubClientMatrixTest::takesTheLongestMessage()
{
    const Subscribers subscribers = subscribersOf(*m_server);
    QVERIFY(test::startEach(subscribers));
    const QString content = textOfBytes(LongestContent);
    for (const auto &subscriber : subscribers) {
        subscriber->proxy.setDelay({.jitter = 5, .largestPiece = 4096});
        subscriber->post(1, content);
        int status = 0;
        m_server->post(subscriber->number, content + QLatin1Char('.'), &status);
        QCOMPARE(status, 400);
        subscriber->post(1, QStringLiteral("after it"));
    }
    QVERIFY(test::haveEverything(subscribers));
    for (const auto &subscriber : subscribers) {
        QCOMPARE(subscriber->phone->received, subscriber->accepted);
        QCOMPARE(subscriber->accepted.size(), 2);
        QCOMPARE(subscriber->phone->contents.value(subscriber->accepted.first()), content);
    }
}

void HubClientMatrixTest::sendsTheLongestMessage()
{
    const Subscribers subscribers = subscribersOf(*m_server);
    QVERIFY(test::startEach(subscribers));
    for (const auto &subscriber : subscribers) {
        HubPhone &phone = *subscriber->phone;
        subscriber->proxy.setDelay({.jitter = 5, .largestPiece = 4096});
        const auto send = [&](const QString &content) {
            const QJsonObject message{{QStringLiteral("recipient"), subscriber->number},
                                      {QStringLiteral("content"), content}};
            return HubPhone::await(phone.connection.invoke(QStringLiteral("SendMessage"), {message}));
        };
        const QString content = textOfBytes(LongestSent);
        const auto sent = send(content);
        QVERIFY2(sent, sent ? "" : qPrintable(sent.error().message));
        subscriber->accepted.append((*sent)[QLatin1String("id")].toString());

        const auto tooLong = send(content + QLatin1Char('.'));
        QVERIFY(!tooLong);
        QCOMPARE(tooLong.error().kind, Kind::Hub);
        QVERIFY2(tooLong.error().message.contains(QStringLiteral("content has 16385 bytes")),
                 qPrintable(tooLong.error().message));
        QCOMPARE(phone.losses, 0);

        const auto dropped = send(textOfBytes(LongestCall));
        QVERIFY(!dropped);
        QCOMPARE(dropped.error().kind, Kind::ConnectionLost);
        QVERIFY(test::waitFor([&] { return phone.reconnections == 1; }));
        subscriber->post(1, QStringLiteral("after it"));
    }
    QVERIFY(test::haveEverything(subscribers));
    for (const auto &subscriber : subscribers)
        QCOMPARE(subscriber->phone->contents.value(subscriber->accepted.first()), textOfBytes(LongestSent));
}

void HubClientMatrixTest::tellsRefusals()
{
    const QString number = test::newNumber();
    const QUrl phones(QStringLiteral("/online-mobile-user"));
    const QUrl businesses(QStringLiteral("/business-user"));
    const std::string businessToken = m_server->businessToken(number);
    QVERIFY(!businessToken.empty());
    struct Refusal
    {
        std::string token;
        int status;
        const QUrl &hub;
    };
    const Refusal refusals[] = {{"nonsense", 401, phones},
                                {m_impatient->token(number), 401, phones}, // Of another's secret.
                                {m_server->token(number, -1h), 401, phones},
                                {m_server->token(QStringLiteral("nobody")), 403, phones},
                                {businessToken, 403, phones},
                                {m_server->token(number), 403, businesses}};
    const test::TcpProxy proxy(m_server->url());
    for (const test::HubLine &line : test::hubLines()) {
        for (const auto &[token, status, hub] : refusals) {
            HubPhone phone(proxy.url().resolved(hub), HubPhone::options(line, token));
            const auto started = phone.start();
            QVERIFY(!started);
            QCOMPARE(started.error().kind, Kind::Unauthorized);
            QCOMPARE(started.error().httpStatus, status);
            QCOMPARE(phone.connection.state(), State::Disconnected);
        }
        // The role is what was refused, not the token.
        HubPhone business(proxy.url().resolved(businesses), HubPhone::options(line, businessToken));
        const auto started = business.start();
        QVERIFY2(started, started ? "" : qPrintable(started.error().message));
    }
}

void HubClientMatrixTest::losesNothingWhenLinksAreCut()
{
    const Subscribers subscribers = subscribersOf(*m_impatient);
    QVERIFY(test::startEach(subscribers));
    for (const auto &subscriber : subscribers)
        subscriber->proxy.setDelay({.latency = 1, .jitter = 10, .largestPiece = 100});
    Traffic traffic(subscribers);
    for (int cut = 0; cut < 8; ++cut) {
        QVERIFY(test::waitForProgress(subscribers, 20));
        for (const auto &subscriber : subscribers) {
            if (cut % 2 == 0)
                subscriber->proxy.cut();
            else
                subscriber->proxy.cutInMidMessage();
        }
        QVERIFY(test::waitForEach(subscribers, [](Subscriber &each) { return !each.proxy.isCutDue(); }));
    }
    QVERIFY(traffic.end());
    QVERIFY(test::haveEverything(subscribers));
    test::tellDoubles(subscribers);
}

void HubClientMatrixTest::losesNothingWhenTheServerEnds()
{
    const Subscribers subscribers = subscribersOf(*m_impatient);
    QVERIFY(test::startEach(subscribers));
    Traffic traffic(subscribers);
    for (const int signal : {SIGKILL, SIGTERM, SIGKILL}) {
        QVERIFY(test::waitForProgress(subscribers, 40));
        for (const auto &subscriber : subscribers)
            subscriber->phone->losses = 0;
        const int status = m_impatient->stop(signal);
        if (signal == SIGTERM)
            QVERIFY2(WIFEXITED(status) && WEXITSTATUS(status) == 0, qPrintable(QString::number(status)));
        QVERIFY(test::waitForEach(subscribers, [](Subscriber &each) { return each.phone->losses > 0; }));
        QVERIFY(m_impatient->start());
    }
    QVERIFY(test::waitForProgress(subscribers, 40));
    QVERIFY(traffic.end());
    QVERIFY(test::haveEverything(subscribers));
    test::tellDoubles(subscribers);
}

void HubClientMatrixTest::noticesNoCutWhenStateful()
{
    Subscribers subscribers = subscribersOf(
        *m_server, [](HubConnectionOptions &options) { options.useStatefulReconnect = true; });
    std::erase_if(subscribers,
                  [](const auto &each) { return each->line.transport != TransportKind::WebSockets; });
    QVERIFY(test::startEach(subscribers));
    for (int cut = 0; cut < 6; ++cut) {
        for (const auto &subscriber : subscribers) {
            if (cut % 2 != 0)
                subscriber->proxy.cutInMidMessage();
            subscriber->post(10);
            if (cut % 2 == 0)
                subscriber->proxy.cut();
        }
        QVERIFY(test::waitForEach(subscribers, [](Subscriber &each) { return !each.proxy.isCutDue(); }));
        // An answer over the next link.
        for (const auto &subscriber : subscribers)
            HubPhone::await(
                subscriber->phone->connection.invoke(QStringLiteral("AcknowledgeMessages"), {QJsonArray()}));
    }
    QVERIFY(test::haveEverything(subscribers));
    for (const auto &subscriber : subscribers) {
        QCOMPARE(subscriber->phone->received, subscriber->accepted);
        QCOMPARE(subscriber->phone->losses, 0);
    }
}

void HubClientMatrixTest::staysWhenIdle()
{
    const Subscribers subscribers = subscribersOf(*m_impatient, beImpatient);
    QVERIFY(test::startEach(subscribers));
    QTest::qWait(static_cast<int>(2 * Impatience / 1ms));
    for (const auto &subscriber : subscribers)
        subscriber->post(5);
    QVERIFY(test::haveEverything(subscribers));
    for (const auto &subscriber : subscribers)
        QCOMPARE(subscriber->phone->losses, 0);
}

void HubClientMatrixTest::leavesADeadNetwork()
{
    const Subscribers subscribers = subscribersOf(*m_impatient, beImpatient);
    QVERIFY(test::startEach(subscribers));
    for (const auto &subscriber : subscribers)
        subscriber->post(1);
    QVERIFY(test::haveEverything(subscribers));
    for (const auto &subscriber : subscribers) {
        subscriber->proxy.stall();
        subscriber->proxy.setRefusing(true);
        subscriber->post(10);
    }
    QVERIFY(test::waitForEach(subscribers, [](Subscriber &each) { return each.phone->losses > 0; }));
    for (const auto &subscriber : subscribers)
        QVERIFY(test::waitFor([&] { return m_impatient->connectionsOf(subscriber->number) == 0; }));
    QVERIFY(test::waitForEach(subscribers, [](Subscriber &each) { return each.proxy.refused() > 0; }));
    for (const auto &subscriber : subscribers)
        subscriber->proxy.setRefusing(false);
    QVERIFY(test::waitForEach(subscribers, [](Subscriber &each) { return each.phone->reconnections > 0; }));
    QVERIFY(test::haveEverything(subscribers));
    test::tellDoubles(subscribers);
}

void HubClientMatrixTest::servesFiveHundred()
{
    Subscribers subscribers;
    for (int i = 0; i < 500; ++i) {
        subscribers.push_back(std::make_unique<Subscriber>(*m_server, test::hubLines()[std::size_t(i % 5)],
                                                           [](HubConnectionOptions &options) {
                                                               options.handshakeTimeout = Patience;
                                                               options.serverTimeout = Patience;
                                                           }));
        subscribers.back()->proxy.setDelay({.latency = 5, .jitter = 20});
    }
    const auto postToAll = [&](int count) {
        for (std::size_t first = 0; first < subscribers.size(); first += 100) {
            QList<PostedMessage> messages;
            for (std::size_t i = first; i < first + 100; ++i)
                messages += test::texts(subscribers[i]->number, count, QStringLiteral("text"));
            const QStringList ids = m_server->post(messages);
            for (qsizetype i = 0; i < ids.size(); ++i)
                subscribers[first + std::size_t(i / count)]->accepted.append(ids[i]);
        }
    };
    postToAll(5);
    QVERIFY(test::startEach(subscribers));
    postToAll(5);
    QVERIFY(test::haveEverything(subscribers));
    for (const auto &subscriber : subscribers) {
        QCOMPARE(subscriber->accepted.size(), 10);
        QCOMPARE(subscriber->phone->doubles(), 0);
        QCOMPARE(subscriber->phone->losses, 0);
    }

    // When the answer to the post is there some messages are under way, others are not even pushed.
    postToAll(5);
    for (const auto &subscriber : subscribers)
        subscriber->proxy.cut();
    // A long poll that was just answered has no link that could be cut.
    QVERIFY(test::waitForEach(subscribers, [](Subscriber &each) {
        return each.line.transport == TransportKind::LongPolling || each.phone->losses > 0;
    }));
    QVERIFY(test::haveEverything(subscribers));
    int doubles = 0;
    for (const auto &subscriber : subscribers) {
        QCOMPARE(subscriber->accepted.size(), 15);
        doubles += subscriber->phone->doubles();
    }
    qInfo("RESULT 500 phones: 7500 messages, %d doubles", doubles);
}

} // namespace hudhud::client

int main(int argc, char *argv[])
{
    if (argc < 2)
        qFatal("usage: hub_client_matrix_test SERVER_BINARY [QTEST ARGUMENT...]");
    hudhud::client::serverBinary = argv[1];
    argv[1] = argv[0];
    QCoreApplication application(argc, argv);
    hudhud::client::HubClientMatrixTest test;
    return QTest::qExec(&test, argc - 1, argv + 1);
}
#include "hub_client_matrix_test.moc"
