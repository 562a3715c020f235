// SPDX-License-Identifier: GPL-3.0-or-later
#include "rest_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;

class SendTest : public QObject
{
    Q_OBJECT

private:
    static constexpr char Minimal[] = R"({"recipient":"967771234567","subject":"s","content":"c"})";

private Q_SLOTS:
    void acceptsAMessageAndSaysWhereItIs()
    {
        RestBench bench;
        QVERIFY(bench.ready);
        const HttpResponse answer = bench.post("/api/v1/messages", Minimal);
        QCOMPARE(answer.status, 202);
        QCOMPARE(bench.intake.taken.size(), 1U);
        const Message &message = *bench.intake.taken.front();
        QCOMPARE(answer.body,
                 QByteArray("{\"id\":\"" + message.id.toString() + "\",\"status\":\"Queued\",\"createdAt\":\""
                            + toRfc3339(bench.clock.wall) + "\"}"));
        QCOMPARE(headerOf(answer, "Location"), QByteArray("/api/v1/messages/" + message.id.toString()));
        QCOMPARE(message.recipient.toByteArray(), QByteArray("967771234567"));
        QVERIFY(message.priority == Priority::Normal);
        QVERIFY(message.type == MessageType::OneWay);
        QCOMPARE(message.apiKeyId, 7);
        QCOMPARE(message.sender, QByteArray("9671234567"));
        QVERIFY(!message.expiresAt && !message.deliverAt);
        QCOMPARE(bench.violations, QStringList());
    }

