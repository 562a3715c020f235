// SPDX-License-Identifier: GPL-3.0-or-later
#include "admin_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;
using namespace std::chrono_literals;

class DeadLetterRoutesTest : public QObject
{
    Q_OBJECT

private:
    static QStringList idsOf(const HttpResponse &answer)
    {
        QStringList ids;
        const QJsonArray letters = jsonOf(answer).value(QLatin1StringView("deadLetters")).toArray();
        for (const QJsonValue &letter : letters)
            ids.append(letter[QLatin1StringView("message")][QLatin1StringView("id")].toString());
        return ids;
    }
    static QByteArray selecting(const QByteArray &id) { return "{\"ids\":[\"" + id + "\"]}"; }
    static QString text(const MessageId &id) { return QString::fromLatin1(id.toString()); }

private Q_SLOTS:
    void listsInPages()
    {
        AdminBench bench;
        QStringList expected;
        for (int i = 0; i < 5; ++i) {
            expected.prepend(text(bench.store.dead()));
            bench.store.clock.wall += 1s;
        }
        QStringList seen;
        QByteArray target = "/dlq?limit=2";
        for (int page = 0; page < 3; ++page) {
            const HttpResponse answer = bench.get(target);
            QCOMPARE(answer.status, 200);
            seen += idsOf(answer);
            target = "/dlq?limit=2&cursor=" + textOf(answer, "nextCursor").toUtf8();
        }
        QCOMPARE(seen, expected);
        QCOMPARE(bench.violations, QStringList());
    }

    void filtersByQuery()
    {
        AdminBench bench;
        const MessageId rejected = bench.store.dead("967770000001", DeadLetterReason::Rejected);
        bench.store.dead("967770000002");
        QCOMPARE(idsOf(bench.get("/dlq?reason=rejected")), QStringList(text(rejected)));
        QCOMPARE(idsOf(bench.get("/dlq?recipient=967770000001&class=transient&text=CONT")), QStringList(text(rejected)));
        QCOMPARE(idsOf(bench.get("/dlq?signature=no%20answer&maximumReplays=0")).size(), 2);
        QCOMPARE(idsOf(bench.get("/dlq?diedAfter=2100-01-01T00:00:00Z")).size(), 0);
        QCOMPARE(idsOf(bench.get("/dlq?metadata=order%3D17")).size(), 0);
        QCOMPARE(numberOf(bench.get("/dlq/count?minimumAttempts=0"), "count"), 2);
        QCOMPARE(numberOf(bench.get("/dlq/count?discarded=true"), "count"), 0);
        QCOMPARE(bench.violations, QStringList());
    }

    void namesWhatIsWrongWithAQuery()
    {
        AdminBench bench;
        const HttpResponse answer = bench.get("/dlq?reason=bad&class=x&recipient=1&text=&metadata==v&minimumAttempts=-1"
                                              "&diedAfter=now&discarded=maybe&limit=0&cursor=abc&reson=x&limit=3");
        QCOMPARE(answer.status, 400);
        QStringList fields = fieldsOf(answer);
        for (const char *field : {"reason", "class", "recipient", "text", "metadata", "minimumAttempts", "diedAfter",
                                  "discarded", "limit", "cursor", "reson"})
            QVERIFY2(fields.contains(QLatin1StringView(field)), field);
        QVERIFY(answer.body.contains("did you mean reason?"));
        QCOMPARE(bench.violations, QStringList());
    }

    void groupsAndShows()
    {
        AdminBench bench;
        const MessageId id = bench.store.dead();
        bench.store.dead();
        const QJsonValue group = jsonOf(bench.get("/dlq/groups")).value(QLatin1StringView("groups"))[0];
        QCOMPARE(group[QLatin1StringView("signature")].toString(), QStringLiteral("no answer"));
        QCOMPARE(group[QLatin1StringView("count")].toInt(), 2);

        const HttpResponse dead = bench.get("/dlq/" + id.toString());
        QCOMPARE(textOf(dead, "reason"), QStringLiteral("attempts-used-up"));
        QCOMPARE(jsonOf(dead).value(QLatin1StringView("events")).toArray().size(), 3);
        bench.post("/dlq/replay", selecting(id.toString()));
        bench.finishJobs();
        const HttpResponse replayed = bench.get("/dlq/" + id.toString());
        QCOMPARE(numberOf(replayed, "replayCount"), 1);
        QVERIFY(numberOf(replayed, "replayJob") > 0);
        QVERIFY(!jsonOf(replayed).contains(QLatin1StringView("diedAt")));
        QVERIFY(replayed.body.contains("replayed by job"));
        QCOMPARE(bench.get("/dlq/" + bench.store.ids.next().toString()).status, 404);
        QCOMPARE(bench.get("/dlq/17").status, 400);
        QCOMPARE(bench.violations, QStringList());
    }

