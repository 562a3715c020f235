// SPDX-License-Identifier: GPL-3.0-or-later
#include "message_encoder.h"
#include "signalr/json_hub_protocol.h"
#include "signalr/messagepack_hub_protocol.h"
#include "worker_fixture.h"

#include <QTest>

namespace hudhud {

class MobileHubTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void attachesAfterTheHandshake();
    void pushesOneByOne();
    void pushesAPendingPage();
    void pushesEveryField();
    void pushesAttachmentsWithLinks();
    void pushesToSeveralConnections();
    void tellsOfWithdrawnMessages();
    void speaksMessagePack();
    void acknowledges();
    void acknowledgesSeveral();
    void acknowledgesWithoutAnswer();
    void tellsWhyAnAcknowledgementFailed();
    void refusesWhatIsNoId_data();
    void refusesWhatIsNoId();
    void rejects();
    void marksAsRead();
    void tellsWhyMarkingAsReadFailed();
    void sends();
    void sendsWithoutAnswer();
    void joinsGroupsOnlyWhereAllowed();
    void takesFreshTokensOfTheSameAccount();
    void tellsWhySendingFailed();
    void refusesToSend_data();
    void refusesToSend();
    void limitsTheRateOfSending();
    void pausesForASlowReader();
    void closesForEachReason_data();
    void closesForEachReason();
    void drains();
    void detachesWhenTheLinkIsLost();
    void answersDroppedAfterTheEnd();

private:
    void receive(QByteArrayView text) { m_handler->received(WebSocketOpcode::Binary, record(text)); }
    Receiver &receiver() { return *m_fixture->delivery.receivers.begin()->second; }
    QByteArray output()
    {
        QCoreApplication::processEvents();
        return m_socket.take().join();
    }

    std::unique_ptr<WorkerFixture> m_fixture;
    FakeWebSocket m_socket;
    std::unique_ptr<WebSocketHandler> m_handler;
};

namespace {

const QByteArray FirstId = "0192e4a0-0000-7000-8000-000000000001";
const QByteArray SecondId = "0192e4a0-0000-7000-8000-000000000002";

MessagePointer message(const QByteArray &id, const QByteArray &content = "hi")
{
    Message made;
    made.id = *MessageId::fromString(id);
    made.recipient = *Recipient::fromString("967771234567");
    made.subject = "s";
    made.content = content;
    made.createdAt = Timestamp(std::chrono::milliseconds(1'700'000'000'000));
    return std::make_shared<const Message>(std::move(made));
}

QByteArray messageJson(const QByteArray &id, const QByteArray &content = "hi")
{
    return R"({"id":")" + id + R"(","recipient":"967771234567","subject":"s","content":")" + content
        + R"(","type":"OneWay","priority":"Normal","status":"Queued",)"
          R"("createdAt":"2023-11-14T22:13:20.000Z","retryCount":0})";
}

QByteArray receiveMessage(const QByteArray &id)
{
    return record(R"({"type":1,"target":"ReceiveMessage","arguments":[)" + messageJson(id) + "]}");
}

} // namespace

void MobileHubTest::init()
{
    m_fixture = std::make_unique<WorkerFixture>();
    m_socket = FakeWebSocket();
    m_handler = m_fixture->connect(m_socket);
    QCOMPARE(m_socket.take(), QList<QByteArray>{record("{}")});
}

void MobileHubTest::cleanup()
{
    m_handler.reset();
    m_fixture.reset();
}

void MobileHubTest::attachesAfterTheHandshake()
{
    QCOMPARE(m_fixture->delivery.recipients, QList<QByteArray>{"967771234567"});
    FakeWebSocket socket;
    auto handler = std::get<std::unique_ptr<WebSocketHandler>>(m_fixture->upgrade());
    handler->opened(socket);
    QCOMPARE(m_fixture->delivery.recipients.size(), 1);
    handler->closed(1006);
    QCOMPARE(m_fixture->delivery.detached, 0);
}

void MobileHubTest::pushesOneByOne()
{
    const MessagePointer messages[] = {message(FirstId), message(SecondId)};
    receiver().push(messages);
    QCOMPARE(output(), receiveMessage(FirstId) + receiveMessage(SecondId));
    QCOMPARE(m_socket.lastOpcode, WebSocketOpcode::Text);
    QCOMPARE(m_fixture->metrics.value("hudhud_signalr_pushes_total/online-mobile-user"), 2);
}

