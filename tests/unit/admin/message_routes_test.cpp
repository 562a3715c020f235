// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;
using namespace std::chrono_literals;

class AdminMessageRoutesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsByRecipientStatusAndTime()
    {
        AdminBench bench;
        const Message first = bench.store.accept();
        bench.store.clock.wall += 1min;
        const Message second = bench.store.accept("967779999999");
        bench.store.clock.wall += 1min;
        const MessageId dead = bench.store.dead();
        QCOMPARE(found(bench, ""), (QList{dead, second.id, first.id}));
        QCOMPARE(found(bench, "?recipient=967771234567"), (QList{dead, first.id}));
        QCOMPARE(found(bench, "?status=DeadLetter"), QList{dead});
        const QByteArray from = toRfc3339(second.createdAt);
        QCOMPARE(found(bench, "?from=" + from), (QList{dead, second.id}));
        QCOMPARE(found(bench, "?until=" + from), QList{first.id});
        QCOMPARE(found(bench, "?from=" + from + "&until=" + toRfc3339(second.createdAt + 1ms)), QList{second.id});
        QCOMPARE(found(bench, "?id=" + second.id.toString()), QList{second.id});
        QVERIFY(found(bench, "?id=" + first.id.toString().left(13)).contains(first.id));
        QCOMPARE(bench.violations, QStringList());
    }

    void goesThroughPages()
    {
        AdminBench bench;
        for (int i = 0; i < 5; ++i)
            bench.store.accept();
        QStringList ids;
        QByteArray cursor;
        int pages = 0;
        do {
            const HttpResponse answer = bench.get("/messages?limit=2" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
            for (const QJsonValue &message : jsonOf(answer)[QLatin1StringView("messages")].toArray())
                ids.append(message[QLatin1StringView("id")].toString());
            cursor = textOf(answer, "nextCursor").toLatin1();
        } while (!cursor.isEmpty() && ++pages < 10);
        QCOMPARE(ids.size(), 5);
        QCOMPARE(QSet<QString>(ids.begin(), ids.end()).size(), 5);
        QCOMPARE(bench.violations, QStringList());
    }

    void findsBySender()
    {
        AdminBench bench;
        for (int i = 0; i < 4; ++i) {
            Message message;
            message.id = bench.store.ids.next();
            message.recipient = *Recipient::fromString("967771234567");
            message.createdAt = bench.store.clock.now();
            message.sender = i % 2 == 0 ? "967711111111" : "967722222222";
            WriteBatch batch;
            batch.accepted.push_back(std::make_shared<Message>(message));
            QVERIFY(bench.store.writer().commit(batch));
        }
        QCOMPARE(found(bench, "?recipient=967771234567&sender=967711111111").size(), 2);
        QCOMPARE(found(bench, "?recipient=967771234567&sender=967711111111&limit=1").size(), 1);
        QCOMPARE(fieldsOf(bench.get("/messages?sender=967711111111")), QStringList{QStringLiteral("sender")});
        QCOMPARE(bench.violations, QStringList());
    }

    void saysWhatIsWrong()
    {
        AdminBench bench;
        QCOMPARE(fieldsOf(bench.get("/messages?recipient=x&status=Lost&id=zz&limit=0&cursor=1&reveal=perhaps")),
                 (QStringList{QStringLiteral("recipient"), QStringLiteral("status"), QStringLiteral("id"),
                              QStringLiteral("limit"), QStringLiteral("cursor"), QStringLiteral("reveal")}));
        QCOMPARE(fieldsOf(bench.get("/messages?from=2030-01-02T00:00:00Z&until=2030-01-01T00:00:00Z")),
                 QStringList{QStringLiteral("until")});
        QCOMPARE(bench.get("/messages/abc").status, 400);
        QCOMPARE(bench.get("/messages/0190f3a4-9f2b-7c11-8000-00000000001a").status, 404);
        QCOMPARE(bench.violations, QStringList());
    }

    void showsAWholeLife()
    {
        AdminBench bench;
        const MessageId id = bench.store.dead();
        const QByteArray path = "/messages/" + id.toString();
        const HttpResponse masked = bench.get(path);
        const QJsonObject message = jsonOf(masked)[QLatin1StringView("message")].toObject();
        QCOMPARE(message[QLatin1StringView("recipient")].toString(), QStringLiteral("9677•••••567"));
        QVERIFY(message[QLatin1StringView("content")].isUndefined());
        QCOMPARE(message[QLatin1StringView("contentBytes")].toInt(), 7);
        const QJsonArray events = jsonOf(masked)[QLatin1StringView("events")].toArray();
        QCOMPARE(events.size(), 3);
        QCOMPARE(events[2][QLatin1StringView("status")].toString(), QStringLiteral("DeadLetter"));
        QCOMPARE(events[2][QLatin1StringView("reason")].toString(), QStringLiteral("no answer"));
        QCOMPARE(events[2][QLatin1StringView("errorClass")].toString(), QStringLiteral("transient"));
        QCOMPARE(bench.get(path + "?reveal=true").status, 403);
        const HttpResponse open = bench.send(HttpMethod::Get, path + "?reveal=true");
        QCOMPARE(jsonOf(open)[QLatin1StringView("message")][QLatin1StringView("content")].toString(),
                 QStringLiteral("content"));
        QCOMPARE(bench.lastAudit().action, QByteArray("personal-data.reveal"));
        QVERIFY(bench.lastAudit().detail.contains(id.toString()));
        QCOMPARE(bench.violations, QStringList());
    }

    void cancels()
    {
        AdminBench bench;
        const Message message = bench.store.accept();
        const QByteArray path = "/messages/" + message.id.toString() + "/cancel";
        QCOMPARE(fieldsOf(bench.post(path, "{}")), QStringList{QStringLiteral("reason")});
        QCOMPARE(bench.post(path, R"({"reason":"sent by mistake"})").status, 200);
        QVERIFY(bench.delivery.withdrawn == std::vector{message.id});
        QCOMPARE(bench.lastAudit().action, QByteArray("message.cancel"));
        bench.delivery.withdrawal = std::unexpected(Error(ErrorCode::Conflict, QStringLiteral("pushed")));
        QCOMPARE(bench.post(path, R"({"reason":"again"})").status, 409);
        QCOMPARE(bench.lastAudit().result, QByteArray("conflict"));
        QCOMPARE(bench.violations, QStringList());
    }

    void showsQueuesByPriority()
    {
        AdminBench bench;
        bench.store.accept();
        bench.store.clock.wall += 90s;
        const QJsonObject queues = jsonOf(bench.get("/queues"));
        const QJsonArray priorities = queues[QLatin1StringView("priorities")].toArray();
        QCOMPARE(priorities.size(), PriorityCount);
        QCOMPARE(priorities[2][QLatin1StringView("priority")].toString(), QStringLiteral("Normal"));
        QCOMPARE(priorities[2][QLatin1StringView("depth")].toInt(), 1);
        QCOMPARE(priorities[2][QLatin1StringView("oldestSeconds")].toDouble(), 90.0);
        QCOMPARE(queues[QLatin1StringView("buffer")][QLatin1StringView("capacity")].toInt(), 100);
        QCOMPARE(bench.violations, QStringList());
    }

    void showsTheTrend()
    {
        AdminBench bench;
        bench.store.dead();
        bench.store.clock.wall += 1h;
        bench.store.dead();
        bench.store.dead();
        const QJsonArray hours = jsonOf(bench.get("/dlq/trend"))[QLatin1StringView("hours")].toArray();
        QCOMPARE(hours.size(), 24);
        QCOMPARE(hours[23][QLatin1StringView("count")].toInt(), 2);
        QCOMPARE(hours[22][QLatin1StringView("count")].toInt(), 1);
        const QJsonArray none = jsonOf(bench.get("/dlq/trend?signature=other"))[QLatin1StringView("hours")].toArray();
        QCOMPARE(none[23][QLatin1StringView("count")].toInt(), 0);
        QCOMPARE(bench.violations, QStringList());
    }

    void findsAuditByTarget()
    {
        AdminBench bench;
        bench.post("/users/967771234567/disconnect");
        bench.post("/users/967779999999/disconnect");
        const auto records = [&bench](const QByteArray &query) {
            return jsonOf(bench.get("/audit" + query))[QLatin1StringView("records")].toArray().size();
        };
        QCOMPARE(records(""), 2);
        QCOMPARE(records("?target=967771234567"), 1);
        QCOMPARE(records("?target=nobody"), 0);
        QCOMPARE(bench.violations, QStringList());
    }

private:
    static QList<MessageId> found(AdminBench &bench, const QByteArray &query)
    {
        QList<MessageId> ids;
        const HttpResponse answer = bench.get("/messages" + query);
        for (const QJsonValue &message : jsonOf(answer)[QLatin1StringView("messages")].toArray())
            ids.append(*MessageId::fromString(message[QLatin1StringView("id")].toString().toLatin1()));
        return ids;
    }
};

QTEST_GUILESS_MAIN(AdminMessageRoutesTest)
#include "message_routes_test.moc"
