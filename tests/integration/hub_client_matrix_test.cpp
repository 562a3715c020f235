// SPDX-License-Identifier: GPL-3.0-or-later
// The Qt client over every transport with every protocol, through networks that delay, split, cut and stall,
// and 500 at once. The lines run side by side, each through a network of its own.
#include "hub_phone.h"
#include "tcp_proxy.h"

#include <QCoreApplication>
#include <QRandomGenerator>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace hudhud::client {

using namespace std::chrono_literals;
using Kind = HubError::Kind;
using State = HubConnection::State;
using test::HubPhone;
using test::PostedMessage;

namespace {

std::string serverBinary; // NOLINT: from the command line.
constexpr auto Impatience = 5s; ///< After so much silence both sides of the impatient server give up.
constexpr int LongestContent = 65'536;

QString newNumber()
{
    static qint64 last = 967775000000;
    return QString::number(++last);
}

QList<PostedMessage> texts(const QString &recipient, int count, const QString &content)
{
    return QList<PostedMessage>(count, PostedMessage{recipient, content});
}

/// A phone of the line behind a network of its own.
struct Subscriber
{
    Subscriber(test::PushServer &pushServer, const test::HubLine &itsLine,
               const std::function<void(HubConnectionOptions &)> &adjust = {})
        : server(pushServer)
        , line(itsLine)
        , proxy(server.url())
    {
        HubConnectionOptions options = HubPhone::options(line, server.token(number));
        if (adjust)
            adjust(options);
        phone = std::make_unique<HubPhone>(proxy.url().resolved(QUrl(QStringLiteral("/online-mobile-user"))),
                                           options);
    }

    void post(int count, const QString &content = QStringLiteral("text"))
    {
        accepted += server.post(texts(number, count, content));
    }

    /// All that was accepted has arrived and is acknowledged.
    bool hasEverything()
    {
        const QSet<QString> expected(accepted.begin(), accepted.end());
        const auto isComplete = [&] {
            const QStringList arrived = phone->contents.keys();
            return QSet<QString>(arrived.begin(), arrived.end()).contains(expected);
        };
        const auto isDelivered = [&] { return server.deliveredTo(number).contains(expected); };
        const bool result = test::waitFor(isComplete) && test::waitFor(isDelivered);
        if (!result)
            qWarning("%s: of %lld messages %lld arrived, %lld are Delivered", line.name, accepted.size(),
                     phone->contents.size(), server.deliveredTo(number).size());
        return result;
    }

    test::PushServer &server;
    const test::HubLine &line;
    QString number = newNumber();
    test::TcpProxy proxy;
    std::unique_ptr<HubPhone> phone;
    QStringList accepted;
};

using Subscribers = std::vector<std::unique_ptr<Subscriber>>;

bool isEach(const Subscribers &subscribers, const std::function<bool(Subscriber &)> &condition)
{
    return std::ranges::all_of(subscribers, [&](const auto &subscriber) { return condition(*subscriber); });
}

/// Waits until it is true of each at the same time.
bool waitForEach(const Subscribers &subscribers, const std::function<bool(Subscriber &)> &condition)
{
    return test::waitFor([&] { return isEach(subscribers, condition); });
}

bool startEach(const Subscribers &subscribers)
{
    QList<QFuture<Result<void>>> starts;
    for (const auto &subscriber : subscribers)
        starts.append(subscriber->phone->connection.start());
    return std::ranges::all_of(starts, [](const auto &start) { return HubPhone::await(start).has_value(); });
}

bool haveEverything(const Subscribers &subscribers)
{
    return isEach(subscribers, [](Subscriber &subscriber) { return subscriber.hasEverything(); });
}

void tellDoubles(const Subscribers &subscribers)
{
    for (const auto &subscriber : subscribers)
        qInfo("RESULT %s: %lld messages, %d doubles", subscriber->line.name, subscriber->accepted.size(),
              subscriber->phone->doubles());
}

/// Posts to all of the subscribers, again and again, until it ends.
class Traffic
{
public:
    explicit Traffic(const Subscribers &subscribers)
        : m_subscribers(subscribers)
    {
        m_timer.callOnTimeout([this] { post(); });
        m_timer.start(20ms);
    }