void MobileHubTest::pushesAPendingPage()
{
    const MessagePointer messages[] = {message(FirstId), message(SecondId, "\xd9\x87\"\n")};
    receiver().pushPending(messages);
    QCOMPARE(output(),
             record(R"({"type":1,"target":"ReceivePendingMessages","arguments":[[)" + messageJson(FirstId)
                    + "," + messageJson(SecondId, "\xd9\x87\\\"\\n") + "]]}"));
}

void MobileHubTest::pushesEveryField()
{
    Message full = *message(FirstId);
    full.type = MessageType::TwoWay;
    full.priority = Priority::Critical;
    full.retryCount = 3;
    full.sender = "8001234";
    full.conversation = "order 7";
    full.metadata = R"({"order":"7"})";
    full.expiresAt = full.createdAt + std::chrono::seconds(1);
    full.attachments = {{.id = "a1", .name = "b.png", .contentType = "image/png", .size = 5'000'000'000}};
    const MessagePointer messages[] = {std::make_shared<const Message>(full)};
    receiver().push(messages);
    const QByteArray pushed = output();
    QVERIFY(pushed.startsWith(R"({"type":1,"target":"ReceiveChatMessage",)"));
    QVERIFY(pushed.contains(R"("type":"TwoWay","priority":"Critical")"));
    QVERIFY(pushed.endsWith(record(
        R"("retryCount":3,"sender":"8001234","conversation":"order 7","metadata":{"order":"7"},)"
        R"("expiresAt":"2023-11-14T22:13:21.000Z",)"
        R"("attachments":[{"id":"a1","name":"b.png","contentType":"image/png","size":5000000000}]}]})")));
}

void MobileHubTest::pushesAttachmentsWithLinks()
{
    class Links final : public AttachmentLinks
    {
    public:
        QByteArray urlOf(QByteArrayView id) const override { return "/link/" + id.toByteArray(); }
        Result<void> check(QByteArrayView, QByteArrayView, QByteArrayView) const override { return {}; }
    };
    const Links links;
    Message full = *message(FirstId);
    full.attachments = {{.id = "a1", .name = "b.png", .contentType = "image/png", .size = 5}};
    MessageEncoder encoder("ReceiveChatMessage", "ReceiveMessage", &links);
    const QByteArrayView pushed = encoder.encode(JsonHubProtocol(), std::make_shared<const Message>(full));
    QVERIFY(pushed.toByteArray().contains(
        R"("attachments":[{"id":"a1","name":"b.png","contentType":"image/png","size":5,"url":"/link/a1"}])"));
}

void MobileHubTest::pushesToSeveralConnections()
{
    FakeWebSocket socket;
    const auto handler = m_fixture->connect(socket);
    socket.take();
    const MessagePointer messages[] = {message(FirstId)};
    for (const auto &[id, connected] : m_fixture->delivery.receivers)
        connected->push(messages);
    QCOMPARE(output(), receiveMessage(FirstId));
    QCOMPARE(socket.take().join(), receiveMessage(FirstId));
    handler->closed(1000);
}

void MobileHubTest::tellsOfWithdrawnMessages()
{
    const MessageId ids[] = {*MessageId::fromString(FirstId), *MessageId::fromString(SecondId)};
    receiver().withdrawn(ids);
    QCOMPARE(output(),
             record(R"({"type":1,"target":"MessageWithdrawn","arguments":[")" + FirstId + R"("]})")
                 + record(R"({"type":1,"target":"MessageWithdrawn","arguments":[")" + SecondId + R"("]})"));
}

void MobileHubTest::speaksMessagePack()
{
    FakeWebSocket socket;
    const auto handler = std::get<std::unique_ptr<WebSocketHandler>>(m_fixture->upgrade());
    handler->opened(socket);
    handler->received(WebSocketOpcode::Text, record(R"({"protocol":"messagepack","version":1})"));
    QCOMPARE(socket.take(), QList<QByteArray>{record("{}")});
    QCOMPARE(socket.lastOpcode, WebSocketOpcode::Binary);
    const MessagePointer messages[] = {message(FirstId)};
    for (const auto &[id, connected] : m_fixture->delivery.receivers)
        connected->push(messages);
    QCOMPARE(output(), receiveMessage(FirstId)); // The other connection speaks JSON.
    const QByteArray pushed = socket.take().join();
    QCOMPARE(MessagePackHubProtocol().messageLength(pushed), pushed.size());
    QVERIFY(pushed.sliced(2).startsWith(QByteArray::fromHex("96 01 80 c0 ae") + "ReceiveMessage"
                                        + QByteArray::fromHex("91 89 a2") + "id" + QByteArray::fromHex("d9 24")
                                        + FirstId));
    QCOMPARE(socket.lastOpcode, WebSocketOpcode::Binary);
    handler->received(WebSocketOpcode::Binary,
                      QByteArray::fromHex("3f 95 01 80 a130 b2") + "AcknowledgeMessage"
                          + QByteArray::fromHex("91 d924") + FirstId);
    QCOMPARE(m_fixture->delivery.settlements.size(), std::size_t(1));
    m_fixture->delivery.settlements.front().completion({});
    output();
    QCOMPARE(socket.take().join(), QByteArray::fromHex("06 94 03 80 a130 02"));
    handler->received(WebSocketOpcode::Binary, QByteArray::fromHex("01 c1"));
    output();
    QVERIFY(socket.take().join().contains("Connection closed with an error."));
    QCOMPARE(socket.closeCode, 1000);
    handler->closed(1000);
}

void MobileHubTest::acknowledges()
{
    receive(R"({"target":"AcknowledgeMessage","arguments":[")" + FirstId
            + R"("],"invocationId":"0","type":1})");
    QCOMPARE(m_fixture->delivery.settlements.size(), std::size_t(1));
    FakeDelivery::Settlement &settlement = m_fixture->delivery.settlements.front();
    QCOMPARE(settlement.ids, QList<QByteArray>{FirstId});
    QCOMPARE(settlement.receiver, m_fixture->delivery.receivers.begin()->first);
    QCOMPARE(output(), QByteArray()); // Not before it is durable.
    settlement.completion({});
    QCOMPARE(output(), record(R"({"type":3,"invocationId":"0"})"));
    QCOMPARE(m_fixture->metrics.value("hudhud_signalr_acknowledgements_total/online-mobile-user"), 1);
}

