// SPDX-License-Identifier: GPL-3.0-or-later
// The Qt client as a phone of the real server: messages arrive and are acknowledged in both protocols, and
// none is lost when the server is killed and started again.
#include "hub_phone.h"

#include <QCoreApplication>
#include <QJsonObject>
#include <QTest>

#include <csignal>

namespace hudhud::client {

using namespace std::chrono_literals;
using Kind = HubError::Kind;
using State = HubConnection::State;
using test::HubPhone;
using test::TestLimit;

namespace {

constexpr test::HubLine Json{"json", TransportKind::WebSockets, ProtocolKind::Json};
constexpr test::HubLine MessagePack{"messagepack", TransportKind::WebSockets, ProtocolKind::MessagePack};

std::string serverBinary; // NOLINT: from the command line.

} // namespace

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
    HubConnectionOptions options(const test::HubLine &line, const QString &number) const
    {
        return HubPhone::options(line, m_server->token(number));
    }

    std::unique_ptr<test::PushServer> m_server;
};

namespace {

void addLines()
{
    QTest::addColumn<int>("line");
    QTest::addColumn<QString>("number");
    for (int i = 0; i < std::ssize(test::hubLines()); ++i)
        QTest::newRow(test::hubLines()[i].name) << i << QStringLiteral("96777200000%1").arg(i);
}

} // namespace

void HubClientTest::initTestCase()
{
    m_server = std::make_unique<test::PushServer>(serverBinary);
    QVERIFY(m_server->start());
}

void HubClientTest::receivesAndAcknowledges_data()
{
    addLines();
}

void HubClientTest::receivesAndAcknowledges()
{
    QFETCH(int, line);
    QFETCH(QString, number);
    const QString waiting = m_server->post(number, QStringLiteral("waited"));
    QVERIFY(!waiting.isEmpty());
    HubPhone phone(m_server->hub(), options(test::hubLines()[line], number));
    const auto started = phone.start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().message));
    QTRY_VERIFY_WITH_TIMEOUT(phone.acknowledged.contains(waiting), TestLimit);
    const QString content = QStringLiteral("\u0627\u0644\u0647\u062f\u0647\u062f \"\\\n \U0001F426");
    QStringList ids;
    for (int i = 0; i < 20; ++i)
        ids.append(m_server->post(number, content));
    for (const QString &id : ids) {
        QVERIFY(!id.isEmpty());
        QTRY_VERIFY_WITH_TIMEOUT(phone.acknowledged.contains(id), TestLimit);
        QCOMPARE(phone.contents.value(id), content);
        QCOMPARE(m_server->statusOf(id), QStringLiteral("Delivered"));
    }
}

void HubClientTest::losesNothingWhenTheServerIsKilled_data()
{
    addLines();
}

void HubClientTest::losesNothingWhenTheServerIsKilled()
{
    QFETCH(int, line);
    QFETCH(QString, number);
    HubPhone phone(m_server->hub(), options(test::hubLines()[line], number));
    const auto started = phone.start();
    QVERIFY2(started, started ? "" : qPrintable(started.error().message));
    QStringList ids;
    for (int round = 1; round <= 3; ++round) {
        phone.acknowledges = false; // Some are under way when it happens.
        for (int i = 0; i < 10; ++i)
            ids.append(m_server->post(number, QString::number(i)));
        QTRY_VERIFY_WITH_TIMEOUT(phone.contents.contains(ids.last()), TestLimit);
        phone.acknowledges = true;
        ids.append(m_server->post(number, QStringLiteral("last")));
        m_server->stop(SIGKILL);
        QTRY_COMPARE_WITH_TIMEOUT(phone.connection.state(), State::Reconnecting, TestLimit);
        QVERIFY(m_server->start());
        QTRY_COMPARE_WITH_TIMEOUT(phone.reconnections, round, TestLimit);
        for (int i = 0; i < 10; ++i)
            ids.append(m_server->post(number, QStringLiteral("after")));
    }
    for (const QString &id : ids) {
        QVERIFY(!id.isEmpty());
        // Not that the phone knows: the answer to an acknowledgement that counts may have died with the server.
        QTRY_COMPARE_WITH_TIMEOUT(m_server->statusOf(id), QStringLiteral("Delivered"), TestLimit);
        QVERIFY(phone.contents.contains(id));
    }
}

void HubClientTest::comesBackAfterAShutdown()
{
    const QString number = QStringLiteral("967771000003");
    HubPhone phone(m_server->hub(), options(Json, number));
    HubError reason{.kind = Kind::InvalidUse, .message = {}};
    connect(&phone.connection, &HubConnection::reconnecting, this,
            [&](const HubError &error) { reason = error; });
    QVERIFY(phone.start());
    m_server->stop(SIGTERM);
    QTRY_COMPARE_WITH_TIMEOUT(phone.connection.state(), State::Reconnecting, TestLimit);
    QCOMPARE(reason.kind, Kind::None); // It said good-bye.
    QVERIFY(m_server->start());
    QTRY_COMPARE_WITH_TIMEOUT(phone.reconnections, 1, TestLimit);
    const QString id = m_server->post(number, QStringLiteral("again"));
    QTRY_VERIFY_WITH_TIMEOUT(phone.acknowledged.contains(id), TestLimit);
}

void HubClientTest::tellsRefusals()
{
    QCOMPARE(HubPhone(m_server->hub(), HubPhone::options(Json, "")).start().error().kind, Kind::Unauthorized);
    QCOMPARE(HubPhone(m_server->hub(), HubPhone::options(Json, "not.a.token")).start().error().kind,
             Kind::Unauthorized);
    HubPhone phone(m_server->hub(), options(MessagePack, QStringLiteral("967771000004")));
    QVERIFY(phone.start());
    const auto unknown = HubPhone::await(phone.connection.invoke(
        QStringLiteral("AcknowledgeMessage"), {QStringLiteral("0192e4a0-0000-7000-8000-000000000001")}));
    QCOMPARE(unknown.error().kind, Kind::Hub);
    QVERIFY2(unknown.error().message.contains(QStringLiteral("HubException")),
             qPrintable(unknown.error().message));
    QCOMPARE(HubPhone::await(phone.connection.invoke(QStringLiteral("NoSuchMethod"))).error().kind,
             Kind::Hub);
    QCOMPARE(phone.connection.state(), State::Connected);
}

void HubClientTest::sendsMessages()
{
    HubPhone sender(m_server->hub(), options(MessagePack, QStringLiteral("967771000005")));
    HubPhone receiver(m_server->hub(), options(Json, QStringLiteral("967771000006")));
    QVERIFY(sender.start());
    QVERIFY(receiver.start());
    const QJsonObject message{
        {QStringLiteral("recipient"), QStringLiteral("967771000006")},
        {QStringLiteral("content"), QStringLiteral("hello")},
        {QStringLiteral("metadata"), QJsonObject{{QStringLiteral("a"), QStringLiteral("b")}}}};
    const auto sent = HubPhone::await(sender.connection.invoke(QStringLiteral("SendMessage"), {message}));
    QVERIFY2(sent, sent ? "" : qPrintable(sent.error().message));
    const QString id = (*sent)[QLatin1String("id")].toString();
    QTRY_VERIFY_WITH_TIMEOUT(receiver.acknowledged.contains(id), TestLimit);
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
