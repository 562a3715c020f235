// SPDX-License-Identifier: GPL-3.0-or-later
#include "problem.h"
#include "rest_bench.h"

using namespace hudhud;
using namespace hudhud::fakes;

/// Groups and broadcasts over REST.
class FanOutTest : public QObject
{
    Q_OBJECT

private:
    static constexpr char Template[] = R"({"subject":"News","content":"For all of you.","priority":"Low"})";
    static QByteArray broadcastTo(const QByteArray &whom)
    {
        return '{' + whom + ",\"message\":" + Template + '}';
    }

private Q_SLOTS:
    void acceptsAListAndSaysWhereToFollowIt()
    {
        RestBench bench;
        QVERIFY(bench.ready);
        const HttpResponse answer
            = bench.post("/api/v1/broadcasts", broadcastTo(R"("recipients":["967771234567","967771234568"])"));
        QCOMPARE(answer.status, 202);
        QCOMPARE(bench.broadcasts.broadcasts.size(), 1U);
        const Broadcast &broadcast = bench.broadcasts.broadcasts.begin()->second;
        QCOMPARE(answer.body, QByteArray("{\"id\":\"" + broadcast.id.toString() + "\",\"accepted\":2}"));
        QCOMPARE(headerOf(answer, "Location"), QByteArray("/api/v1/broadcasts/" + broadcast.id.toString()));
        QCOMPARE(broadcast.message.subject, QByteArray("News"));
        QVERIFY(broadcast.message.priority == Priority::Low);
        QVERIFY(broadcast.message.recipient.isNull());
        QCOMPARE(broadcast.message.apiKeyId, 7);
        QCOMPARE(bench.broadcasts.lists[broadcast.id].at(1).toByteArray(), QByteArray("967771234568"));
        QCOMPARE(bench.violations, QStringList());
    }

    void acceptsAGroup()
    {
        RestBench bench;
        QCOMPARE(bench.post("/api/v1/broadcasts", broadcastTo(R"("group":"riders.aden")")).status, 202);
        QCOMPARE(bench.broadcasts.broadcasts.begin()->second.group, QByteArray("riders.aden"));
        QVERIFY(bench.broadcasts.lists.begin()->second.empty());
        QCOMPARE(bench.violations, QStringList());
    }