void MobileHubTest::acknowledgesSeveral()
{
    receive(R"({"target":"acknowledgemessages","arguments":[[")" + FirstId + R"(",")" + SecondId
            + R"("]],"invocationId":"0","type":1})");
    QCOMPARE(m_fixture->delivery.settlements.front().ids, (QList<QByteArray>{FirstId, SecondId}));
    m_fixture->delivery.settlements.front().completion({});
    QCOMPARE(output(), record(R"({"type":3,"invocationId":"0"})"));
    receive(R"({"target":"AcknowledgeMessages","arguments":[[]],"invocationId":"1","type":1})");
    QCOMPARE(output(), record(R"({"type":3,"invocationId":"1"})"));
    QCOMPARE(m_fixture->delivery.settlements.size(), std::size_t(1));
}

void MobileHubTest::acknowledgesWithoutAnswer()
{
    receive(R"({"target":"AcknowledgeMessage","arguments":[")" + FirstId + R"("],"type":1})");
    QCOMPARE(m_fixture->delivery.settlements.size(), std::size_t(1));
    QVERIFY(!m_fixture->delivery.settlements.front().completion);
    QCOMPARE(output(), QByteArray());
    QCOMPARE(m_fixture->metrics.value("hudhud_signalr_invocation_errors_total/online-mobile-user"), 0);
}

void MobileHubTest::tellsWhyAnAcknowledgementFailed()
{
    receive(R"({"target":"AcknowledgeMessage","arguments":[")" + FirstId
            + R"("],"invocationId":"0","type":1})");
    m_fixture->delivery.settlements.front().completion(
        std::unexpected(Error(ErrorCode::NotFound, QStringLiteral("No such message is yours."))));
    QCOMPARE(output(),
             record(R"({"type":3,"invocationId":"0","error":"An unexpected error occurred invoking )"
                    R"('AcknowledgeMessage' on the server. HubException: No such message is yours."})"));
}

