// SPDX-License-Identifier: GPL-3.0-or-later
#include "rest_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;

class ReadTest : public QObject
{
    Q_OBJECT

private:
    static MessagePointer fullMessage(const Clock &clock)
    {
        Message message;
        message.id = MessageIdGenerator(clock).next();
        message.recipient = *Recipient::fromString("967771234567");
        message.subject = "Your \"order\"";
        message.content = "line\nfeed";
        message.type = MessageType::TwoWay;
        message.priority = Priority::High;
        message.status = MessageStatus::DeadLetter;
        message.retryCount = 3;
        message.pushCount = 5;
        message.createdAt = clock.now();
        message.deliveredAt = message.lastRetryAt = message.nextRetryAt = message.movedToDlqAt
            = message.expiresAt = message.deliverAt = message.readAt = clock.now();
        message.failureReason = "no answer";
        message.failureClass = ErrorClass::Permanent;
        message.deadLetterReason = DeadLetterReason::Rejected;
        message.replayCount = 2;
        message.editedFrom = *MessageId::fromString("018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f");
        message.conversation = "c-17";
        message.collapseKey = "offer";
        message.sender = "shop";
        message.metadata = R"({"order":"4711"})";
        message.idempotencyKey = "secret to the sender";
        message.attachments = {{"a1", "photo.jpg", "image/jpeg", 12}, {"a2", "b.txt", "text/plain", 0}};
        return std::make_shared<const Message>(std::move(message));
    }

private Q_SLOTS:
    void showsAMessage()
    {
        RestBench bench;
        const MessagePointer message = fullMessage(bench.clock);
        bench.queries.messages[message->id] = message;
        const HttpResponse answer = bench.get("/api/v1/messages/" + message->id.toString());
        QCOMPARE(answer.status, 200);
        const QJsonObject body = jsonOf(answer);
        QCOMPARE(body.value(QLatin1String("subject")).toString(), QStringLiteral("Your \"order\""));
        QCOMPARE(body.value(QLatin1String("status")).toString(), QStringLiteral("DeadLetter"));
        QCOMPARE(body.value(QLatin1String("metadata"))[QLatin1String("order")].toString(),
                 QStringLiteral("4711"));
        QCOMPARE(body.value(QLatin1String("attachments")).toArray().size(), 2);
        QCOMPARE(body.value(QLatin1String("failureClass")).toString(), QStringLiteral("permanent"));
        QCOMPARE(body.value(QLatin1String("deadLetterReason")).toString(), QStringLiteral("rejected"));
        QCOMPARE(body.value(QLatin1String("replayCount")).toInt(), 2);
        QCOMPARE(body.value(QLatin1String("editedFrom")).toString(),
                 QStringLiteral("018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f"));
        QCOMPARE(body.value(QLatin1String("conversation")).toString(), QStringLiteral("c-17"));
        QCOMPARE(body.value(QLatin1String("collapseKey")).toString(), QStringLiteral("offer"));
        QVERIFY(body.contains(QLatin1String("readAt")));
        QCOMPARE(body.size(), 27);
        QVERIFY(!answer.body.contains("secret"));
        QCOMPARE(headerOf(answer, "Cache-Control"), QByteArray("no-store"));
        QCOMPARE(bench.violations, QStringList());
    }

    void leavesOutWhatHasNoValue()
    {
        RestBench bench;
        Message message;
        message.id = MessageIdGenerator(bench.clock).next();
        message.recipient = *Recipient::fromString("1234567");
        bench.queries.messages[message.id] = std::make_shared<const Message>(message);
        QCOMPARE(jsonOf(bench.get("/api/v1/messages/" + message.id.toString())).size(), 10);
        QCOMPARE(bench.violations, QStringList());
    }