    void takesAsManyRecipientsAsFitIntoTheBody()
    {
        RestBench bench;
        QByteArray list;
        for (int i = 0; i < 65'000; ++i)
            list.append(i == 0 ? "\"" : ",\"").append(QByteArray::number(967771000000LL + i)).append('"');
        QVERIFY(list.size() < 1024 * 1024);
        const HttpResponse answer = bench.post("/api/v1/broadcasts", broadcastTo("\"recipients\":[" + list + ']'));
        QCOMPARE(answer.status, 202);
        QCOMPARE(jsonOf(answer).value(QLatin1String("accepted")).toInt(), 65'000);
    }

    void saysEverythingThatIsWrong_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QStringList>("fields");
        const auto row = [](const char *name, const QByteArray &body, const QStringList &fields) {
            QTest::newRow(name) << body << fields;
        };
        row("nothing", "{}", {QStringLiteral("message"), QStringLiteral("recipients")});
        row("both", broadcastTo(R"("recipients":["967771234567"],"group":"g")"), {QStringLiteral("group")});
        row("empty list", broadcastTo(R"("recipients":[])"), {QStringLiteral("recipients")});
        row("no list", broadcastTo(R"("recipients":"967771234567")"), {QStringLiteral("recipients")});
        row("some numbers", broadcastTo(R"("recipients":["967771234567","+1",12,"1"])"),
            {QStringLiteral("recipients[1]"), QStringLiteral("recipients[2]"), QStringLiteral("recipients[3]")});
        row("group name", broadcastTo(R"("group":"a b")"), {QStringLiteral("group")});
        row("unknown", broadcastTo(R"("group":"g","more":1)"), {QStringLiteral("more")});
        row("template", R"({"group":"g","message":{"recipient":"967771234567","subject":"","priority":"Urgent"}})",
            {QStringLiteral("message.content"), QStringLiteral("message.priority"),
             QStringLiteral("message.recipient"), QStringLiteral("message.subject")});
        row("no template", R"({"group":"g","message":7})", {QStringLiteral("message")});
    }
    void saysEverythingThatIsWrong()
    {
        QFETCH(QByteArray, body);
        QFETCH(QStringList, fields);
        RestBench bench;
        const HttpResponse answer = bench.post("/api/v1/broadcasts", body);
        QCOMPARE(answer.status, errorCodeInfo(ErrorCode::InvalidField).httpStatus);
        QCOMPARE(errorsOf(jsonOf(answer)).keys(), fields);
        QVERIFY(bench.broadcasts.broadcasts.empty());
        QCOMPARE(bench.violations, QStringList());
    }

    void listsOnlyTheFirstInvalidRecipients()
    {
        RestBench bench;
        const QByteArray list = QByteArray("\"x\",").repeated(50).chopped(1);
        const QJsonObject problem
            = jsonOf(bench.post("/api/v1/broadcasts", broadcastTo("\"recipients\":[" + list + ']')));
        QCOMPARE(errorsOf(problem).size(), qsizetype(FieldProblems::MaximumPerRequest));
        QVERIFY(problem.value(QLatin1String("detail")).toString().startsWith(QLatin1String("50 values")));
    }

    void anIdempotencyKeyBecomesAClaim()
    {
        RestBench bench;
        QCOMPARE(bench.post("/api/v1/broadcasts", broadcastTo(R"("group":"g")"), {{"Idempotency-Key", "k-1"}}).status,
                 202);
        QCOMPARE(bench.broadcasts.claims.size(), 1U);
        const auto &claim = bench.broadcasts.claims.front();
        QVERIFY(claim);
        QCOMPARE(claim->key, QByteArray("k-1"));
        QCOMPARE(claim->apiKeyId, 7);
        const HttpResponse answer
            = bench.post("/api/v1/broadcasts", broadcastTo(R"("group":"g")"), {{"Idempotency-Key", "k 1"}});
        QCOMPARE(errorsOf(jsonOf(answer)).keys(), QStringList{QStringLiteral("Idempotency-Key")});
        QCOMPARE(bench.violations, QStringList());
    }

    void progressCanBeReadAndCancelled()
    {
        RestBench bench;
        bench.post("/api/v1/broadcasts", broadcastTo(R"("group":"riders")"));
        Broadcast &broadcast = bench.broadcasts.broadcasts.begin()->second;
        broadcast.total = 10;
        broadcast.stored = 4;
        const QByteArray path = "/api/v1/broadcasts/" + broadcast.id.toString();
        const QJsonObject running = jsonOf(bench.get(path));
        QCOMPARE(running.value(QLatin1String("state")).toString(), QStringLiteral("Running"));
        QCOMPARE(running.value(QLatin1String("group")).toString(), QStringLiteral("riders"));
        QCOMPARE(running.value(QLatin1String("total")).toInt(), 10);
        QCOMPARE(running.value(QLatin1String("stored")).toInt(), 4);
        QVERIFY(!running.contains(QLatin1String("endedAt")));
        const HttpResponse cancelled = bench.send(HttpMethod::Delete, path);
        QCOMPARE(cancelled.status, 200);
        QCOMPARE(jsonOf(cancelled).value(QLatin1String("state")).toString(), QStringLiteral("Cancelled"));
        QVERIFY(jsonOf(cancelled).contains(QLatin1String("endedAt")));
        const QByteArray unknown = "/api/v1/broadcasts/018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f";
        QCOMPARE(bench.get(unknown).status, 404);
        QCOMPARE(bench.send(HttpMethod::Delete, unknown).status, 404);
        QCOMPARE(bench.get("/api/v1/broadcasts/4711").status, 400);
        QCOMPARE(bench.send(HttpMethod::Delete, "/api/v1/broadcasts/4711").status, 400);
        QCOMPARE(bench.violations, QStringList());
    }

    void refusalsOfTheStoreArePassedOn()
    {
        RestBench bench;
        bench.broadcasts.failure = tooManyBroadcasts(3);
        QCOMPARE(bench.post("/api/v1/broadcasts", broadcastTo(R"("group":"g")")).status, 503);
        bench.broadcasts.failure = noSuchGroup();
        QCOMPARE(bench.post("/api/v1/broadcasts", broadcastTo(R"("group":"g")")).status, 404);
        bench.groups.failure = tooManyMembers({1, 2});
        QCOMPARE(bench.send(HttpMethod::Put, "/api/v1/groups/g/members/967771234567").status, 429);
        QCOMPARE(bench.violations, QStringList());
    }

    void membersComeAndGo()
    {
        RestBench bench;
        const QByteArray member = "/api/v1/groups/riders/members/967771234567";
        QCOMPARE(bench.send(HttpMethod::Put, member).status, 204);
        QCOMPARE(bench.send(HttpMethod::Put, member).status, 204);
        const HttpResponse more
            = bench.post("/api/v1/groups/riders/members", R"({"recipients":["967771234568","967771234567"]})");
        QCOMPARE(more.body, QByteArray(R"({"added":1})"));
        QCOMPARE(bench.get("/api/v1/groups/riders").body, QByteArray(R"({"name":"riders","members":2})"));
        QCOMPARE(bench.get("/api/v1/groups/nobody").status, 404);
        const QJsonObject page = jsonOf(bench.get("/api/v1/groups/riders/members?limit=1"));
        QCOMPARE(page.value(QLatin1String("members")).toArray(), QJsonArray{QStringLiteral("967771234567")});
        const QByteArray cursor = page.value(QLatin1String("nextCursor")).toString().toLatin1();
        const QJsonObject next = jsonOf(bench.get("/api/v1/groups/riders/members?limit=5&cursor=" + cursor));
        QCOMPARE(next.value(QLatin1String("members")).toArray(), QJsonArray{QStringLiteral("967771234568")});
        QVERIFY(!next.contains(QLatin1String("nextCursor")));
        QCOMPARE(bench.send(HttpMethod::Delete, member).status, 204);
        QCOMPARE(bench.groups.groups["riders"].size(), 1U);
        QCOMPARE(bench.violations, QStringList());
    }

    void groupRequestsAreChecked()
    {
        RestBench bench;
        QCOMPARE(bench.send(HttpMethod::Put, "/api/v1/groups/a%20b/members/967771234567").status, 400);
        QCOMPARE(bench.send(HttpMethod::Put, "/api/v1/groups/g/members/12").status, 400);
        QCOMPARE(bench.send(HttpMethod::Delete, "/api/v1/groups/g/members/12").status, 400);
        QCOMPARE(bench.get("/api/v1/groups/a%2Fb").status, 400);
        QCOMPARE(bench.get("/api/v1/groups/g/members?limit=0").status, 400);
        QCOMPARE(bench.get("/api/v1/groups/g/members?cursor=x").status, 400);
        QCOMPARE(bench.get("/api/v1/groups/g/members?page=2").status, 400);
        QCOMPARE(bench.post("/api/v1/groups/g/members", "{}").status, 400);
        QCOMPARE(bench.send(HttpMethod::Post, "/api/v1/groups/g/members", "{}").status, 415);
        QVERIFY(bench.groups.groups["g"].empty());
        QCOMPARE(bench.violations, QStringList());
    }

    void scopesAreNeeded()
    {
        RestBench bench;
        const Headers reader{{"Authorization", "Bearer hk_read"}, {"Content-Type", "application/json"}};
        const Headers sender{{"Authorization", "Bearer hk_send"}};
        const QByteArray id = "018f5d3c-7c1a-7b2e-9d43-5a1c2b3d4e5f";
        const auto status = [&](HttpMethod method, const QByteArray &path, const Headers &headers) {
            return bench.send(method, path, {}, headers).status;
        };
        QCOMPARE(status(HttpMethod::Post, "/api/v1/broadcasts", reader), 403);
        QCOMPARE(status(HttpMethod::Delete, "/api/v1/broadcasts/" + id, reader), 403);
        QCOMPARE(status(HttpMethod::Get, "/api/v1/broadcasts/" + id, sender), 403);
        QCOMPARE(status(HttpMethod::Put, "/api/v1/groups/g/members/967771234567", reader), 403);
        QCOMPARE(status(HttpMethod::Delete, "/api/v1/groups/g/members/967771234567", reader), 403);
        QCOMPARE(status(HttpMethod::Post, "/api/v1/groups/g/members", reader), 403);
        QCOMPARE(status(HttpMethod::Get, "/api/v1/groups/g", sender), 403);
        QCOMPARE(status(HttpMethod::Get, "/api/v1/groups/g/members", sender), 403);
        QCOMPARE(bench.violations, QStringList());
    }
};

QTEST_APPLESS_MAIN(FanOutTest)
#include "fan_out_test.moc"
