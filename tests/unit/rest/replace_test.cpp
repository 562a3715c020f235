// SPDX-License-Identifier: GPL-3.0-or-later
#include "rest_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;

class ReplaceTest : public QObject
{
    Q_OBJECT

private:
    static MessageId addMessage(RestBench &bench)
    {
        Message message;
        message.id = MessageIdGenerator(bench.clock).next();
        message.recipient = *Recipient::fromString("967771234567");
        message.subject = "as it stands";
        message.content = "c";
        message.createdAt = bench.clock.now();
        bench.queries.messages[message.id] = std::make_shared<const Message>(message);
        return message.id;
    }
    static HttpResponse put(RestBench &bench, const MessageId &id, const QByteArray &body)
    {
        return bench.send(HttpMethod::Put, "/api/v1/messages/" + id.toString(), body,
                          {{"Content-Type", "application/json"}});
    }

private Q_SLOTS:
    void answersWithTheMessageAsItThenStands_data()
    {
        QTest::addColumn<QByteArray>("recipient");
        QTest::newRow("recipient left out") << QByteArray();
        QTest::newRow("the same recipient") << QByteArray(R"(,"recipient":"967771234567")");
    }
    void answersWithTheMessageAsItThenStands()
    {
        QFETCH(QByteArray, recipient);
        RestBench bench;
        const MessageId id = addMessage(bench);
        const HttpResponse answer
            = put(bench, id, R"({"subject":"new","content":"text","priority":"High","ttlSeconds":60)" + recipient + '}');
        QCOMPARE(answer.status, 200);
        QCOMPARE(jsonOf(answer).value(QLatin1String("subject")).toString(), QStringLiteral("as it stands"));
        QCOMPARE(bench.delivery.replaced.size(), 1U);
        const MessageReplacement &replacement = bench.delivery.replaced.front();
        QVERIFY(replacement.id == id);
        QVERIFY(replacement.now == bench.clock.wall);
        QCOMPARE(replacement.content->subject, QByteArray("new"));
        QCOMPARE(replacement.content->sender, QByteArray("9671234567"));
        QVERIFY(replacement.content->priority == Priority::High);
        QVERIFY(replacement.content->expiresAt == bench.clock.wall + std::chrono::seconds(60));
        QCOMPARE(bench.violations, QStringList());
    }

    void tellsWhyNot_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("status");
        QTest::newRow("unknown") << static_cast<int>(ErrorCode::NotFound) << 404;
        QTest::newRow("pushed already") << static_cast<int>(ErrorCode::Conflict) << 409;
        QTest::newRow("storage") << static_cast<int>(ErrorCode::StorageUnavailable) << 503;
    }
    void tellsWhyNot()
    {
        QFETCH(int, code);
        QFETCH(int, status);
        RestBench bench;
        bench.delivery.replaceResult
            = std::unexpected(Error(static_cast<ErrorCode>(code), QStringLiteral("why")));
        QCOMPARE(put(bench, addMessage(bench), R"({"subject":"s","content":"c"})").status, status);
        QCOMPARE(bench.violations, QStringList());
    }

    void refusesWhatCannotBeReplaced_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("field");
        QTest::newRow("another recipient") << QByteArray(R"({"recipient":"967771234568","subject":"s","content":"c"})")
                                           << QStringLiteral("recipient");
        QTest::newRow("collapse key") << QByteArray(R"({"subject":"s","content":"c","collapseKey":"k"})")
                                      << QStringLiteral("collapseKey");
        QTest::newRow("no content") << QByteArray(R"({"subject":"s"})") << QStringLiteral("content");
        QTest::newRow("past") << QByteArray(R"({"subject":"s","content":"c","expiresAt":"2020-01-01T00:00:00Z"})")
                              << QStringLiteral("expiresAt");
    }
    void refusesWhatCannotBeReplaced()
    {
        QFETCH(QByteArray, body);
        QFETCH(QString, field);
        RestBench bench;
        const HttpResponse answer = put(bench, addMessage(bench), body);
        QCOMPARE(answer.status, 400);
        QCOMPARE(errorsOf(jsonOf(answer)).keys(), QStringList{field});
        QVERIFY(bench.delivery.replaced.empty());
        QCOMPARE(bench.violations, QStringList());
    }

    void anUnknownMessageHasNoRecipientToCompare()
    {
        RestBench bench;
        const MessageId id = MessageIdGenerator(bench.clock).next();
        QCOMPARE(put(bench, id, R"({"recipient":"967771234567","subject":"s","content":"c"})").status, 404);
        QCOMPARE(bench.send(HttpMethod::Put, "/api/v1/messages/4711", "{}", {{"Content-Type", "application/json"}}).status,
                 400);
        QCOMPARE(bench.send(HttpMethod::Put, "/api/v1/messages/" + id.toString(), "{}").status, 415);
        QVERIFY(bench.delivery.replaced.empty());
        QCOMPARE(bench.violations, QStringList());
    }
};

QTEST_APPLESS_MAIN(ReplaceTest)
#include "replace_test.moc"