    void replaysByFilterAndTellsTheRunner()
    {
        AdminBench bench;
        bench.store.dead("967770000001", DeadLetterReason::Rejected);
        bench.store.dead();
        const QByteArray body = R"({"filter":{"reason":"rejected"},"rate":100,"reason":"mended",
            "canary":{"count":5,"maximumFailurePercent":20,"timeoutSeconds":60}})";
        const HttpResponse answer = bench.post("/dlq/replay", body);
        QCOMPARE(answer.status, 202);
        QCOMPARE(bench.wakes, 1);
        const Job job = bench.store.job(numberOf(answer, "id"));
        QCOMPARE(job.total, 1);
        QCOMPARE(job.rate, 100);
        QCOMPARE(job.canary.count, 5);
        QCOMPARE(job.canary.maximumFailurePercent, 20);
        QVERIFY(job.canary.timeout == 60s);
        QCOMPARE(job.createdBy, QByteArray("amal"));
        QCOMPARE(job.reason, QByteArray("mended"));
        const AuditRecord record = bench.lastAudit();
        QCOMPARE(record.action, QByteArray("dead-letters.replay"));
        QCOMPARE(record.count, 1);
        QCOMPARE(record.job, job.id);
        QCOMPARE(record.result, QByteArray("ok"));
        QVERIFY(record.detail.contains(R"("filter":{"reason":"rejected"})"));
        QCOMPARE(bench.violations, QStringList());
    }

    void dryRunsWithoutDoingAnything()
    {
        AdminBench bench;
        for (int i = 0; i < 25; ++i)
            bench.store.dead();
        bench.store.dead("967771234567", DeadLetterReason::Expired);
        bench.store.dead("967771234567", DeadLetterReason::DeliveryLimit);
        const HttpResponse answer = bench.post("/dlq/replay/dry-run", R"({"filter":{},"rate":10})");
        QCOMPARE(answer.status, 200);
        QCOMPARE(numberOf(answer, "total"), 27);
        QCOMPARE(numberOf(answer, "going"), 25);
        QCOMPARE(numberOf(answer, "refused"), 2);
        QCOMPARE(numberOf(answer, "estimatedSeconds"), 3);
        const QJsonValue refusals = jsonOf(answer).value(QLatin1StringView("refusals"));
        QCOMPARE(refusals[QLatin1StringView("expired")].toInt(), 1);
        QCOMPARE(refusals[QLatin1StringView("delivery-limit")].toInt(), 1);
        QCOMPARE(numberOf(bench.post("/dlq/replay/dry-run", R"({"filter":{},"includePoison":true})"), "going"), 26);
        QCOMPARE(bench.store.deadCount(), 27);
        QCOMPARE(bench.wakes, 0);
        QCOMPARE(bench.violations, QStringList());
    }

    void discardsAndRestores()
    {
        AdminBench bench;
        bench.store.dead();
        QCOMPARE(bench.post("/dlq/discard", R"({"filter":{},"reason":"hopeless"})").status, 202);
        bench.finishJobs();
        QCOMPARE(idsOf(bench.get("/dlq")).size(), 0);
        QVERIFY(bench.get("/dlq?discarded=true").body.contains(R"("discardReason":"hopeless")"));
        QCOMPARE(bench.post("/dlq/restore", R"({"filter":{}})").status, 202);
        bench.finishJobs();
        QCOMPARE(idsOf(bench.get("/dlq")).size(), 1);
        QCOMPARE(bench.violations, QStringList());
    }

    void refusesBadBodies_data()
    {
        QTest::addColumn<QByteArray>("path");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("field");
        const auto row = [](const char *name, const char *path, const char *body, const char *field) {
            QTest::newRow(name) << QByteArray(path) << QByteArray(body) << QString::fromLatin1(field);
        };
        row("neither", "/dlq/replay", "{}", "");
        row("both", "/dlq/replay", R"({"ids":["0190f3a4-9f2b-7c11-8000-00000000001a"],"filter":{}})", "");
        row("no ids", "/dlq/replay", R"({"ids":[]})", "ids");
        row("bad id", "/dlq/replay", R"({"ids":["x"]})", "ids");
        row("id of a wrong type", "/dlq/replay", R"({"ids":[{}]})", "ids");
        row("filter is no object", "/dlq/replay", R"({"filter":[]})", "filter");
        row("unknown field of the filter", "/dlq/replay", R"({"filter":{"reasn":"x"}})", "reasn");
        row("bad value in the filter", "/dlq/replay", R"({"filter":{"reason":"x"}})", "reason");
        row("object in the filter", "/dlq/replay", R"({"filter":{"reason":{}}})", "reason");
        row("discarded in the filter", "/dlq/replay", R"({"filter":{"discarded":true}})", "discarded");
        row("rate", "/dlq/replay", R"({"filter":{},"rate":-1})", "rate");
        row("rate of a wrong type", "/dlq/replay", R"({"filter":{},"rate":"fast"})", "rate");
        row("canary without count", "/dlq/replay", R"({"filter":{},"canary":{}})", "canary");
        row("canary percent", "/dlq/replay", R"({"filter":{},"canary":{"count":1,"maximumFailurePercent":101}})",
            "maximumFailurePercent");
        row("poison", "/dlq/replay", R"({"filter":{},"includePoison":1})", "includePoison");
        row("reason", "/dlq/replay", R"({"filter":{},"reason":7})", "reason");
        row("unknown member", "/dlq/replay", R"({"filter":{},"filtr":{}})", "filtr");
        row("twice", "/dlq/replay", R"({"filter":{},"rate":1,"rate":2})", "rate");
        row("rate of a discard", "/dlq/discard", R"({"filter":{},"rate":1})", "rate");
        row("nothing matches", "/dlq/replay", R"({"filter":{"reason":"superseded"}})", "filter");
    }

    void refusesBadBodies()
    {
        QFETCH(QByteArray, path);
        QFETCH(QByteArray, body);
        QFETCH(QString, field);
        AdminBench bench;
        bench.store.dead();
        const HttpResponse answer = bench.post(path, body);
        QCOMPARE(answer.status, 400);
        QVERIFY2(fieldsOf(answer).contains(field), answer.body.constData());
        QVERIFY(bench.store.reader().jobs().list(std::nullopt, 1)->empty());
        QCOMPARE(bench.wakes, 0);
        QCOMPARE(bench.violations, QStringList());
    }

    void auditsWhatTheStoreRefuses()
    {
        AdminBench bench;
        const QByteArray unknown = bench.store.ids.next().toString();
        QCOMPARE(bench.post("/dlq/replay", selecting(unknown)).status, 404);
        QCOMPARE(bench.lastAudit().result, QByteArray("not-found"));
        QVERIFY(bench.lastAudit().detail.contains(unknown));
        QCOMPARE(bench.sendWith(HttpMethod::Post, "/dlq/replay", "{}", {{"Authorization", bench.token("operator")}}).status,
                 415);
        bench.store.dead();
        bench.options.maximumSelection = 0;
        QCOMPARE(bench.post("/dlq/discard", R"({"filter":{}})").status, 400);
        bench.store.client().failNextWrite(ErrorCode::StorageUnavailable);
        QCOMPARE(bench.post("/dlq/discard", R"({"filter":{}})").status, 503);
        QCOMPARE(bench.violations, QStringList());
    }

    void editsAndSendsAgain()
    {
        AdminBench bench;
        const MessageId original = bench.store.dead();
        const HttpResponse answer
            = bench.post("/dlq/" + original.toString() + "/edit",
                         R"({"message":{"recipient":"967771234567","subject":"s","content":"mended"},"reason":"typo"})");
        QCOMPARE(answer.status, 202);
        const auto copy = MessageId::fromString(textOf(answer, "id").toLatin1());
        QVERIFY(copy);
        const MessagePointer stored = bench.store.find(*copy);
        QVERIFY(stored && stored->status == MessageStatus::Queued);
        QCOMPARE(stored->content, QByteArray("mended"));
        QVERIFY(stored->editedFrom == original);
        QCOMPARE(bench.router.routed.size(), std::size_t(1));
        QVERIFY(bench.router.routed.front()->id == *copy);
        QVERIFY(bench.get("/dlq?discarded=true").body.contains("edited and sent again as " + copy->toString() + ": typo"));
        QCOMPARE(textOf(bench.get("/dlq/" + copy->toString()), "editedFrom"), text(original));
        QCOMPARE(bench.lastAudit().action, QByteArray("dead-letters.edit"));
        QCOMPARE(bench.lastAudit().result, QByteArray("ok"));
        // Once is enough.
        const HttpResponse again
            = bench.post("/dlq/" + original.toString() + "/edit",
                         R"({"message":{"recipient":"967771234567","subject":"s","content":"x"},"reason":"typo"})");
        QCOMPARE(again.status, 409);
        QCOMPARE(bench.lastAudit().result, QByteArray("conflict"));
        QCOMPARE(bench.violations, QStringList());
    }

    void validatesAnEditLikeAPost()
    {
        AdminBench bench;
        const QByteArray path = "/dlq/" + bench.store.dead().toString() + "/edit";
        const HttpResponse answer
            = bench.post(path, R"({"message":{"recipient":"1","subject":"","content":"x","colour":"red"},"resaon":"x"})");
        QCOMPARE(answer.status, 400);
        const QStringList fields = fieldsOf(answer);
        for (const char *field : {"recipient", "subject", "colour", "reason", "resaon"})
            QVERIFY2(fields.contains(QLatin1StringView(field)), answer.body.constData());
        QVERIFY(fieldsOf(bench.post(path, R"({"reason":"x"})")).contains(QStringLiteral("message")));
        QCOMPARE(bench.post("/dlq/" + bench.store.ids.next().toString() + "/edit",
                            R"({"message":{"recipient":"967771234567","subject":"s","content":"x"},"reason":"y"})")
                     .status,
                 404);
        QCOMPARE(bench.store.deadCount(), 1);
        QCOMPARE(bench.violations, QStringList());
    }
};

QTEST_GUILESS_MAIN(DeadLetterRoutesTest)
#include "dead_letter_routes_test.moc"