void MobileHubTest::refusesWhatIsNoId_data()
{
    QTest::addColumn<QByteArray>("call");
    QTest::newRow("one") << QByteArray(R"("target":"AcknowledgeMessage","arguments":["m1"])");
    QTest::newRow("several") << QByteArray(R"("target":"AcknowledgeMessages","arguments":[["m1"]])");
    QTest::newRow("reject") << QByteArray(R"("target":"RejectMessage","arguments":["m1","why"])");
    QTest::newRow("read") << QByteArray(R"("target":"MarkAsRead","arguments":["m1"])");
    QTest::newRow("long reason") << R"("target":"RejectMessage","arguments":[")" + FirstId + R"(",")"
            + QByteArray(501, 'x') + R"("])";
}

void MobileHubTest::refusesWhatIsNoId()
{
    QFETCH(const QByteArray, call);
    receive("{\"type\":1,\"invocationId\":\"0\"," + call + "}");
    QVERIFY(m_fixture->delivery.settlements.empty());
    QVERIFY(m_fixture->readReceipts.receipts.empty());
    QVERIFY(output().contains("HubException: A "));
}

void MobileHubTest::rejects()
{
    receive(R"({"target":"RejectMessage","arguments":[")" + FirstId
            + R"(","bad"],"invocationId":"0","type":1})");
    receive(R"({"target":"RejectMessage","arguments":[")" + SecondId + R"(",""],"type":1})");
    QCOMPARE(m_fixture->delivery.settlements.size(), std::size_t(2));
    QCOMPARE(m_fixture->delivery.settlements[0].ids, QList<QByteArray>{FirstId});
    QCOMPARE(m_fixture->delivery.settlements[0].reason, QByteArray("bad"));
    QVERIFY(!m_fixture->delivery.settlements[1].reason.isEmpty());
    m_fixture->delivery.settlements[0].completion({});
    QCOMPARE(output(), record(R"({"type":3,"invocationId":"0"})"));
}

void MobileHubTest::marksAsRead()
{
    receive(R"({"target":"MarkAsRead","arguments":[")" + FirstId + R"("],"invocationId":"0","type":1})");
    QCOMPARE(m_fixture->readReceipts.receipts.size(), std::size_t(1));
    FakeReadReceipts::Receipt &receipt = m_fixture->readReceipts.receipts.front();
    QCOMPARE(receipt.reader, QByteArray("967771234567"));
    QCOMPARE(receipt.id, FirstId);
    QCOMPARE(output(), QByteArray()); // Not before it is durable.
    receipt.completion({});
    QCOMPARE(output(), record(R"({"type":3,"invocationId":"0"})"));
    QCOMPARE(m_fixture->metrics.value("hudhud_signalr_reads_total/online-mobile-user"), 1);
}

void MobileHubTest::tellsWhyMarkingAsReadFailed()
{
    receive(R"({"target":"MarkAsRead","arguments":[")" + FirstId + R"("],"invocationId":"0","type":1})");
    m_fixture->readReceipts.receipts.front().completion(
        std::unexpected(Error(ErrorCode::Conflict, QStringLiteral("Acknowledge it first."))));
    QVERIFY(output().contains("HubException: Acknowledge it first."));
}

void MobileHubTest::sends()
{
    receive(R"({"target":"SendMessage","arguments":[{"recipient":"8001234","content":"yes","conversation":"c1"}],)"
            R"("invocationId":"0","type":1})");
    QCOMPARE(m_fixture->intake.submissions.size(), std::size_t(1));
    FakeIntake::Submission &submission = m_fixture->intake.submissions.front();
    QCOMPARE(submission.messages.size(), std::size_t(1));
    const Message &sent = submission.messages.front();
    QCOMPARE(sent.recipient.toByteArray(), QByteArray("8001234"));
    QCOMPARE(sent.sender, QByteArray("967771234567"));
    QCOMPARE(sent.content, QByteArray("yes"));
    QCOMPARE(sent.conversation, QByteArray("c1"));
    QVERIFY(sent.type == MessageType::TwoWay);
    QCOMPARE(output(), QByteArray()); // Not before it is durable.
    submission.completion(std::vector<MessagePointer>{message(FirstId)});
    QCOMPARE(output(),
             record(R"({"type":3,"invocationId":"0","result":{"id":")" + FirstId
                    + R"(","createdAt":"2023-11-14T22:13:20.000Z"}})"));
    QCOMPARE(m_fixture->metrics.value("hudhud_signalr_sends_total/online-mobile-user"), 1);
}