    bool end()
    {
        m_timer.stop();
        return test::waitFor([&] { return !m_isPosting; });
    }

private:
    void post()
    {
        if (std::exchange(m_isPosting, true))
            return;
        QList<PostedMessage> messages;
        for (const auto &subscriber : m_subscribers)
            messages += texts(subscriber->number, 2, QStringLiteral("traffic"));
        m_subscribers.front()->server.post(messages, [this](const QStringList &ids) {
            m_isPosting = false;
            for (qsizetype i = 0; i < ids.size(); ++i)
                m_subscribers[static_cast<std::size_t>(i / 2)]->accepted.append(ids[i]);
        });
    }

    const Subscribers &m_subscribers;
    QTimer m_timer;
    bool m_isPosting = false;
};

} // namespace

class HubClientMatrixTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void keepsTheOrderOverASlowNetwork();
    void receivesTheLongestMessage();
    void tellsRefusals();
    void losesNothingWhenLinksAreCut();
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
    QVERIFY(startEach(subscribers));
    for (const auto &subscriber : subscribers)
        subscriber->proxy.setDelay({.latency = 5, .jitter = 20, .largestPiece = 13});
    for (int i = 0; i < 5; ++i) {
        for (const auto &subscriber : subscribers)
            subscriber->post(10, QStringLiteral("\u0645\u0631\u062d\u0628\u0627 \"split\" \\ \U0001F426"));
    }
    QVERIFY(haveEverything(subscribers));
    for (const auto &subscriber : subscribers) {
        QCOMPARE(subscriber->phone->received, subscriber->accepted);
        QCOMPARE(subscriber->phone->losses, 0);
    }
}

void HubClientMatrixTest::receivesTheLongestMessage()
{
    const Subscribers subscribers = subscribersOf(*m_server);
    QVERIFY(startEach(subscribers));
    const QString content(LongestContent / 2, QChar(0x0647));
    for (const auto &subscriber : subscribers) {
        subscriber->proxy.setDelay({.jitter = 5, .largestPiece = 4096});
        subscriber->post(1, content);
    }
    QVERIFY(haveEverything(subscribers));
    for (const auto &subscriber : subscribers)
        QCOMPARE(subscriber->phone->contents.value(subscriber->accepted.first()), content);
}

void HubClientMatrixTest::tellsRefusals()
{
    const QString number = newNumber();
    const std::pair<std::string, int> refusals[] = {{m_impatient->token(number), 401}, // Of another's secret.
                                                    {m_server->token(number, -1h), 401},
                                                    {m_server->token(QStringLiteral("nobody")), 403}};
    for (const test::HubLine &line : test::hubLines()) {
        for (const auto &[token, status] : refusals) {
            HubPhone phone(m_server->hub(), HubPhone::options(line, token));
            const auto started = phone.start();
            QVERIFY(!started);
            QCOMPARE(started.error().kind, Kind::Unauthorized);
            QCOMPARE(started.error().httpStatus, status);
        }
        HubPhone stranger(m_server->url().resolved(QUrl(QStringLiteral("/business-user"))),
                          HubPhone::options(line, m_server->token(number)));
        QCOMPARE(stranger.start().error().httpStatus, 403);
    }
}

void HubClientMatrixTest::losesNothingWhenLinksAreCut()
{
    const Subscribers subscribers = subscribersOf(*m_impatient);
    QVERIFY(startEach(subscribers));
    for (const auto &subscriber : subscribers)
        subscriber->proxy.setDelay({.latency = 1, .jitter = 10, .largestPiece = 100});
    Traffic traffic(subscribers);
    for (int cut = 0; cut < 8; ++cut) {
        std::map<Subscriber *, qsizetype> due;
        for (const auto &subscriber : subscribers)
            due[subscriber.get()]
                = subscriber->phone->received.size() + QRandomGenerator::global()->bounded(1, 20);
        QVERIFY(waitForEach(subscribers,
                            [&](Subscriber &each) { return each.phone->received.size() >= due[&each]; }));
        for (const auto &subscriber : subscribers) {
            if (cut % 2 == 0)
                subscriber->proxy.cut();
            else
                subscriber->proxy.cutInMidMessage();
        }
        QVERIFY(waitForEach(subscribers, [](Subscriber &each) { return !each.proxy.isCutDue(); }));
    }
    QVERIFY(traffic.end());
    QVERIFY(haveEverything(subscribers));
    tellDoubles(subscribers);
}