    void showsTheHistory()
    {
        RestBench bench;
        const MessagePointer message = fullMessage(bench.clock);
        bench.queries.messages[message->id] = message;
        bench.queries.history
            = {{1, MessageStatus::Queued, bench.clock.now(), "node-1", 0, {}},
               {2, MessageStatus::Failed, bench.clock.now(), "node-2", 1, "ack \"timeout\""}};
        const HttpResponse answer = bench.get("/api/v1/messages/" + message->id.toString() + "/events");
        QCOMPARE(answer.status, 200);
        const QJsonArray events = jsonOf(answer).value(QLatin1String("events")).toArray();
        QCOMPARE(events.size(), 2);
        QCOMPARE(events[1][QLatin1String("reason")].toString(), QStringLiteral("ack \"timeout\""));
        QVERIFY(!events[0].toObject().contains(QLatin1String("reason")));
        QCOMPARE(bench.violations, QStringList());
    }

    void saysWhatIsNotThere_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::addColumn<int>("status");
        QTest::newRow("message") << QByteArray("/api/v1/messages/018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f")
                                 << 404;
        QTest::newRow("events") << QByteArray("/api/v1/messages/018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f/events")
                                << 404;
        QTest::newRow("no id") << QByteArray("/api/v1/messages/4711") << 400;
        QTest::newRow("events of no id") << QByteArray("/api/v1/messages/4711/events") << 400;
        QTest::newRow("not UTF-8") << QByteArray("/api/v1/messages/%ff%fe") << 400;
        QTest::newRow("presence of nobody") << QByteArray("/api/v1/users/12/presence") << 400;
    }
    void saysWhatIsNotThere()
    {
        QFETCH(QByteArray, target);
        QFETCH(int, status);
        RestBench bench;
        const HttpResponse answer = bench.get(target);
        QCOMPARE(answer.status, status);
        QCOMPARE(codeOf(answer),
                 status == 404 ? QStringLiteral("not-found") : QStringLiteral("invalid-field"));
        QCOMPARE(bench.violations, QStringList());
    }

    void aFailingStoreIsTold_data()
    {
        QTest::addColumn<QByteArray>("target");
        QTest::newRow("message") << QByteArray("/api/v1/messages/018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f");
        QTest::newRow("events") << QByteArray("/api/v1/messages/018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f/events");
        QTest::newRow("list") << QByteArray("/api/v1/messages");
        QTest::newRow("presence") << QByteArray("/api/v1/users/967771234567/presence");
    }
    void aFailingStoreIsTold()
    {
        QFETCH(QByteArray, target);
        RestBench bench;
        bench.queries.failure = Error(ErrorCode::StorageUnavailable, QStringLiteral("disk"));
        const HttpResponse answer = bench.get(target);
        QCOMPARE(answer.status, 503);
        QCOMPARE(jsonOf(answer).value(QLatin1String("class")).toString(), QStringLiteral("system"));
        QCOMPARE(bench.violations, QStringList());
    }

    void listsInPages()
    {
        RestBench bench;
        MessageIdGenerator ids(bench.clock);
        QList<QByteArray> expected;
        for (int i = 0; i < 5; ++i) {
            Message message = *fullMessage(bench.clock);
            message.id = ids.next();
            expected.prepend(message.id.toString());
            bench.queries.messages[message.id] = std::make_shared<const Message>(message);
        }
        QList<QByteArray> seen;
        QByteArray target("/api/v1/messages?limit=2");
        for (int page = 0; page < 3; ++page) {
            const QJsonObject body = jsonOf(bench.get(target));
            for (const QJsonValue &message : body.value(QLatin1String("messages")).toArray())
                seen.append(message[QLatin1String("id")].toString().toLatin1());
            const QJsonValue cursor = body.value(QLatin1String("nextCursor"));
            QCOMPARE(cursor.isUndefined(), page == 2);
            target = "/api/v1/messages?limit=2&cursor=" + cursor.toString().toLatin1();
        }
        QCOMPARE(seen, expected);
        QCOMPARE(bench.violations, QStringList());
    }

    void passesTheFilterOn()
    {
        RestBench bench;
        bench.get("/api/v1/messages?recipient=967771234567&status=Dead%4cetter&limit=1000");
        QVERIFY(bench.queries.lastFilter->recipient == Recipient::fromString("967771234567"));
        QVERIFY(bench.queries.lastFilter->status == MessageStatus::DeadLetter);
        QCOMPARE(bench.queries.lastFilter->limit, 1'000);
        bench.get("/api/v1/messages");
        QCOMPARE(bench.queries.lastFilter->limit, 50);
        QVERIFY(!bench.queries.lastFilter->recipient);
        QCOMPARE(bench.violations, QStringList());
    }

    void refusesQueriesItDoesNotKnow_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<QStringList>("fields");
        const auto row = [](const char *query, const QStringList &fields) {
            QTest::newRow(query) << QByteArray(query) << fields;
        };
        row("limit=0", {QStringLiteral("limit")});
        row("limit=1001", {QStringLiteral("limit")});
        row("limit=ten", {QStringLiteral("limit")});
        row("limit=", {QStringLiteral("limit")});
        row("limit=99999999999", {QStringLiteral("limit")});
        row("status=queued", {QStringLiteral("status")});
        row("recipient=%2B967", {QStringLiteral("recipient")});
        row("cursor=4711", {QStringLiteral("cursor")});
        row("recepient=967771234567", {QStringLiteral("recepient")});
        row("limit=1&limit=2", {QStringLiteral("limit")});
        row("%ff=1", {QString(QChar::ReplacementCharacter)});
        row("status=%ff", {QStringLiteral("status")});
        row("limit=0&status=x&recipient=y&cursor=z",
            {QStringLiteral("cursor"), QStringLiteral("limit"), QStringLiteral("recipient"),
             QStringLiteral("status")});
    }
    void refusesQueriesItDoesNotKnow()
    {
        QFETCH(QByteArray, query);
        QFETCH(QStringList, fields);
        RestBench bench;
        const HttpResponse answer = bench.get("/api/v1/messages?" + query);
        QCOMPARE(answer.status, 400);
        QCOMPARE(errorsOf(jsonOf(answer)).keys(), fields);
        QVERIFY(!bench.queries.lastFilter);
        QCOMPARE(bench.violations, QStringList());
    }

    void presenceTellsConnectionsAndWhatWaits()
    {
        RestBench bench;
        QCOMPARE(bench.get("/api/v1/users/967771234567/presence").body,
                 QByteArray(R"({"online":false,"connections":0,"pendingMessages":0,"scope":"node"})"));
        bench.delivery.connections = 2;
        bench.queries.pending = 17;
        QCOMPARE(bench.get("/api/v1/users/967771234567/presence").body,
                 QByteArray(R"({"online":true,"connections":2,"pendingMessages":17,"scope":"node"})"));
        QCOMPARE(bench.violations, QStringList());
    }

    void presenceTellsOfTheWholeClusterWhereThereIsOne()
    {
        PlainPresence presence;
        RestBench bench({}, [&presence](IoServices &services) { services.presence = &presence; });
        presence.answer = {.connections = 3, .isOfCluster = true};
        bench.queries.pending = 1;
        QCOMPARE(bench.get("/api/v1/users/967771234567/presence").body,
                 QByteArray(R"({"online":true,"connections":3,"pendingMessages":1,"scope":"cluster"})"));
        QCOMPARE(presence.asked, *Recipient::fromString("967771234567"));
        presence.answer = {.connections = 0, .isOfCluster = false};
        QCOMPARE(bench.get("/api/v1/users/967771234567/presence").body,
                 QByteArray(R"({"online":false,"connections":0,"pendingMessages":1,"scope":"node"})"));
        QCOMPARE(bench.violations, QStringList());
    }
};

QTEST_APPLESS_MAIN(ReadTest)
#include "read_test.moc"
