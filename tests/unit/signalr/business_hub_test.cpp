// SPDX-License-Identifier: GPL-3.0-or-later
#include "worker_fixture.h"

#include <QTest>

namespace hudhud {

class BusinessHubTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void attachesTheAccount();
    void pushesEveryMessageAsChat();
    void sendsWithPriority();
    void sendsUnderAnIdempotencyKey();
    void marksAsRead();
    void tellsOfStatusChanges();
    void tellsEveryDetail();
    void tellsTheSendersConnectionsOnly();
    void tellsInBatches();
    void dropsWhatASlowReaderDoesNotTake();
    void followsTheFeedOnlyWhileConnected();
    void forgetsWhatWaitedForALostConnection();

private:
    void receive(QByteArrayView text) { m_handler->received(WebSocketOpcode::Text, record(text)); }
    QByteArray output()
    {
        QCoreApplication::processEvents(); // The changes go to their connections,
        QCoreApplication::processEvents(); // and these write.
        return m_socket.take().join();
    }
    qint64 metric(const QByteArray &name) const
    {
        return m_fixture->metrics.value("hudhud_signalr_" + name + "/business-user");
    }
    void publish(const std::vector<StatusChange> &changes) { m_fixture->statusFeed.publish(changes); }

    std::unique_ptr<WorkerFixture> m_fixture;
    FakeWebSocket m_socket;
    std::unique_ptr<WebSocketHandler> m_handler;
};

namespace {

const QByteArray Account = "8001234";
const QByteArray Id = "0192e4a0-0000-7000-8000-000000000001";

StatusChange change(const QByteArray &sender = Account)
{
    StatusChange made;
    made.id = *MessageId::fromString(Id);
    made.recipient = *Recipient::fromString("967771234567");
    made.sender = sender;
    made.status = MessageStatus::Processing;
    made.time = Timestamp(std::chrono::milliseconds(1'700'000'000'000));
    return made;
}

const QByteArray ChangeRecord = record(
    R"({"type":1,"target":"MessageStatusChanged","arguments":[{"id":"0192e4a0-0000-7000-8000-000000000001",)"
    R"("recipient":"967771234567","status":"Processing","time":"2023-11-14T22:13:20.000Z","attempt":0,)"
    R"("channel":"SignalR"}]})");

} // namespace