    void takesEveryField()
    {
        RestBench bench;
        const HttpResponse answer = bench.post("/api/v1/messages", R"({
            "metadata": {"order": "47\u002211", "naïve": "yes"}, "sender": "9671234567", "attachments": [],
            "collapseKey": "offer", "conversation": "c-17",
            "type": "TwoWay", "priority": "Critical",
            "content": "line\nfeed \u00e9 \ud83d\ude00 \\ \/ tab\t", "subject": "Grüße", "recipient": "1234567"})");
        QCOMPARE(answer.status, 202);
        const Message &message = *bench.intake.taken.at(0);
        QCOMPARE(message.recipient.toByteArray(), QByteArray("1234567"));
        QCOMPARE(message.subject, QByteArray("Grüße"));
        QCOMPARE(message.content, QByteArray("line\nfeed é 😀 \\ / tab\t"));
        QCOMPARE(message.sender, QByteArray("9671234567"));
        QCOMPARE(message.collapseKey, QByteArray("offer"));
        QCOMPARE(message.conversation, QByteArray("c-17"));
        QVERIFY(message.type == MessageType::TwoWay);
        QVERIFY(message.priority == Priority::Critical);
        QCOMPARE(message.metadata, QByteArray("{\"order\":\"47\\\"11\",\"naïve\":\"yes\"}"));
        QVERIFY(message.attachments.empty());
    }

    void limitsAreInclusive()
    {
        RestBench bench;
        const QByteArray body = "{\"recipient\":\"123456789012345\",\"subject\":\"" + QByteArray(256, 's')
            + "\",\"content\":\"" + QByteArray(64 * 1024, 'c') + "\",\"collapseKey\":\"" + QByteArray(64, 'k')
            + "\",\"conversation\":\"" + QByteArray(128, 'x') + "\",\"ttlSeconds\":2419200}";
        QCOMPARE(bench.post("/api/v1/messages", body).status, 202);
    }

    void textComesBackAsItWasSent_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("quotes") << QStringLiteral("\"\\/");
        QTest::newRow("controls") << QStringLiteral("\b\f\n\r\t\u0001\u001f\u007f");
        QTest::newRow("arabic") << QStringLiteral("مرحبا بالعالم");
        QTest::newRow("beyond the first plane") << QStringLiteral("😀👩‍👩‍👧𐍈");
        QTest::newRow("separators") << QStringLiteral("\u2028\u2029\ufeff\uffff");
        QTest::newRow("looks like an escape") << QStringLiteral("\\u0041 \\n");
    }
    void textComesBackAsItWasSent()
    {
        QFETCH(QString, text);
        RestBench bench;
        QJsonObject body{{QStringLiteral("recipient"), QStringLiteral("967771234567")},
                         {QStringLiteral("subject"), text},
                         {QStringLiteral("content"), text},
                         {QStringLiteral("conversation"), text},
                         {QStringLiteral("collapseKey"), text},
                         {QStringLiteral("metadata"), QJsonObject{{text.left(8), text}}}};
        QCOMPARE(bench.post("/api/v1/messages", QJsonDocument(body).toJson()).status, 202);
        const MessagePointer message = bench.intake.taken.at(0);
        QCOMPARE(message->content, text.toUtf8());
        bench.queries.messages[message->id] = message;
        const QJsonObject read = jsonOf(bench.get("/api/v1/messages/" + message->id.toString()));
        for (auto member = body.begin(); member != body.end(); ++member)
            QCOMPARE(read.value(member.key()), member.value());
        QCOMPARE(bench.violations, QStringList());
    }

    void aRefusalOfTheServerIsPassedOn_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("status");
        QTest::addColumn<bool>("retry");
        QTest::newRow("full") << static_cast<int>(ErrorCode::BufferFull) << 503 << true;
        QTest::newRow("stopping") << static_cast<int>(ErrorCode::ShuttingDown) << 503 << true;
        QTest::newRow("storage") << static_cast<int>(ErrorCode::StorageUnavailable) << 503 << true;
        QTest::newRow("rate") << static_cast<int>(ErrorCode::RateLimited) << 429 << true;
        QTest::newRow("fault") << static_cast<int>(ErrorCode::Internal) << 500 << false;
    }
    void aRefusalOfTheServerIsPassedOn()
    {
        QFETCH(int, code);
        QFETCH(int, status);
        QFETCH(bool, retry);
        RestBench bench({{QStringLiteral("retry_after"), 3'000}});
        bench.intake.failure = Error(static_cast<ErrorCode>(code), QStringLiteral("what \"happened\""));
        const QByteArray batch = QByteArray(R"({"messages":[)") + Minimal + "]}";
        for (const HttpResponse &answer :
             {bench.post("/api/v1/messages", Minimal), bench.post("/api/v1/messages/batch", batch)}) {
            QCOMPARE(answer.status, status);
            QCOMPARE(answer.contentType, QByteArray("application/problem+json"));
            QCOMPARE(codeOf(answer), QString::fromLatin1(errorCodeInfo(static_cast<ErrorCode>(code)).name));
            QCOMPARE(jsonOf(answer).value(QLatin1String("detail")).toString(),
                     QStringLiteral("what \"happened\""));
            QCOMPARE(headerOf(answer, "Retry-After"), retry ? QByteArray("3") : QByteArray());
        }
        QCOMPARE(bench.violations, QStringList());
    }

    void aBatchIsAnsweredItemByItem()
    {
        RestBench bench;
        const HttpResponse answer = bench.post("/api/v1/messages/batch", R"({"messages":[
            {"recipient":"967771234567","subject":"first","content":"c"},
            {"recipient":"12","subject":"","content":"c"},
            {"recipient":"967771234568","subject":"third","content":"c","priority":"High"},
            17,
            {"recipient":"967771234569","subject":"fifth","content":"c"}]})");
        QCOMPARE(answer.status, 202);
        const QJsonObject body = jsonOf(answer);
        QCOMPARE(body.value(QLatin1String("accepted")).toInt(), 3);
        QCOMPARE(body.value(QLatin1String("rejected")).toInt(), 2);
        const QJsonArray results = body.value(QLatin1String("results")).toArray();
        QCOMPARE(results.size(), 5);
        for (int i = 0; i < 5; ++i)
            QCOMPARE(results[i][QLatin1String("index")].toInt(), i);
        QCOMPARE(results[2][QLatin1String("id")].toString(),
                 QString::fromLatin1(bench.intake.taken.at(1)->id.toString()));
        QVERIFY(bench.intake.taken.at(1)->priority == Priority::High);
        QCOMPARE(bench.intake.requests, 1);
        const QMap<QString, QString> errors = errorsOf(results[1][QLatin1String("error")].toObject());
        QCOMPARE(
            errors.keys(),
            (QStringList{QStringLiteral("messages[1].recipient"), QStringLiteral("messages[1].subject")}));
        QCOMPARE(errorsOf(results[3][QLatin1String("error")].toObject()).firstKey(),
                 QStringLiteral("messages[3]"));
        QCOMPARE(bench.violations, QStringList());
    }

    void aBatchWithoutOneGoodMessageReachesNobody()
    {
        RestBench bench;
        const HttpResponse answer = bench.post("/api/v1/messages/batch", R"({"messages":[{},{}]})");
        QCOMPARE(answer.status, 202);
        QCOMPARE(jsonOf(answer).value(QLatin1String("rejected")).toInt(), 2);
        QCOMPARE(bench.intake.requests, 0);
        QCOMPARE(bench.metrics.counters["hudhud_rest_invalid_total"].value(), 2);
        QCOMPARE(bench.violations, QStringList());
    }

    void aBatchMayHaveAThousandMessagesAndNotOneMore()
    {
        const auto batchOf = [](int count) {
            return "{\"messages\":[" + QByteArray(Minimal).append(',').repeated(count).chopped(1) + "]}";
        };
        RestBench bench;
        QCOMPARE(bench.post("/api/v1/messages/batch", batchOf(1'000)).status, 202);
        QCOMPARE(bench.intake.taken.size(), 1'000U);
        const HttpResponse refused = bench.post("/api/v1/messages/batch", batchOf(1'001));
        QCOMPARE(refused.status, 400);
        QVERIFY(errorsOf(jsonOf(refused)).value(QStringLiteral("messages")).contains(QLatin1String("1000")));
        QCOMPARE(bench.intake.requests, 1);

        RestBench small({{QStringLiteral("maximum_batch"), 2}});
        QCOMPARE(small.post("/api/v1/messages/batch", batchOf(2)).status, 202);
        QCOMPARE(small.post("/api/v1/messages/batch", batchOf(3)).status, 400);
    }

    void configuredLimitsHold()
    {
        RestBench bench({{QStringLiteral("maximum_subject"), 2}, {QStringLiteral("maximum_content"), 3}});
        QCOMPARE(
            bench.post("/api/v1/messages", R"({"recipient":"1234567","subject":"é","content":"ccc"})").status,
            202);
        const HttpResponse answer
            = bench.post("/api/v1/messages", R"({"recipient":"1234567","subject":"ée","content":"cccc"})");
        QCOMPARE(errorsOf(jsonOf(answer)).keys(),
                 (QStringList{QStringLiteral("content"), QStringLiteral("subject")}));
    }

    /// The bench's clock stands at 2026-09-21T14:13:20.123Z.
    void settlesTheTimesOfAMessage_data()
    {
        QTest::addColumn<QByteArray>("members");
        QTest::addColumn<QByteArray>("deliverAt");
        QTest::addColumn<QByteArray>("expiresAt");
        const auto row = [](const char *name, const char *members, const char *deliverAt, const char *expiresAt) {
            QTest::newRow(name) << QByteArray(members) << QByteArray(deliverAt) << QByteArray(expiresAt);
        };
        row("life from now", R"("ttlSeconds":60)", "", "2026-09-21T14:14:20.123Z");
        row("end", R"("expiresAt":"2026-09-22T00:00:00+03:00")", "", "2026-09-21T21:00:00.000Z");
        row("begin", R"("deliverAt":"2026-09-22T00:00:00.5Z")", "2026-09-22T00:00:00.500Z", "");
        row("life from its begin", R"("ttlSeconds":60,"deliverAt":"2027-09-01T00:00:00Z")", "2027-09-01T00:00:00.000Z",
            "2027-09-01T00:01:00.000Z");
        row("begin and end", R"("expiresAt":"2027-09-28T00:00:00Z","deliverAt":"2027-09-01T00:00:00Z")",
            "2027-09-01T00:00:00.000Z", "2027-09-28T00:00:00.000Z");
    }
    void settlesTheTimesOfAMessage()
    {
        QFETCH(QByteArray, members);
        QFETCH(QByteArray, deliverAt);
        QFETCH(QByteArray, expiresAt);
        RestBench bench;
        QCOMPARE(toRfc3339(bench.clock.wall), QByteArray("2026-09-21T14:13:20.123Z"));
        QCOMPARE(bench.post("/api/v1/messages", QByteArray(Minimal).chopped(1) + ',' + members + '}').status, 202);
        const Message &message = *bench.intake.taken.at(0);
        QCOMPARE(message.deliverAt ? toRfc3339(*message.deliverAt) : QByteArray(), deliverAt);
        QCOMPARE(message.expiresAt ? toRfc3339(*message.expiresAt) : QByteArray(), expiresAt);
    }

    void onlyTheKeysOwnAccountMayBeTheSender_data()
    {
        QTest::addColumn<QByteArray>("key");
        QTest::addColumn<QByteArray>("sender");
        QTest::addColumn<QString>("says");
        QTest::newRow("own") << QByteArray("Bearer hk_all") << QByteArray("9671234567") << QString();
        QTest::newRow("another's") << QByteArray("Bearer hk_all") << QByteArray("9671234568")
                                   << QStringLiteral("is not the account of this API key, which is \"9671234567\"");
        QTest::newRow("empty") << QByteArray("Bearer hk_all") << QByteArray()
                               << QStringLiteral("is not the account of this API key");
        QTest::newRow("no account") << QByteArray("Bearer hk_send") << QByteArray("9671234567")
                                    << QStringLiteral("speaks for no account");
    }
    void onlyTheKeysOwnAccountMayBeTheSender()
    {
        QFETCH(QByteArray, key);
        QFETCH(QByteArray, sender);
        QFETCH(QString, says);
        RestBench bench;
        const QByteArray body = QByteArray(Minimal).chopped(1) + ",\"sender\":\"" + sender + "\"}";
        const HttpResponse answer = bench.post("/api/v1/messages", body, {{"Authorization", key}});
        QCOMPARE(bench.violations, QStringList());
        if (says.isEmpty()) {
            QCOMPARE(answer.status, 202);
            return;
        }
        QCOMPARE(answer.status, 403);
        QCOMPARE(codeOf(answer), QStringLiteral("forbidden"));
        QVERIFY2(errorsOf(jsonOf(answer)).value(QStringLiteral("sender")).contains(says), answer.body.constData());
        const HttpResponse batch
            = bench.post("/api/v1/messages/batch", "{\"messages\":[" + body + "]}", {{"Authorization", key}});
        QCOMPARE(batch.status, 202);
        const QJsonValue item = jsonOf(batch).value(QLatin1String("results"))[0];
        QCOMPARE(item[QLatin1String("error")][QLatin1String("code")].toString(), QStringLiteral("forbidden"));
        QVERIFY(bench.intake.taken.empty());
        QCOMPARE(bench.violations, QStringList());
    }

    void withdraws_data()
    {
        QTest::addColumn<int>("code");
        QTest::addColumn<int>("status");
        QTest::newRow("queued") << 0 << 204;
        QTest::newRow("unknown") << static_cast<int>(ErrorCode::NotFound) << 404;
        QTest::newRow("pushed already") << static_cast<int>(ErrorCode::Conflict) << 409;
        QTest::newRow("storage") << static_cast<int>(ErrorCode::StorageUnavailable) << 503;
    }
    void withdraws()
    {
        QFETCH(int, code);
        QFETCH(int, status);
        RestBench bench;
        if (code != 0)
            bench.delivery.withdrawal
                = std::unexpected(Error(static_cast<ErrorCode>(code), QStringLiteral("why")));
        const MessageId id = MessageIdGenerator(bench.clock).next();
        QCOMPARE(bench.send(HttpMethod::Delete, "/api/v1/messages/" + id.toString()).status, status);
        QVERIFY(bench.delivery.withdrawn == std::vector<MessageId>{id});
        QCOMPARE(bench.violations, QStringList());
    }

    void anAnswerAfterTheWorkerHasGoneIsSafe()
    {
        RestBench bench;
        bench.authenticator.later = true;
        PlainRequest request;
        request.verb = HttpMethod::Post;
        request.location = "/api/v1/messages";
        request.headers = {{"Authorization", "Bearer hk_all"}, {"Content-Type", "application/json"}};
        request.content = Minimal;
        const auto sink = std::make_shared<KeptAnswers>();
        QVERIFY(bench.publicRoutes.dispatch(request, HttpResponder(sink, 1)));
        bench.worker.reset();
        bench.publicRoutes = PlainRoutes();
        bench.adminRoutes = PlainRoutes();
        QVERIFY(sink->answers.empty());
        bench.authenticator.waiting.front()();
        QCOMPARE(sink->answers.find(1)->second.status, 202);
    }

    void drainingClosesConnectionsWithTheAnswer()
    {
        RestBench bench;
        QVERIFY(!bench.post("/api/v1/messages", Minimal).closeConnection);
        bench.worker->drain();
        QVERIFY(bench.post("/api/v1/messages", Minimal).closeConnection);
    }

    void theBenchmarkRouteExistsOnlyWhenAskedFor()
    {
        RestBench plain;
        QVERIFY(!plain.publicRoutes.contains(HttpMethod::Post, "/api/v1/noop"));
        RestBench bench({{QStringLiteral("benchmark_route"), true}});
        PlainRequest request;
        request.verb = HttpMethod::Post;
        request.location = "/api/v1/noop";
        request.content = "not even JSON";
        const auto sink = std::make_shared<KeptAnswers>();
        QVERIFY(bench.publicRoutes.dispatch(request, HttpResponder(sink, 1)));
        QCOMPARE(sink->answers.find(1)->second.status, 202);
        QVERIFY(sink->answers.find(1)->second.body.isEmpty());
    }
};

QTEST_APPLESS_MAIN(SendTest)
#include "send_test.moc"
