// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin_bench.h"

#include <QElapsedTimer>

using namespace hudhud;
using namespace hudhud::fakes;
using namespace std::chrono_literals;

class AdminConnectionRoutesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void listsInAStableOrderPageByPage()
    {
        AdminBench bench;
        fill(bench, 25);
        QByteArray cursor;
        QStringList seen;
        for (int page = 0; page < 3; ++page) {
            const HttpResponse answer = bench.get("/connections?limit=10" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            QCOMPARE(numberOf(answer, "total"), 25 + page);
            const QJsonArray rows = jsonOf(answer)[QLatin1StringView("connections")].toArray();
            QCOMPARE(rows.size(), page < 2 ? 10 : 5);
            for (const QJsonValue &row : rows)
                seen.append(row[QLatin1StringView("connectionId")].toString());
            cursor = textOf(answer, "nextCursor").toLatin1();
            bench.connections.push_back(connection(1'000 + page)); // Comes before every cursor.
        }
        QVERIFY(cursor.isEmpty());
        QCOMPARE(seen.size(), 25);
        QCOMPARE(seen.front(), QStringLiteral("c24")); // The latest first.
        QCOMPARE(QSet<QString>(seen.begin(), seen.end()).size(), 25);
        QCOMPARE(bench.violations, QStringList());
    }

    void filtersAndSorts_data()
    {
        QTest::addColumn<QByteArray>("query");
        QTest::addColumn<QStringList>("expected");
        QTest::newRow("recipient") << QByteArray("recipient=967770000002") << QStringList{QStringLiteral("c2")};
        QTest::newRow("hub") << QByteArray("hub=business-user") << QStringList{QStringLiteral("c3")};
        QTest::newRow("transport") << QByteArray("transport=LongPolling") << QStringList{QStringLiteral("c1")};
        QTest::newRow("protocol") << QByteArray("protocol=messagepack") << QStringList{QStringLiteral("c4")};
        QTest::newRow("status") << QByteArray("status=Idle") << QStringList{QStringLiteral("c0")};
        QTest::newRow("slow") << QByteArray("slow=true") << QStringList{QStringLiteral("c2")};
        QTest::newRow("backlog") << QByteArray("backlog=true&sort=inFlight")
                                 << QStringList{QStringLiteral("c4"), QStringLiteral("c3")};
        QTest::newRow("idle") << QByteArray("idleSeconds=90") << QStringList{QStringLiteral("c0")};
        QTest::newRow("unsent") << QByteArray("sort=unsentBytes&limit=2")
                                << QStringList{QStringLiteral("c2"), QStringLiteral("c4")};
        QTest::newRow("oldest") << QByteArray("order=asc&limit=1") << QStringList{QStringLiteral("c0")};
        QTest::newRow("nothing") << QByteArray("slow=true&hub=business-user") << QStringList();
    }

    void filtersAndSorts()
    {
        QFETCH(QByteArray, query);
        QFETCH(QStringList, expected);
        AdminBench bench;
        fill(bench, 5);
        bench.connections[0].status = ConnectionStatus::Idle;
        bench.connections[0].lastActivity = bench.store.clock.wall - 90s;
        bench.connections[1].transport = "LongPolling";
        bench.connections[2].isSlow = true;
        bench.connections[2].unsentBytes = 900;
        bench.connections[3].hub = "business-user";
        bench.connections[4].protocol = "messagepack";
        bench.backlogs[*Recipient::fromString("967770000003")] = {.inFlight = 0, .hasMore = true};
        bench.backlogs[*Recipient::fromString("967770000004")] = {.inFlight = 2, .hasMore = false};
        QStringList found;
        const HttpResponse answer = bench.get("/connections?" + query);
        for (const QJsonValue &row : jsonOf(answer)[QLatin1StringView("connections")].toArray())
            found.append(row[QLatin1StringView("connectionId")].toString());
        QCOMPARE(found, expected);
        QCOMPARE(bench.violations, QStringList());
    }

    void hidesNumbersUnlessRevealed()
    {
        AdminBench bench;
        fill(bench, 1);
        bench.store.accept("967770000000");
        const auto row = [](const HttpResponse &answer) {
            return jsonOf(answer)[QLatin1StringView("connections")][0].toObject();
        };
        const QJsonObject masked = row(bench.get("/connections"));
        QCOMPARE(masked[QLatin1StringView("recipient")].toString(), QStringLiteral("9677•••••000"));
        QCOMPARE(masked[QLatin1StringView("pending")].toInt(), 1);
        QCOMPARE(bench.get("/connections?reveal=true").status, 403);
        QCOMPARE(bench.lastAudit().action, QByteArray("personal-data.reveal"));
        QCOMPARE(bench.lastAudit().result, QByteArray("forbidden"));
        const QJsonObject open = row(bench.send(HttpMethod::Get, "/connections?reveal=true&sort=recipient"));
        QCOMPARE(open[QLatin1StringView("recipient")].toString(), QStringLiteral("967770000000"));
        QCOMPARE(bench.lastAudit().result, QByteArray(AuditOk));
        QCOMPARE(bench.lastAudit().count, 1);
        QCOMPARE(fieldsOf(bench.get("/connections?sort=recipient")), QStringList{QStringLiteral("sort")});
        QCOMPARE(bench.violations, QStringList());
    }

    void showsAndClosesOne()
    {
        AdminBench bench;
        fill(bench, 3);
        QCOMPARE(jsonOf(bench.get("/connections/c1"))[QLatin1StringView("connection")][QLatin1StringView("connectionId")]
                     .toString(),
                 QStringLiteral("c1"));
        QCOMPARE(bench.get("/connections/c9").status, 404);
        QCOMPARE(numberOf(bench.post("/connections/c1/disconnect"), "disconnected"), 1);
        QCOMPARE(bench.closed, QByteArrayList{"c1"});
        QCOMPARE(bench.lastAudit().action, QByteArray("connection.disconnect"));
        QCOMPARE(bench.lastAudit().count, 1);
        QCOMPARE(bench.post("/connections/c9/disconnect").status, 404);
        QCOMPARE(bench.lastAudit().result, QByteArray("not-found"));
        QCOMPARE(bench.violations, QStringList());
    }

    void closesAllThatMatchAfterAPreview()
    {
        AdminBench bench;
        fill(bench, 4);
        bench.connections[2].isSlow = true;
        bench.connections[3].isSlow = true;
        const QByteArray filter = R"({"filter":{"slow":true,"hub":"online-mobile-user"},)";
        const HttpResponse preview = bench.post("/connections/disconnect", filter + R"("dryRun":true})");
        QCOMPARE(numberOf(preview, "matching"), 2);
        QCOMPARE(numberOf(preview, "disconnected"), 0);
        QVERIFY(bench.closed.isEmpty());
        QCOMPARE(fieldsOf(bench.post("/connections/disconnect", filter + R"("dryRun":false})")),
                 QStringList{QStringLiteral("reason")});
        QCOMPARE(fieldsOf(bench.post("/connections/disconnect", R"({"reason":"x"})")), QStringList{QStringLiteral("filter")});
        QCOMPARE(fieldsOf(bench.post("/connections/disconnect", R"({"filter":{"slwo":true},"dryRun":true})")),
                 QStringList{QStringLiteral("slwo")});
        const HttpResponse done = bench.post("/connections/disconnect", filter + R"("reason":"they do not read"})");
        QCOMPARE(numberOf(done, "disconnected"), 2);
        QCOMPARE(bench.closed, (QByteArrayList{"c2", "c3"}));
        QCOMPARE(bench.lastAudit().action, QByteArray("connections.disconnect"));
        QCOMPARE(bench.lastAudit().count, 2);
        QVERIFY(bench.lastAudit().detail.contains("they do not read"));
        QCOMPARE(bench.violations, QStringList());
    }

    void namesTheNodeToAsk()
    {
        AdminBench bench;
        QCOMPARE(bench.get("/connections?node=node-1").status, 200);
        QCOMPARE(bench.get("/connections?node=node-2").status, 409);
        QCOMPARE(numberOf(bench.get("/connections/count?slow=true"), "matching"), 0);
        QCOMPARE(fieldsOf(bench.get("/connections?cursor=%21&limit=5000&transport=pigeon")),
                 (QStringList{QStringLiteral("transport"), QStringLiteral("limit"), QStringLiteral("cursor")}));
        QCOMPARE(bench.violations, QStringList());
    }

    /// Of 100,000 connections only the page is kept and copied. The time is shown, and judged generously: this thread
    /// does what the I/O threads share.
    void opensAListOfAHundredThousand()
    {
        AdminBench bench;
        fill(bench, 100'000);
        for (int i = 0; i < 1'000; ++i)
            bench.backlogs[*Recipient::fromString(QByteArray::number(967770000000 + i * 7))] = {.inFlight = i, .hasMore = false};
        QElapsedTimer timer;
        timer.start();
        const HttpResponse answer = bench.get("/connections?limit=100&sort=inFlight");
        const qint64 elapsed = timer.elapsed();
        qInfo("the first page of 100,000 connections took %lld ms", elapsed);
        QCOMPARE(numberOf(answer, "total"), 100'000);
        QCOMPARE(jsonOf(answer)[QLatin1StringView("connections")][0][QLatin1StringView("inFlight")].toInt(), 999);
        QVERIFY(elapsed < 3'000);
        QCOMPARE(bench.violations, QStringList());
    }

    void showsARecipientWithEverything()
    {
        AdminBench bench;
        fill(bench, 2);
        const char *number = "967770000001";
        bench.store.accept(number);
        bench.store.dead(number);
        const Message delivered = bench.store.accept(number);
        bench.store.change(delivered.id, number, MessageStatus::Delivered);
        const HttpResponse answer = bench.get(QByteArray("/recipients/") + number);
        QCOMPARE(textOf(answer, "recipient"), QStringLiteral("9677•••••001"));
        QCOMPARE(textOf(answer, "status"), QStringLiteral("Connected"));
        QCOMPARE(numberOf(answer, "pending"), 1);
        QCOMPARE(numberOf(answer, "deadLetters"), 1);
        const QJsonObject info = jsonOf(answer);
        QCOMPARE(info[QLatin1StringView("connections")].toArray().size(), 1);
        QCOMPARE(info[QLatin1StringView("lastDelivered")][0][QLatin1StringView("id")].toString(),
                 QString::fromLatin1(delivered.id.toString()));
        QVERIFY(!answer.body.contains("content\":\"content"));
        QVERIFY(bench.send(HttpMethod::Get, QByteArray("/recipients/") + number + "?reveal=true").body.contains("\"content\""));
        QCOMPARE(textOf(bench.get("/recipients/967779999999"), "status"), QStringLiteral("Disconnected"));
        QCOMPARE(bench.get("/recipients/abc").status, 400);
        QCOMPARE(bench.violations, QStringList());
    }

    void sendsTestMessages()
    {
        AdminBench bench;
        const HttpResponse sent = bench.post("/recipients/967770000001/test-message", R"({"content":"Hello","priority":"High"})");
        QCOMPARE(sent.status, 202);
        QCOMPARE(bench.intake.taken.size(), std::size_t(1));
        QCOMPARE(bench.intake.taken.front()->content, QByteArray("Hello"));
        QCOMPARE(bench.intake.taken.front()->priority, Priority::High);
        QVERIFY(bench.lastAudit().detail.contains(textOf(sent, "id").toLatin1()));
        QCOMPARE(fieldsOf(bench.post("/recipients/967770000001/test-message", R"({"priority":"Urgent"})")),
                 QStringList{QStringLiteral("priority")});
        bench.intake.failure = Error(ErrorCode::BufferFull, QStringLiteral("full"));
        QCOMPARE(bench.post("/recipients/967770000001/test-message", "{}").status, 503);
        QCOMPARE(bench.lastAudit().result, QByteArray("buffer-full"));
        QCOMPARE(bench.violations, QStringList());
    }

private:
    static ConnectionInfo connection(int number)
    {
        ConnectionInfo info;
        info.connectionId = "c" + QByteArray::number(number);
        info.user = QByteArray::number(967770000000 + number);
        info.hub = "online-mobile-user";
        info.transport = "WebSockets";
        info.protocol = "json";
        info.userAgent = "HudhudPhone/1.0";
        info.remoteAddress = QHostAddress(QHostAddress::LocalHost);
        info.connectedAt = Timestamp(std::chrono::seconds(1'790'000'000 + number));
        info.lastActivity = Timestamp(std::chrono::seconds(1'790'000'000));
        return info;
    }
    static void fill(AdminBench &bench, int count)
    {
        for (int i = 0; i < count; ++i)
            bench.connections.push_back(connection(i));
        if (count > 4)
            bench.connections[4].unsentBytes = 10;
    }
};

QTEST_GUILESS_MAIN(AdminConnectionRoutesTest)
#include "connection_routes_test.moc"