void BusinessHubTest::init()
{
    QJsonObject settings = WorkerFixture::defaultSettings();
    settings.insert(QLatin1String("batch_size"), 1'024);
    settings.insert(QLatin1String("status_buffer_size"), 4'096);
    m_fixture = std::make_unique<WorkerFixture>(settings);
    m_socket = FakeWebSocket();
    m_handler = m_fixture->connectBusiness(m_socket, Account);
    QCOMPARE(m_socket.take(), QList<QByteArray>{record("{}")});
}

void BusinessHubTest::cleanup()
{
    m_handler.reset();
    m_fixture.reset();
}

void BusinessHubTest::attachesTheAccount()
{
    QCOMPARE(m_fixture->delivery.recipients, QList<QByteArray>{Account});
    m_handler->closed(1006);
    QCOMPARE(m_fixture->delivery.detached, 1);
}

void BusinessHubTest::pushesEveryMessageAsChat()
{
    for (const MessageType type : {MessageType::TwoWay, MessageType::OneWay}) {
        Message message;
        message.recipient = *Recipient::fromString(Account);
        message.type = type;
        message.sender = "967771234567";
        const MessagePointer messages[] = {std::make_shared<const Message>(message)};
        m_fixture->delivery.receivers.begin()->second->push(messages);
        const QByteArray pushed = output();
        QVERIFY2(pushed.startsWith(R"({"type":1,"target":"ReceiveChatMessage","arguments":[{"id":)"),
                 pushed.constData());
        QVERIFY(pushed.contains(R"("sender":"967771234567")"));
    }
}

void BusinessHubTest::sendsWithPriority()
{
    receive(R"({"target":"SendMessage","arguments":[{"recipient":"967771234567","content":"x","priority":"High"}],)"
            R"("invocationId":"0","type":1})");
    QCOMPARE(m_fixture->intake.submissions.size(), std::size_t(1));
    const Message &sent = m_fixture->intake.submissions.front().messages.front();
    QCOMPARE(sent.sender, Account);
    QVERIFY(sent.priority == Priority::High);
    QVERIFY(sent.type == MessageType::TwoWay);
}

void BusinessHubTest::sendsUnderAnIdempotencyKey()
{
    const auto send = [this](const QByteArray &content) {
        receive("{\"target\":\"SendMessage\",\"arguments\":[{\"recipient\":\"967771234567\",\"content\":\"" + content
                + "\",\"idempotencyKey\":\"order-7\"}],\"invocationId\":\"0\",\"type\":1}");
    };
    send("x");
    send("x");
    send("y");
    QCOMPARE(m_fixture->intake.submissions.size(), std::size_t(0));
    QCOMPARE(m_fixture->intake.claims.size(), std::size_t(3));
    const IdempotencyClaim &claim = m_fixture->intake.claims[0].claim;
    QCOMPARE(claim.key, Account + "/order-7");
    QCOMPARE(claim.fingerprint.size(), 32);
    QVERIFY(claim.expiresAt - claim.now == std::chrono::hours(24));
    QCOMPARE(m_fixture->intake.claims[1].claim.fingerprint, claim.fingerprint);
    QVERIFY(m_fixture->intake.claims[2].claim.fingerprint != claim.fingerprint);
    m_fixture->intake.claims[1].completion(StoredRequest{
        .isReplayed = true, .ids = {*MessageId::fromString(Id)}, .createdAt = m_fixture->clock.now()});
    const QByteArray answered = output();
    QVERIFY2(answered.contains(Id), answered.constData());
    QVERIFY(answered.contains("2023-11-14T22:13:20.000Z"));
    m_fixture->intake.claims[2].completion(
        std::unexpected(Error(ErrorCode::IdempotencyMismatch, QStringLiteral("Another request had this key."))));
    QVERIFY(output().contains("HubException: Another request had this key."));
    // What is no key.
    receive(R"({"target":"SendMessage","arguments":[{"recipient":"967771234567","content":"x","idempotencyKey":"a b"}],)"
            R"("invocationId":"0","type":1})");
    QVERIFY(output().contains("idempotencyKey must be a string of 1 to 200 visible ASCII characters"));
}

void BusinessHubTest::marksAsRead()
{
    receive(R"({"target":"MarkAsRead","arguments":[")" + Id + R"("],"invocationId":"0","type":1})");
    QCOMPARE(m_fixture->readReceipts.receipts.size(), std::size_t(1));
    QCOMPARE(m_fixture->readReceipts.receipts.front().reader, Account);
}

void BusinessHubTest::tellsOfStatusChanges()
{
    publish({change(), change()});
    QVERIFY(m_socket.sent.isEmpty()); // Never from inside a call of the feed.
    QCOMPARE(output(), ChangeRecord + ChangeRecord);
    QCOMPARE(metric("status_changes_total"), 2);
}

void BusinessHubTest::tellsEveryDetail()
{
    StatusChange full = change();
    full.status = MessageStatus::DeadLetter;
    full.attempt = 3;
    full.channel = DeliveryChannel::Retry;
    full.reason = "no \"answer\"";
    full.deadLetterReason = DeadLetterReason::AttemptsUsedUp;
    full.readAt = full.time + std::chrono::seconds(1);
    full.latency = std::chrono::milliseconds(42);
    publish({full});
    const QByteArray details = record(
        R"("status":"DeadLetter","time":"2023-11-14T22:13:20.000Z","attempt":3,"channel":"Retry","reason":"no \"answer\"",)"
        R"("deadLetterReason":"attempts-used-up","readAt":"2023-11-14T22:13:21.000Z","latencyMilliseconds":42}]})");
    const QByteArray told = output();
    QVERIFY2(told.endsWith(details), told.constData());
}

void BusinessHubTest::tellsTheSendersConnectionsOnly()
{
    FakeWebSocket same;
    const auto sameHandler = m_fixture->connectBusiness(same, Account);
    FakeWebSocket other;
    const auto otherHandler = m_fixture->connectBusiness(other, "8005678");
    same.take();
    other.take();
    publish({change(), change("8009999"), change("shop"), change("")});
    QCOMPARE(output(), ChangeRecord);
    QCOMPARE(same.take().join(), ChangeRecord);
    QVERIFY(other.sent.isEmpty());
    sameHandler->closed(1000);
    otherHandler->closed(1000);
}

/// A busy business gets its share of a loop turn; another's change does not wait for the rest.
void BusinessHubTest::tellsInBatches()
{
    FakeWebSocket other;
    const auto otherHandler = m_fixture->connectBusiness(other, "8005678");
    other.take();
    const int count = 4'096 / ChangeRecord.size();
    const int batch = 1'024 / ChangeRecord.size() + 1;
    publish(std::vector<StatusChange>(static_cast<std::size_t>(count), change()));
    publish({change("8005678")});
    QCoreApplication::sendPostedEvents();
    QCOMPARE(metric("status_changes_total"), batch + 1);
    QCoreApplication::sendPostedEvents();
    QCOMPARE(metric("status_changes_total"), 2 * batch + 1);
    QTRY_COMPARE(metric("status_changes_total"), count + 1);
    QCOMPARE(output(), ChangeRecord.repeated(count));
    QCOMPARE(other.take().join(), ChangeRecord);
    QCOMPARE(metric("status_changes_dropped_total"), 0);
    otherHandler->closed(1000);
}

void BusinessHubTest::dropsWhatASlowReaderDoesNotTake()
{
    m_socket.unsent = 262'145;
    publish({change()});
    QCOMPARE(output(), ChangeRecord);
    QCOMPARE(m_fixture->delivery.pauses, QList<bool>{true});
    const int room = 4'096 / ChangeRecord.size();
    publish(std::vector<StatusChange>(static_cast<std::size_t>(room + 5), change()));
    StatusChange newest = change();
    newest.status = MessageStatus::Delivered;
    publish({newest});
    QCOMPARE(output(), QByteArray());
    m_socket.unsent = 0;
    m_handler->drained();
    QCOMPARE(m_fixture->delivery.pauses, (QList<bool>{true, false}));
    QTRY_COMPARE(metric("status_changes_total"), 1 + room);
    const QByteArray told = output();
    QCOMPARE(told.count('\x1e'), room);
    QVERIFY(told.contains("Delivered")); // The oldest went.
    QCOMPARE(metric("status_changes_dropped_total"), 6);
}

void BusinessHubTest::followsTheFeedOnlyWhileConnected()
{
    QCOMPARE(m_fixture->statusFeed.subscribers.size(), std::size_t(1));
    FakeWebSocket second;
    const auto secondHandler = m_fixture->connectBusiness(second, Account);
    QCOMPARE(m_fixture->statusFeed.subscribers.size(), std::size_t(1));
    m_handler->closed(1006);
    QCOMPARE(m_fixture->statusFeed.subscribers.size(), std::size_t(1));
    secondHandler->closed(1006);
    QCOMPARE(m_fixture->statusFeed.subscribers.size(), std::size_t(0));
    FakeWebSocket phone;
    const auto phoneHandler = m_fixture->connect(phone);
    QCOMPARE(m_fixture->statusFeed.subscribers.size(), std::size_t(0));
    phoneHandler->closed(1000);
}

void BusinessHubTest::forgetsWhatWaitedForALostConnection()
{
    publish({change()});
    m_handler->closed(1006);
    QCOMPARE(output(), QByteArray());
    QCOMPARE(metric("status_changes_total"), 0);
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::BusinessHubTest)
#include "business_hub_test.moc"