void MobileHubTest::joinsGroupsOnlyWhereAllowed()
{
    constexpr char join[] = R"({"target":"JoinGroup","arguments":["news.1"],"invocationId":"0","type":1})";
    receive(join);
    QVERIFY(output().contains("Method does not exist"));
    QJsonObject settings = WorkerFixture::defaultSettings();
    settings.insert(QLatin1String("recipients_join_groups"), true);
    WorkerFixture fixture(settings);
    FakeWebSocket socket;
    const auto handler = fixture.connect(socket);
    const auto call = [&](QByteArrayView text) {
        handler->received(WebSocketOpcode::Text, record(text));
        QCoreApplication::processEvents();
        return socket.take().join();
    };
    socket.take();
    QCOMPARE(call(join), record(R"({"type":3,"invocationId":"0"})"));
    QCOMPARE(fixture.groups.groups["news.1"], QList<QByteArray>{"967771234567"});
    QVERIFY(call(R"({"target":"JoinGroup","arguments":["a group"],"invocationId":"1","type":1})")
                .contains("A group's name has 1 to 64 characters"));
    QVERIFY(call(R"({"target":"LeaveGroup","arguments":[""],"invocationId":"1","type":1})")
                .contains("A group's name has 1 to 64 characters"));
    QCOMPARE(call(R"({"target":"LeaveGroup","arguments":["news.1"],"invocationId":"2","type":1})"),
             record(R"({"type":3,"invocationId":"2"})"));
    QVERIFY(fixture.groups.groups["news.1"].isEmpty());
}

void MobileHubTest::takesFreshTokensOfTheSameAccount()
{
    receive(R"({"target":"RefreshToken","arguments":["token-967771234567"],"invocationId":"0","type":1})");
    QCOMPARE(output(), record(R"({"type":3,"invocationId":"0"})"));
    receive(R"({"target":"RefreshToken","arguments":["token-967770000000"],"invocationId":"1","type":1})");
    QVERIFY(output().contains("another account's"));
    receive(R"({"target":"RefreshToken","arguments":["rubbish"],"invocationId":"2","type":1})");
    QVERIFY(output().contains("The token is not valid."));
}

void MobileHubTest::sendsWithoutAnswer()
{
    receive(R"({"target":"SendMessage","arguments":[{"recipient":"8001234","content":"yes"}],"type":1})");
    QCOMPARE(m_fixture->intake.submissions.size(), std::size_t(1));
    m_fixture->intake.submissions.front().completion(std::vector<MessagePointer>{message(FirstId)});
    QCOMPARE(output(), QByteArray());
}

void MobileHubTest::tellsWhySendingFailed()
{
    receive(R"({"target":"SendMessage","arguments":[{"recipient":"8001234","content":"yes"}],)"
            R"("invocationId":"0","type":1})");
    m_fixture->intake.submissions.front().completion(
        std::unexpected(Error(ErrorCode::BufferFull, QStringLiteral("The message buffer is full."))));
    QCOMPARE(output(),
             record(R"({"type":3,"invocationId":"0","error":"An unexpected error occurred invoking )"
                    R"('SendMessage' on the server. HubException: The message buffer is full."})"));
}

void MobileHubTest::refusesToSend_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("sender of another") << QByteArray(R"({"recipient":"8001234","content":"x","sender":"8001234"})")
                                       << QByteArray("sender is set by the server and can only be 967771234567");
    QTest::newRow("priority") << QByteArray(R"({"recipient":"8001234","content":"x","priority":"High"})")
                              << QByteArray("priority is for businesses only");
    QTest::newRow("no object") << QByteArray("7") << QByteArray("The message must be an object");
}