void HubClientMatrixTest::noticesNoCutWhenStateful()
{
    Subscribers subscribers = subscribersOf(
        *m_server, [](HubConnectionOptions &options) { options.useStatefulReconnect = true; });
    std::erase_if(subscribers,
                  [](const auto &each) { return each->line.transport != TransportKind::WebSockets; });
    QVERIFY(startEach(subscribers));
    for (int cut = 0; cut < 6; ++cut) {
        for (const auto &subscriber : subscribers) {
            if (cut % 2 != 0)
                subscriber->proxy.cutInMidMessage();
            subscriber->post(10);
            if (cut % 2 == 0)
                subscriber->proxy.cut();
        }
        QVERIFY(waitForEach(subscribers, [](Subscriber &each) { return !each.proxy.isCutDue(); }));
        // An answer over the next link.
        for (const auto &subscriber : subscribers)
            HubPhone::await(
                subscriber->phone->connection.invoke(QStringLiteral("AcknowledgeMessages"), {QJsonArray()}));
    }
    QVERIFY(haveEverything(subscribers));
    for (const auto &subscriber : subscribers) {
        QCOMPARE(subscriber->phone->received, subscriber->accepted);
        QCOMPARE(subscriber->phone->losses, 0);
    }
}

void HubClientMatrixTest::staysWhenIdle()
{
    const Subscribers subscribers = subscribersOf(*m_impatient, beImpatient);
    QVERIFY(startEach(subscribers));
    QTest::qWait(static_cast<int>(2 * Impatience / 1ms));
    for (const auto &subscriber : subscribers)
        subscriber->post(5);
    QVERIFY(haveEverything(subscribers));
    for (const auto &subscriber : subscribers)
        QCOMPARE(subscriber->phone->losses, 0);
}

void HubClientMatrixTest::leavesADeadNetwork()
{
    const Subscribers subscribers = subscribersOf(*m_impatient, beImpatient);
    QVERIFY(startEach(subscribers));
    for (const auto &subscriber : subscribers)
        subscriber->post(1);
    QVERIFY(haveEverything(subscribers));
    for (const auto &subscriber : subscribers) {
        subscriber->proxy.stall();
        subscriber->proxy.setRefusing(true);
        subscriber->post(10);
    }
    QVERIFY(waitForEach(subscribers, [](Subscriber &each) { return each.phone->losses > 0; }));
    for (const auto &subscriber : subscribers)
        QVERIFY(test::waitFor([&] { return m_impatient->connectionsOf(subscriber->number) == 0; }));
    QVERIFY(waitForEach(subscribers, [](Subscriber &each) { return each.proxy.refused() > 0; }));
    for (const auto &subscriber : subscribers)
        subscriber->proxy.setRefusing(false);
    QVERIFY(waitForEach(subscribers, [](Subscriber &each) { return each.phone->reconnections > 0; }));
    QVERIFY(haveEverything(subscribers));
    tellDoubles(subscribers);
}

void HubClientMatrixTest::servesFiveHundred()
{
    Subscribers subscribers;
    for (int i = 0; i < 500; ++i)
        subscribers.push_back(std::make_unique<Subscriber>(*m_server, test::hubLines()[std::size_t(i % 5)]));
    const auto postToAll = [&](int count) {
        for (std::size_t first = 0; first < subscribers.size(); first += 100) {
            QList<PostedMessage> messages;
            for (std::size_t i = first; i < first + 100; ++i)
                messages += texts(subscribers[i]->number, count, QStringLiteral("text"));
            const QStringList ids = m_server->post(messages);
            for (qsizetype i = 0; i < ids.size(); ++i)
                subscribers[first + std::size_t(i / count)]->accepted.append(ids[i]);
        }
    };
    postToAll(5);
    QVERIFY(startEach(subscribers));
    postToAll(5);
    QVERIFY(haveEverything(subscribers));
    for (const auto &subscriber : subscribers) {
        QCOMPARE(subscriber->accepted.size(), 10);
        QCOMPARE(subscriber->phone->doubles(), 0);
        QCOMPARE(subscriber->phone->losses, 0);
    }
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