void MobileHubTest::refusesToSend()
{
    QFETCH(const QByteArray, message);
    QFETCH(const QByteArray, text);
    receive(R"({"target":"SendMessage","arguments":[)" + message + R"(],"invocationId":"0","type":1})");
    QVERIFY(m_fixture->intake.submissions.empty());
    const QByteArray answer = output();
    QVERIFY2(answer.contains("HubException: " + text), answer.constData());
    QCOMPARE(m_fixture->metrics.value("hudhud_signalr_sends_total/online-mobile-user"), 0);
}

void MobileHubTest::limitsTheRateOfSending()
{
    constexpr int burst = 50;
    const QByteArray call
        = R"({"target":"SendMessage","arguments":[{"recipient":"8001234","content":"x"}],"invocationId":"0","type":1})";
    for (int i = 0; i < burst; ++i)
        receive(call);
    QCOMPARE(m_fixture->intake.submissions.size(), std::size_t(burst));
    QCOMPARE(output(), QByteArray());
    receive(call);
    QCOMPARE(m_fixture->intake.submissions.size(), std::size_t(burst));
    QVERIFY(output().contains("may send 20 messages a second, and 50 at once after a pause; send this one again in 50 ms."));
    m_fixture->clock.advance(std::chrono::milliseconds(50));
    receive(call);
    QCOMPARE(m_fixture->intake.submissions.size(), std::size_t(burst + 1));
}

void MobileHubTest::pausesForASlowReader()
{
    m_socket.unsent = 262'145;
    const MessagePointer messages[] = {message(FirstId)};
    receiver().push(messages);
    QVERIFY(m_fixture->delivery.pauses.isEmpty()); // Never from inside a call of delivery.
    output();
    QCOMPARE(m_fixture->delivery.pauses, QList<bool>{true});
    m_socket.unsent = 0;
    m_handler->drained();
    QCOMPARE(m_fixture->delivery.pauses, (QList<bool>{true, false}));
}

void MobileHubTest::closesForEachReason_data()
{
    QTest::addColumn<int>("reason");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("stopping") << static_cast<int>(CloseReason::ServerStopping)
                              << QByteArray(R"({"type":7,"allowReconnect":true})");
    QTest::newRow("slow")
        << static_cast<int>(CloseReason::SlowReader)
        << QByteArray(R"({"type":7,"error":"Connection closed with an error.","allowReconnect":true})");
    QTest::newRow("revoked") << static_cast<int>(CloseReason::Revoked)
                             << QByteArray(R"({"type":7,"error":"The access was revoked. Sign in again."})");
}

void MobileHubTest::closesForEachReason()
{
    QFETCH(const int, reason);
    QFETCH(const QByteArray, text);
    receiver().close(static_cast<CloseReason>(reason));
    QCOMPARE(m_fixture->delivery.detached, 0); // Never from inside a call of delivery.
    const MessagePointer messages[] = {message(FirstId)};
    receiver().push(messages); // Comes too late, and is put back with the rest.
    QCOMPARE(output(), record(text));
    QCOMPARE(m_socket.closeCode, 1000);
    QCOMPARE(m_fixture->delivery.detached, 1);
}

void MobileHubTest::drains()
{
    m_fixture->worker->drain();
    QCOMPARE(m_socket.take().join(), record(R"({"type":7,"allowReconnect":true})"));
    QCOMPARE(m_socket.closeCode, 1000);
    QCOMPARE(m_fixture->delivery.detached, 1);
    m_handler->closed(1000);
    QCOMPARE(m_fixture->delivery.detached, 1);
}

void MobileHubTest::detachesWhenTheLinkIsLost()
{
    m_handler->closed(1006);
    QCOMPARE(m_fixture->delivery.detached, 1);
    QCOMPARE(m_fixture->metrics.value("hudhud_signalr_connections/online-mobile-user"), 0);
}

void MobileHubTest::answersDroppedAfterTheEnd()
{
    receive(R"({"target":"AcknowledgeMessage","arguments":[")" + FirstId
            + R"("],"invocationId":"0","type":1})");
    m_handler->closed(1006);
    m_handler.reset();
    m_fixture->delivery.settlements.front().completion({});
    QCOMPARE(output(), QByteArray());
}

} // namespace hudhud

QTEST_GUILESS_MAIN(hudhud::MobileHubTest)
#include "mobile_hub_test.moc"
